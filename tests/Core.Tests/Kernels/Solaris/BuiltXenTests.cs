using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

/// <summary>Panics of the hypervisor of the builder, with names, addresses and sizes of the dice: the one stack, its cause, domains, and what dom0's other CPUs did.</summary>
public sealed class BuiltXenTests
{
    public static TheoryData<bool, int, int, int, int> Xen => BuiltDump.XenPanicData();

    [Theory, MemberData(nameof(Xen))]
    public void The_hypervisors_panic_is_one_stack_down_to_where_dom0s_thread_began(bool faults, int wordSize, int minor, int version, int seed)
    {
        var scenario = BuiltDump.BuildXen(faults, wordSize, minor, version, seed);
        var xen = scenario.Xen!;
        using var target = BuiltDump.Open(scenario);
        var thread = target.Threads[0];
        Assert.True(thread.IsPanicking);
        Assert.Equal(xen.PhysicalCpu, thread.Cpu?.Id);
        Assert.Equal(xen.Vcpu.Address, thread.Vcpu?.Address.Value);
        Assert.Equal(scenario.Panicking!.Address, thread.KernelThread?.Address.Value);
        Assert.Equal(scenario.Panicking.Cpu, thread.KernelCpu?.Id);
        Assert.Equal(xen.Version, target.Hypervisor?.Version);
        Assert.Equal(faults ? PanicKind.Hypervisor : PanicKind.Domain, target.Panic.Kind);

        SameXenStack(scenario, target);
        Assert.DoesNotContain(target.Diagnostics.Items, d => d.Severity >= DiagnosticSeverity.Warning);

        var findings = Findings.Of(target, TestContext.Current.CancellationToken);
        if (faults)
        {
            Assert.StartsWith($"Xen crashed on CPU {xen.PhysicalCpu}", findings[0].Summary, StringComparison.Ordinal);
            return;
        }

        ulong below = scenario.Panicking.StackBase - scenario.FaultAddress;
        Assert.StartsWith($"dom0 crashed: kernel stack overflow: 0x{scenario.FaultAddress:x} is {below} bytes below the stack 0x{scenario.Panicking.StackBase:x}-", findings[0].Summary, StringComparison.Ordinal);
        if (xen.Cr2 != scenario.FaultAddress) Assert.Contains($"cr2 is 0x{xen.Cr2:x}", string.Join("\n", findings[0].Evidence), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Xen))]
    public void Threads_of_the_other_cpus_and_those_that_wait_are_shown_too(bool faults, int wordSize, int minor, int version, int seed)
    {
        var scenario = BuiltDump.BuildXen(faults, wordSize, minor, version, seed);
        using var target = BuiltDump.Open(scenario);
        BuiltKernel.SameStacks(scenario, target);
    }

    [Theory, MemberData(nameof(Xen))]
    public void The_domains_are_those_of_the_hypervisor(bool faults, int wordSize, int minor, int version, int seed)
    {
        var scenario = BuiltDump.BuildXen(faults, wordSize, minor, version, seed);
        using var target = BuiltDump.Open(scenario);
        var domains = target.Domains.Where(d => d.Kind != DomainKind.Idle).ToList();
        Assert.Equal(scenario.Xen!.Domains.Select(d => (d.Id, d.Address, (ulong?)d.Pages)), domains.Select(d => (d.Id, d.Address.Value, (ulong?)d.TotalPages)));
        foreach (var (built, shown) in scenario.Xen.Domains.Zip(domains))
            Assert.Equal(built.Vcpus.Select(v => (v.Id, v.Address, v.Processor, (VcpuState?)v.RunState)), shown.Vcpus.Select(v => (v.Id, v.Address.Value, v.Processor ?? -1, v.State)));
    }

    [Theory]
    [InlineData(SolarisCarrier.Vmdump)]
    [InlineData(SolarisCarrier.Device)]
    public void Each_carrier_brings_the_same_hypervisor(SolarisCarrier carrier)
    {
        var scenario = BuiltDump.BuildXen(false, 64, 4, 3, 41);
        using var target = BuiltDump.Open(scenario, carrier);
        var stack = BuiltDump.StackOf(target.Threads[0]);
        Assert.Equal(scenario.Xen!.Guest.Select(BuiltDump.Text), BuiltDump.Code(stack, FrameKind.Kernel));
        Assert.Equal(scenario.Xen.Frames.Select(BuiltDump.Text), BuiltDump.Code(stack, FrameKind.Hypervisor).Take(scenario.Xen.Frames.Count));
    }

    /// <summary>As many as the environment variable XENDUMP_KERNELS says, for long runs.</summary>
    [Fact]
    public void Hypervisors_of_any_seed_are_shown_as_they_were_built()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("XENDUMP_KERNELS"), out int wanted) ? wanted : 24;
        var failures = new List<string>();
        for (int seed = 5000; seed < 5000 + (count); seed++)
        {
            int wordSize = (seed & 1) == 0 ? 64 : 32;
            var scenario = BuiltDump.BuildXen((seed & 2) == 0, wordSize, (seed & 4) == 0 ? 4 : wordSize == 32 ? 0 : 1, 1 + (seed % 3), seed);
            try
            {
                using var target = BuiltDump.Open(scenario);
                SameXenStack(scenario, target);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Add($"{seed} {scenario.Name} {wordSize}: {e.Message}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures\n{string.Join("\n", failures.Take(5))}");
    }

    private static void SameXenStack(SolarisKernelScenario scenario, DumpTarget target)
    {
        var xen = scenario.Xen!;
        var stack = BuiltDump.StackOf(target.Threads[0]);
        Assert.True(stack.Complete, stack.Ended);
        string[] entries = ["handle_exception", "hypercall", "test_all_events"];
        Assert.Equal(xen.Frames.Concat(xen.Nested).Select(BuiltDump.Text), stack.Frames.Where(f => f.Kind == FrameKind.Hypervisor && !entries.Contains(f.Function)).Select(BuiltDump.Text));
        Assert.Equal(xen.Guest.Select(BuiltDump.Text), BuiltDump.Code(stack, FrameKind.Kernel));
        Assert.DoesNotContain(stack.Frames, f => xen.NoReturn != 0 && f.Exception is null && f.Pc.Value == xen.NoReturn);
        var records = stack.Frames.Where(f => f.Exception is not null && f.Exception.Name is not ("syscall" or "sysenter")).Select(f => f.Exception!).ToList();
        Assert.Equal(xen.Nested.Count > 0 && scenario.Kernel.Options.WordSize == 32 ? ["#PF", "hypercall"] : ["#PF"], records.Select(r => r.Name));
        Assert.Equal(scenario.FaultPc, records[0].Pc.Value);
        Assert.Equal(scenario.FaultAddress, records[0].FaultAddress?.Value);
    }
}
