using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Kernels.Solaris;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Tests.Kernels;

/// <summary>The model of Xen on the hypervisors of 2006 to 2009, 32-bit and 64-bit: with their own types, and with the table where they carry none.</summary>
public sealed class OldXenTests
{
    private readonly DiagnosticBag _diagnostics = new();

    public static TheoryData<string, bool> Eras
    {
        get
        {
            var eras = new TheoryData<string, bool>();
            foreach (var era in XenEra.All)
            {
                eras.Add(era.Name, false);
                eras.Add(era.Name, true);
            }

            return eras;
        }
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public void Domains_are_of_their_kind_and_did_what_their_version_says(string era, bool guessed)
    {
        var xen = Make(era, guessed);
        ulong dom0 = xen.Domain(0);
        ulong paused = xen.Domain(3, 0x44afd, hvm: true);
        ulong crashed = xen.Domain(5);
        ulong dying = xen.Domain(7);
        foreach (ulong one in (ulong[])[dom0, paused, crashed, dying]) xen.Vcpu(one, 0, 1, VcpuState.Blocked);
        xen.SetState(paused, paused: true);
        xen.SetState(crashed, code: 3);
        xen.SetState(dying, dying: true, code: 1);
        var domains = xen.Domains(_diagnostics);
        Assert.Equal([0, 3, 5, 7], domains.Select(d => d.Id));
        Assert.Equal([DomainKind.Pv, DomainKind.Hvm, DomainKind.Pv, DomainKind.Pv], domains.Select(d => d.Kind));
        Assert.Equal(["running", "paused", "shut down (crash)", "dying"], domains.Select(d => d.State));
        Assert.Equal([0x76cfdUL, 0x44afd, 0x76cfd, 0x76cfd], domains.Select(d => d.TotalPages!.Value));
        Assert.All(domains, d => Assert.Equal(uint.MaxValue, d.MaxPages));
        Assert.Equal(Era(era).Word * 8, domains[0].Bits);
        Assert.Empty(_diagnostics.Items);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public void Vcpus_have_a_state_a_place_and_the_registers_of_their_last_switch(string era, bool guessed)
    {
        var xen = Make(era, guessed);
        ulong dom0 = xen.Domain(0);
        ulong running = xen.Vcpu(dom0, 0, 2, VcpuState.Running);
        xen.Vcpu(dom0, 1, 0, VcpuState.Blocked);
        xen.Vcpu(dom0, 3, 1, VcpuState.Offline);
        ulong top = xen.Stack(2, running, 0xf4c7_6e9d);
        var cpu = xen.Cpu(2, top);
        var vcpus = xen.Domains(_diagnostics, cpu).Single().Vcpus;
        Assert.Equal([(0, 2, VcpuState.Running), (1, 0, VcpuState.Blocked), (3, 1, VcpuState.Offline)], vcpus.Select(v => (v.Id, v.Processor!.Value, v.State!.Value)));
        Assert.Same(cpu, vcpus[0].RunningOn);
        Assert.Same(vcpus[0], cpu.Current);
        Assert.Null(vcpus[1].RunningOn);
        bool is32 = Era(era).Word == 4;
        foreach (var vcpu in vcpus)
        {
            var saved = vcpu.SavedRegisters!;
            Assert.Equal(is32 ? Core.Arch.Architecture.Ia32 : Core.Arch.Architecture.Amd64, saved.Architecture);
            Assert.Equal(new VirtualAddress(0x1000 + (ulong)vcpu.Id), saved.Pc);
            Assert.Equal(new VirtualAddress(0xc5a0_8fe0), saved.Sp);
            Assert.Equal(0xdead_beefUL, saved[is32 ? "ebx" : "rbx"]);
            Assert.Equal(is32 ? 0x159UL : 0xe033, saved["cs"]);
        }

        if (!guessed) Assert.All(vcpus, v => Assert.Equal((0xc5a0_8fd4UL, is32 ? 0xbe_1d20UL : 0xbe_1000), (v.GuestCr2!.Value.Value, v.PageTables!.Value.Value)));
        Assert.Empty(_diagnostics.Items);
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public void The_top_of_a_stack_says_which_cpu_it_is_and_what_it_ran(string era, bool guessed)
    {
        var xen = Make(era, guessed);
        ulong vcpu = xen.Vcpu(xen.Domain(0), 0, 2, VcpuState.Running);
        ulong top = xen.Stack(2, vcpu, 0xf4c7_6e9d);
        var architecture = Era(era).Word == 4 ? Core.Arch.Architecture.Ia32 : Core.Arch.Architecture.Amd64;
        var registers = new RegisterSet(architecture).With(architecture.PointerSize == 4 ? "esp" : "rsp", top - 0x120);
        var stack = XpvStack.Find(xen.Image(), new XpvPanic { Version = 0, Registers = registers });
        Assert.Equal((2, new VirtualAddress(vcpu), new VirtualAddress(top)), (stack!.Processor, stack.Vcpu!.Value, stack.Range.End));
        Assert.Equal(architecture.PointerSize == 4 ? 0x159UL : 0xe033, xen.Image().At("cpu_info", stack.CpuInfo)!.Value.Number("guest_cpu_user_regs.cs"));

        // Another vcpu handed over than the one at the top: not that stack.
        ulong other = xen.Vcpu(xen.Domain(1), 0, 3, VcpuState.Running);
        Assert.Null(XpvStack.Find(xen.Image(), new XpvPanic { Version = 1, Registers = registers, Vcpu = new VirtualAddress(other) }));

        // One that is nowhere: then the one at the top is believed, as it says that it runs there.
        Assert.NotNull(XpvStack.Find(xen.Image(), new XpvPanic { Version = 1, Registers = registers, Vcpu = new VirtualAddress(0x1234_5670) }));
    }

    [Theory]
    [InlineData("3.0.4 i386", "per_cpu__percpu_ctxt", 12)]
    [InlineData("3.4 i386", "per_cpu__curr_vcpu", 12)]
    [InlineData("3.4 x86_64", "per_cpu__curr_vcpu", 13)]
    [InlineData("3.4 x86_64", "per_cpu__curr_vcpu", 0)]
    public void Registers_that_an_idle_cpu_still_holds_are_taken_from_its_stack(string era, string symbol, int shift)
    {
        var xen = Make(era, guessed: false);
        ulong guest = xen.Vcpu(xen.Domain(0), 0, 1, VcpuState.Blocked);
        ulong idleDomain = xen.Domain(0x7fff);
        ulong idle = xen.Vcpu(idleDomain, 1, 1, VcpuState.Running);
        xen.Global("idle_vcpu", idle);
        ulong top = xen.Stack(1, idle, 0xf4c7_6e9d);
        ulong current = xen.Global(symbol);
        ulong offset = shift == 0 ? 0x4_0000UL : 1UL << shift;
        xen.Put(current + offset, guest, Era(era).Word);
        if (shift == 0) xen.Put(xen.Global("__per_cpu_offset", 0, count: 4) + (ulong)Era(era).Word, offset, Era(era).Word);
        var domains = xen.Domains(_diagnostics, xen.Cpu(1, top));
        Assert.Equal(new VirtualAddress(0xf4c7_6e9d), domains[0].Vcpus.Single().SavedRegisters!.Pc);
        Assert.Equal((DomainKind.Idle, 1), (domains[1].Kind, domains[1].Vcpus.Single().Id));
        Assert.Equal("d[IDLE]v1", domains[1].Vcpus.Single().RunningOn!.Current!.Name);
    }

    [Theory]
    [InlineData("3.0.4 i386")]
    [InlineData("3.1 x86_64")]
    public void A_table_that_does_not_fit_is_not_believed(string era)
    {
        // The same memory with everything of the domain four words further on, as another configuration has it.
        var xen = Make(era, guessed: true);
        ulong dom0 = xen.Domain(0, hvm: true);
        ulong vcpu = xen.Vcpu(dom0, 0, 0, VcpuState.Running);
        ulong word = (ulong)Era(era).Word;
        xen.Put(dom0 + Era(era).VcpuArray, 0, (int)word);
        xen.Put(dom0 + Era(era).VcpuArray + 4 * word, vcpu, (int)word);
        xen.SetState(dom0, dying: true);
        var domain = xen.Domains(_diagnostics).Single();
        Assert.Equal((DomainKind.Pv, null, null), (domain.Kind, domain.State, domain.TotalPages));
        Assert.All(domain.Vcpus, v => Assert.Null(v.State));
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public void Damaged_lists_end_with_a_diagnostic_and_what_is_intact_is_shown(string era, bool guessed)
    {
        var xen = Make(era, guessed);
        ulong dom0 = xen.Domain(0);
        ulong other = xen.Domain(3);
        xen.Vcpu(dom0, 0, 0, VcpuState.Running);
        ulong foreign = xen.Vcpu(other, 0, 1, VcpuState.Blocked);
        xen.Put(other + Era(era).NextInList, dom0, Era(era).Word);
        xen.Put(dom0 + Era(era).VcpuArray + (ulong)Era(era).Word, foreign, Era(era).Word);
        var domains = xen.Domains(_diagnostics);
        Assert.Equal([0, 3], domains.Select(d => d.Id));
        Assert.Equal(new VirtualAddress(foreign), domains[1].Vcpus.Single().Address);
        Assert.Single(domains[0].Vcpus);
        Assert.Contains(_diagnostics.Items, d => d.Id == "xen/domain-list-cycle");
        Assert.Contains(_diagnostics.Items, d => d.Id == "xen/vcpu-unreadable");
    }

    [Theory]
    [MemberData(nameof(Eras))]
    public void A_lost_dom0_is_found_by_its_own_symbol(string era, bool guessed)
    {
        var xen = Make(era, guessed);
        ulong dom0 = xen.Domain(0);
        xen.Vcpu(dom0, 0, 0, VcpuState.Running);
        xen.Global("dom0", dom0);
        xen.Put(xen.Image().AddressOf("domain_list")!.Value.Value, 0xf000_0000, Era(era).Word);
        Assert.Equal(new VirtualAddress(dom0), xen.Domains(_diagnostics).Single(d => d.Id == 0).Address);
        Assert.Contains(_diagnostics.Items, d => d.Id == "xen/domain-unreadable");
    }

    private static XenEra Era(string name) => XenEra.All.Single(e => e.Name == name);

    private static OldXen Make(string era, bool guessed) => new(Era(era)) { Guessed = guessed };
}
