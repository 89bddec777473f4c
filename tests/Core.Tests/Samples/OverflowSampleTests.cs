using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Tests.Samples;

public sealed class OverflowSampleTests
{
    private static readonly string[] Hypervisor =
    [
        "__machine_halt", "machine_halt", "[maybe_reboot]", "hwdom_shutdown", "domain_shutdown", "__domain_crash", "asm_domain_crash_synchronous", "--#PF--",
    ];

    private static readonly string[] Kernel =
    [
        "page_count_sub", "page_release", "pages_scan", "pages_reclaim", "page_alloc", "mapper_request", "request_submit", "cache_read", "directory_read",
        "[entry_find]", "path_lookup", "vfs_open", "blk_open_device", "blk_setup_node", "blk_start_connect", "frontend_changed", "xenwatch_thread", "kernel_main",
        "_start",
    ];

    [Theory]
    [InlineData("overflow")]
    [InlineData("overflow32")]
    public void Shows_one_stack_from_the_hypervisors_halt_to_the_kernels_start(string name)
    {
        using var target = SampleDump.Open(name);
        var stack = SampleDump.StackOf(target, "CPU 0");
        Assert.Equal([.. Hypervisor, .. Kernel], SampleDump.Names(stack));
        Assert.True(stack.Complete);
        Assert.Equal("end of stack", stack.Ended);
        Assert.DoesNotContain(stack.Frames, f => f.FoundBy == FoundBy.Scan);
        Assert.All(stack.Frames.Where(f => f.Exception is null), f => Assert.NotNull(f.Source));
    }

    [Theory]
    [InlineData("overflow")]
    [InlineData("overflow32")]
    public void Shows_the_other_cpu_from_its_halt_through_the_interrupt_to_the_idle_loop(string name)
    {
        using var target = SampleDump.Open(name);
        var stack = SampleDump.StackOf(target, "CPU 1");
        Assert.Equal(
            ["__machine_halt", "smp_call_function_interrupt", "call_function_interrupt", "do_IRQ", "common_interrupt", "--IRQ 0xfb--", "default_idle", "idle_loop"],
            SampleDump.Names(stack));
        Assert.True(stack.Complete);
    }

