using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Dom0;
using XenDumpAdapter.Core.Samples.Dwarf;
using XenDumpAdapter.Core.Samples.Files;
using XenDumpAdapter.Core.Samples.Machine;
using XenDumpAdapter.Core.Samples.Xen;

namespace XenDumpAdapter.Core.Samples.Scenarios;

/// <summary>A host of two CPUs with a dom0 of two vcpus, of which the second was never started: what all samples begin with.</summary>
internal sealed class SampleMachine
{
    public const ulong Running = 0, Runnable = 1, Blocked = 2, Offline = 3;

    private const int IdleDomain = 0x7fff;
    private const int XenDomain = 0x7ff2;
    private const int IoDomain = 0x7ff1;

    private readonly XenStruct[] _idle;

    public SampleMachine(bool is64, Action<Dom0Code> kernel)
    {
        Host = new XenHost();
        Cpus = [new XenCpu(Host, 0), new XenCpu(Host, 1)];
        Dom0 = new Dom0Guest(Host, is64, kernel);
        Domain = MakeDomain(0).Set("max_vcpus", 2).Set("tot_pages", Dom0Guest.Frames).Set("max_pages", uint.MaxValue).Set("shared_info", Dom0.SharedInfo.Address)
            .Set("arch.pv.is_32bit", is64 ? 0UL : 1UL);
        Vcpu = MakeVcpu(Domain, 0, 0, Running).Set("is_initialised", 1).Set("arch.cr3", Dom0.Tables.Root << 12).Set("arch.guest_table", Dom0.Tables.Root);
        MakeVcpuList(Domain, Vcpu, MakeVcpu(Domain, 1, 1, Offline));
        var idle = MakeDomain(IdleDomain).Set("max_vcpus", (ulong)Cpus.Count);
        _idle = [MakeVcpu(idle, 0, 0, Runnable), MakeVcpu(idle, 1, 1, Running)];
        for (int i = 0; i < _idle.Length; i++) Host.Set("idle_vcpu", _idle[i].Address, index: i);
        Host.Set("hardware_domain", Domain.Address);
        Host.Set("domain_list", Domain.Address);
        Host.Set("dom_xen", MakeDomain(XenDomain).Address);
        Host.Set("dom_io", MakeDomain(IoDomain).Address);
        Host.Set("nr_cpu_ids", (ulong)Cpus.Count, 4);
        foreach (var cpu in Cpus) RunIdleVcpu(cpu);
    }

    public XenHost Host { get; }

    public IReadOnlyList<XenCpu> Cpus { get; }

    public Dom0Guest Dom0 { get; }

    public XenStruct Domain { get; }

    public XenStruct Vcpu { get; }

    /// <summary>Switches a CPU to its idle vcpu, on Xen's own page tables.</summary>
    public void RunIdleVcpu(XenCpu cpu)
    {
        cpu.Switch(_idle[cpu.Id]);
        cpu.Load(_idle[cpu.Id]);
        cpu.Processor.Tables = Host.Tables;
        _idle[cpu.Id].Set("runstate.state", Running).Set("is_running", 1);
    }

    /// <summary>Switches a CPU to dom0.</summary>
    public void RunDom0(XenCpu cpu)
    {
        cpu.Switch(Vcpu);
        cpu.Load(Vcpu);
        cpu.Processor.Tables = Dom0.Tables;
        _idle[cpu.Id].Set("runstate.state", Runnable).Set("is_running", 0);
        Vcpu.Set("runstate.state", Running).Set("is_running", 1);
    }

    /// <summary>dom0 waits; its registers and page tables stay loaded until another guest wants the CPU.</summary>
    public void BlockDom0(XenCpu cpu)
    {
        _idle[cpu.Id].Set("runstate.state", Running).Set("is_running", 1);
        Vcpu.Set("runstate.state", Blocked).Set("is_running", 0);
    }

    /// <summary>Starts dom0's kernel on a CPU and lets it run until it halts or faults.</summary>
    public Stop StartDom0(XenCpu cpu)
    {
        var processor = cpu.Processor;
        processor.Images.Add(Dom0.Kernel);
        processor.Cs = Dom0.Cs;
        processor.Ss = Dom0.Ss;
        processor.Pc = Dom0.Kernel["_start"];
        return processor.Run();
    }

    /// <summary>The files that this machine leaves behind.</summary>
    public SampleFiles Files(string name, string description)
    {
        byte[] dump = MachineDumpWriter.Build(Host.Ram, [.. Cpus.Select(c => (c.Processor, new CpuTables(c.Processor.Tables.Root << 12, c.Tss, c.Idt)))]);
        byte[] xen = Program(Host.Image, "/build/xen-4.17/xen", "GNU C11 12.2.0 -O1 -g -fno-omit-frame-pointer", XenHost.PhysStart + XenHost.TextOffset, "machine_halt");
        byte[] kernel = Program(Dom0.Kernel, "/build/demo-dom0", "GNU C11 12.2.0 -O2 -g", Dom0.Kernel.Start - Dom0.VirtualBase, "_start");
        return new SampleFiles(
            new BytesByteSource(dump, $"sample:{name}"), new BytesByteSource(xen, $"sample:{name}/xen-syms"),
            new BytesByteSource(kernel, $"sample:{name}/demo-dom0"), description);
    }

    private static byte[] Program(CodeImage image, string folder, string producer, ulong physical, string entry) =>
        new ElfImageWriter(image.Is64).Build(image, new DebugInfoWriter(image, folder, producer).Write(), physical, entry);

    private XenStruct MakeDomain(int id) => Host.Make(Host.Types.Domain).Set("domain_id", (ulong)id).Set("shutdown_code", uint.MaxValue);

    private XenStruct MakeVcpu(XenStruct domain, int id, int cpu, ulong state) => Host.Make(Host.Types.Vcpu)
        .Set("vcpu_id", (ulong)id).Set("processor", (ulong)cpu).Set("domain", domain.Address).Set("runstate.state", state);

    private void MakeVcpuList(XenStruct domain, params ReadOnlySpan<XenStruct> vcpus)
    {
        ulong array = Host.TakePages(1, 1);
        for (int i = 0; i < vcpus.Length; i++)
        {
            Host.Ram.Write(array + (ulong)i * 8, vcpus[i].Address, 8);
            if (i > 0) vcpus[i - 1].Set("next_in_list", vcpus[i].Address);
        }

        domain.Set("vcpu", XenHost.DirectMap + array);
    }
}
