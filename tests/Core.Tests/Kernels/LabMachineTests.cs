using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Tests.Kernels;

/// <summary>The model of real hypervisors: against crash, the serial console, and itself.</summary>
public sealed partial class LabMachineTests
{
    [Fact]
    public void Domains_vcpus_and_cpus_are_those_that_crash_lists()
    {
        using var target = LabHost.Open("k64-rel/vmcore", "xen-syms-4.17-rel", "mini64-fp.elf");
        string oracle = File.ReadAllText(LabHost.Need("oracle/k64-rel.crash806"));
        var domains = CrashDomain().Matches(oracle).Select(m => (Int(m, "id"), Hex(m, "at"), Hex(m, "max"), Hex(m, "pages"), Hex(m, "shared")));
        Assert.Equal(4, domains.Count());
        Assert.Equal(domains.Order(), target.Domains.Select(d => (d.Id, d.Address.Value, d.MaxPages!.Value, d.TotalPages!.Value, d.SharedInfo?.Value ?? 0)).Order());
        Assert.Equal(0x290bu, target.Domains[0].P2mFrameListList);

        var vcpus = CrashVcpu().Matches(oracle).Select(m => (Int(m, "domain"), Int(m, "id"), Int(m, "cpu"), Hex(m, "at"), m.Groups["state"].Value));
        Assert.Equal(4, vcpus.Count());
        Assert.Equal(vcpus.Order(), target.Domains.SelectMany(d => d.Vcpus.Select(v => (d.Id, v.Id, v.Processor!.Value, v.Address.Value, v.State == VcpuState.Offline ? "OF" : "RU"))).Order());

        var cpus = CrashCpu().Matches(oracle).Select(m => (Int(m, "id"), Hex(m, "at"), Hex(m, "vcpu")));
        Assert.Equal(2, cpus.Count());
        Assert.Equal(cpus, target.Cpus.Select(c => (c.Id, c.CpuInfo!.Value.Value, c.Current!.Address.Value)));
    }

    [Theory]
    [MemberData(nameof(LabHost.All), MemberType = typeof(LabHost))]
    public void Every_host_has_dom0_and_xens_own_domains_and_each_vcpu_is_somewhere(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        var cpus = target.Cpus;
        Assert.Equal([0, 0x7ff1, 0x7ff2, 0x7fff], target.Domains.Select(d => d.Id));
        Assert.Equal([DomainKind.Pv, DomainKind.Io, DomainKind.Xen, DomainKind.Idle], target.Domains.Select(d => d.Kind));
        Assert.Equal(dump.StartsWith("m32", StringComparison.Ordinal) ? 32 : 64, target.Domains[0].Bits);
        Assert.Equal(cpus.Count, target.Domains[0].Vcpus.Count);
        Assert.Equal(cpus.Count, target.Domains[3].Vcpus.Count);
        Assert.All(target.Domains.SelectMany(d => d.Vcpus), v => Assert.Same(v.RunningOn?.Current ?? v, v));
        Assert.All(cpus, c => Assert.Same(c, c.Current!.RunningOn));
        Assert.All(cpus, c => Assert.Equal(["primary", "#MC", "NMI", "#DB", "#DF"], c.Stacks.Select(s => s.Name)));
        Assert.Equal(["xen", "dom0", "phys", "machine"], target.Spaces.Select(s => s.Name));
        Assert.DoesNotContain(target.Report.Stages, s => s.State is StageState.Failed or StageState.Skipped);
    }

    [Theory]
    [MemberData(nameof(LabHost.All), MemberType = typeof(LabHost))]
    public void Version_build_and_console_are_what_the_serial_line_saw(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        string serial = File.ReadAllText(LabHost.Need($"dumps/{LabHost.Folder(dump)}/serial.log")).Replace("\r", "", StringComparison.Ordinal);
        var xen = target.Hypervisor!;
        var banner = Banner().Match(serial);
        Assert.True(banner.Success);
        Assert.StartsWith(banner.Groups["version"].Value, xen.Version!, StringComparison.Ordinal);
        Assert.Equal(banner.Groups["debug"].Value == "y", xen.Debug);
        Assert.Contains(banner.Groups["date"].Value, xen.CompileDate!, StringComparison.Ordinal);
        Assert.Equal(BuildId().Match(serial).Groups[1].Value, xen.BuildId);
        Assert.Equal(CommandLine().Match(serial).Groups[1].Value.Trim(), xen.CommandLine);

        // Before the console is up there is only the serial line, and dom0 writes to it as well.
        var seen = serial.Split('\n').Where(l => l.StartsWith("(XEN) ", StringComparison.Ordinal)).Select(l => l.TrimEnd()).ToHashSet();
        var kept = xen.Console!.Split('\n').Select(l => l.TrimEnd()).Where(l => l.StartsWith("(XEN) ", StringComparison.Ordinal)).ToList();
        Assert.True(kept.Count > 50);
        Assert.DoesNotContain(kept, l => !seen.Contains(l));
    }