    [Theory]
    [InlineData("overflow", 0xe033, 6U, 0xffff_ffff_8010_3ff0UL, 8UL)]
    [InlineData("overflow32", 0xe019, 2U, 0xc010_3ff8UL, 4UL)]
    public void Names_the_guests_fault_and_not_the_hypervisors_own(string name, int cs, uint error, ulong address, ulong lower)
    {
        using var target = SampleDump.Open(name);
        var record = SampleDump.StackOf(target, "CPU 0").Frames.First(f => f.Exception is not null).Exception!;
        Assert.Equal(14U, record.Vector);
        Assert.Equal(error, record.ErrorCode);
        Assert.Equal(cs, record.Cs);
        Assert.Equal(new VirtualAddress(address), record.FaultAddress);
        Assert.Equal(address - lower, target.Cpus[0].Context!["cr2"]);
        Assert.Contains("Xen's own failed push", record.FaultAddressText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("overflow")]
    [InlineData("overflow32")]
    public void Finds_the_overflow_and_the_two_buffers_to_blame(string name)
    {
        using var target = SampleDump.Open(name);
        var findings = Findings.Of(target, TestContext.Current.CancellationToken);
        var overflow = findings[0];
        Assert.Equal("stack-overflow", overflow.Id);
        Assert.StartsWith("dom0 crashed: kernel stack overflow", overflow.Summary, StringComparison.Ordinal);
        string[] largest = [.. overflow.Evidence.Where(e => e.StartsWith("largest:", StringComparison.Ordinal))];
        Assert.StartsWith("largest: blk_open_device: 10", largest[0], StringComparison.Ordinal);
        Assert.StartsWith("largest: blk_setup_node: 10", largest[1], StringComparison.Ordinal);
        Assert.Contains(overflow.Evidence, e => e.Contains("8192 bytes (kstack)", StringComparison.Ordinal));
        Assert.Contains(overflow.Evidence, e => e.Contains("(guard_page)", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Id == "panic-cause");
        Assert.DoesNotContain(findings, f => f.Id == "symbol-mismatch");
    }

    [Theory]
    [InlineData("overflow", 64)]
    [InlineData("overflow32", 32)]
    public void Has_dom0_with_two_vcpus_and_the_hypervisors_own_domains(string name, int bits)
    {
        using var target = SampleDump.Open(name);
        Assert.Equal([0, 0x7ff1, 0x7ff2, 0x7fff], target.Domains.Select(d => d.Id));
        var dom0 = target.Domains[0];
        Assert.Equal((DomainKind.Pv, (int?)bits), (dom0.Kind, dom0.Bits));
        Assert.Equal([VcpuState.Running, VcpuState.Offline], dom0.Vcpus.Select(v => v.State!.Value));
        Assert.Same(dom0.Vcpus[0], target.Cpus[0].Current);
        Assert.Equal(DomainKind.Idle, target.Cpus[1].Current!.Domain.Kind);
        Assert.Equal(["primary", "#MC", "NMI", "#DB", "#DF"], target.Cpus[0].Stacks.Select(s => s.Name));
    }

    [Theory]
    [InlineData("overflow")]
    [InlineData("overflow32")]
    public void Reads_the_same_bytes_by_the_page_tables_and_by_the_p2m(string name)
    {
        using var target = SampleDump.Open(name);
        var kernel = target.Domains[0].Kernel!;
        var start = kernel.Symbols.Find("blk_open_device")!.Address;
        byte[] virtually = new byte[64], physically = new byte[64];
        Assert.Equal(64, target.FindSpace("dom0")!.Read(start.Value, virtually));
        Assert.Equal(64, target.FindSpace("phys")!.Read(start.Value & 0x3fff_ffff, physically));
        Assert.Equal(virtually, physically);
    }

    [Theory]
    [InlineData("overflow")]
    [InlineData("overflow32")]
    public void Knows_arguments_and_locals_of_the_kernels_frames(string name)
    {
        using var target = SampleDump.Open(name);
        var frames = SampleDump.StackOf(target, "CPU 0").Frames;
        var open = SampleDump.Variables(frames.Single(f => f.Function == "blk_open_device"));
        Assert.Contains("/local/domain/7/device/vbd/51712", open["node"], StringComparison.Ordinal);
        Assert.Contains("/dev/mapper/vg-guests-disk0", open["path"], StringComparison.Ordinal);
        var connect = SampleDump.Variables(frames.Single(f => f.Function == "blk_start_connect"));
        Assert.Equal("1", connect["attempt"]);
        var mapper = SampleDump.Variables(frames.Single(f => f.Function == "mapper_request"));
        Assert.Equal("51712", mapper["sector"]);
        Assert.Equal("<optimized out>", mapper["count"]);
    }

    [Fact]
    public void Tells_the_hypervisors_version_from_the_code_of_its_functions()
    {
        using var target = SampleDump.Open("overflow");
        var xen = target.Hypervisor!;
        Assert.Equal("4.17.5-sample", xen.Version);
        Assert.Equal(true, xen.Debug);
        Assert.Equal(new MachineAddress(0x20_0000), xen.PhysStart);
        Assert.Contains("noreboot", xen.CommandLine, StringComparison.Ordinal);
        Assert.Contains("Hardware Dom0 crashed", xen.Console, StringComparison.Ordinal);
    }

    [Fact]
    public void Has_no_stage_of_opening_that_is_less_than_complete()
    {
        foreach (string name in Core.Samples.SampleCatalog.Names)
        {
            using var target = SampleDump.Open(name);
            Assert.All(target.Report.Stages, s => Assert.Equal(StageState.Ok, s.State));
            Assert.Empty(target.Diagnostics.Items);
        }
    }
}