    [Theory]
    [MemberData(nameof(LabHost.All), MemberType = typeof(LabHost))]
    public void The_same_byte_is_read_through_page_tables_and_through_the_P2M(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        bool is32 = dump.StartsWith("m32", StringComparison.Ordinal);
        ulong virtualBase = is32 ? 0xc000_0000 : 0xffff_ffff_8000_0000;
        var virtualSpace = target.FindSpace("dom0")!;
        var physical = target.FindSpace("phys")!;
        byte[] one = new byte[4096], other = new byte[4096];
        int compared = 0;
        for (ulong page = 0x100000; page < 0x10e000; page += 4096)
        {
            if (virtualSpace.Read(virtualBase + page, one) != one.Length) continue;

            // The kernel maps Xen's shared_info in place of one of its pages.
            Assert.Equal(one.Length, target.Hypervisor!.Space.Read(target.Domains[0].SharedInfo!.Value.Value, other));
            if (one.AsSpan().SequenceEqual(other)) continue;
            Assert.Equal(one.Length, physical.Read(page, other));
            Assert.Equal(one, other);
            compared++;
        }

        Assert.InRange(compared, 10, 14);
    }

    [Theory]
    [MemberData(nameof(LabHost.Overflows), MemberType = typeof(LabHost))]
    public void The_panic_is_dom0s_crash_on_cpu_0_with_the_consoles_words(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        Assert.Equal((PanicKind.Domain, "Domain 0 (vcpu#0) crashed on cpu#0"), (target.Panic.Kind, target.Panic.Message));
        Assert.Equal(("d0v0", 0), (target.Panic.Vcpu!.Name, target.Panic.Cpu!.Id));
        Assert.Same(target.Panic.Cpu, target.Panic.Vcpu.RunningOn);
        Assert.StartsWith("Pagetable walk from", target.Panic.ConsoleLines[0], StringComparison.Ordinal);
        Assert.Equal(("CPU 0: d0v0 (panicking)", true), (target.Threads[0].Name, target.Threads[0].IsPanicking));
        Assert.Equal(xenSyms.EndsWith("nodwarf", StringComparison.Ordinal) ? null : "shutting down (crash)", target.Domains[0].State);
        Assert.All(target.Domains.Skip(1), d => Assert.Equal("running", d.State));
        Assert.Contains(target.Panic.ConsoleLines, l => l.StartsWith("Hardware Dom0 crashed", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(LabHost.Nmis), MemberType = typeof(LabHost))]
    public void The_panic_is_the_hypervisors_own_and_dom0_waits(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        Assert.Equal((PanicKind.Hypervisor, "FATAL TRAP: vec 2, NMI[0000]"), (target.Panic.Kind, target.Panic.Message));
        Assert.Null(target.Panic.Vcpu);
        Assert.Equal(["CPU 0: idle (panicking)", "CPU 1: idle", "d0v0 (blocked)", "d0v1 (offline)"], target.Threads.Select(t => t.Name));
        var waiting = target.Threads[2].Stack(TestContext.Current.CancellationToken);
        Assert.Equal("hypercall_page hc start_c _start", LabHost.Functions(waiting.Frames));
        Assert.Equal("end of stack", waiting.Ended);
    }

    [Fact]
    public void A_table_entry_that_is_missing_is_named_in_the_reason()
    {
        using var target = LabHost.Open("m64-dbg/elf.core", "xen-syms-4.17-dbg", "mini64-nofp.elf");
        var dom0 = target.FindSpace("dom0")!;
        Assert.Equal("L1[0x103] at machine 0x2d2b818 is not present", dom0.Explain(0xffffffff80103dc8).Text);
        Assert.Equal(0, dom0.Read(0xffffffff80103dc8, new byte[1]));
        Assert.Equal(8, dom0.Read(0xffffffff80104000, new byte[8]));
        Assert.Contains("is not a canonical address", dom0.Explain(0x0000_8000_0000_0000).Text, StringComparison.Ordinal);
    }

    private static int Int(Match match, string group) => int.Parse(match.Groups[group].Value, null);

    private static ulong Hex(Match match, string group) => Convert.ToUInt64(match.Groups[group].Value, 16);

    [GeneratedRegex(@"^[>* ]+(?<id>\d+) (?<at>[0-9a-f]{16}) \w\w \S +(?<max>[0-9a-f]+) +(?<pages>[0-9a-f]+) +\d+ +(?<shared>[0-9a-f]+) +\S+\s*$", RegexOptions.Multiline)]
    private static partial Regex CrashDomain();

    [GeneratedRegex(@"^[>* ]+(?<id>\d+) +(?<cpu>\d+) (?<at>[0-9a-f]{16}) (?<state>\w\w) \S +(?<domain>\d+) [0-9a-f]{16}", RegexOptions.Multiline)]
    private static partial Regex CrashVcpu();

    [GeneratedRegex(@"^ +(?<id>\d+) (?<at>[0-9a-f]{16}) (?<vcpu>[0-9a-f]{16}) +0", RegexOptions.Multiline)]
    private static partial Regex CrashCpu();

    [GeneratedRegex(@"Xen version (?<version>\S+) .* debug=(?<debug>[yn]).*?(?<date>\d\d:\d\d:\d\d)")]
    private static partial Regex Banner();

    [GeneratedRegex(@"build-id: ([0-9a-f]{40})")]
    private static partial Regex BuildId();

    [GeneratedRegex(@"Command line: (.*)")]
    private static partial Regex CommandLine();
}
