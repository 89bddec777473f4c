using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Tests.Samples;

public sealed class NmiSampleTests
{
    [Fact]
    public void Shows_the_panic_on_its_own_stack_and_the_idle_code_that_it_interrupted()
    {
        using var target = SampleDump.Open("nmi");
        var stack = SampleDump.StackOf(target, "CPU 0");
        Assert.Equal(
            [
                "__machine_halt", "machine_halt", "panic", "fatal_trap", "[unknown_nmi_error]", "do_nmi", "handle_ist_exception", "--NMI--", "default_idle", "idle_loop",
                "context_switch",
            ],
            SampleDump.Names(stack));
        Assert.True(stack.Complete);
        Assert.Equal("NMI", target.Cpus[0].Stacks.Single(s => s.Range.Contains(stack.Frames[0].Sp)).Name);
        Assert.Equal("primary", target.Cpus[0].Stacks.Single(s => s.Range.Contains(stack.Frames[^2].Sp)).Name);
    }

    [Fact]
    public void Says_that_the_hypervisor_crashed_and_not_dom0()
    {
        using var target = SampleDump.Open("nmi");
        Assert.Equal(PanicKind.Hypervisor, target.Panic.Kind);
        var finding = Assert.Single(Findings.Of(target, TestContext.Current.CancellationToken));
        Assert.Equal("Xen crashed on CPU 0: FATAL TRAP: vec 2, NMI[0000]", finding.Summary);
    }

    [Fact]
    public void Shows_the_waiting_vcpu_from_its_hypercall_to_the_kernels_start()
    {
        using var target = SampleDump.Open("nmi");
        var stack = SampleDump.StackOf(target, "d0v0");
        Assert.Equal(["hypercall_sched_op", "idle", "kernel_main", "_start"], SampleDump.Names(stack));
        Assert.True(stack.Complete);
        Assert.Equal(VcpuState.Blocked, target.Domains[0].Vcpus[0].State);
    }

    [Fact]
    public void Prints_the_call_trace_that_the_unwinder_finds()
    {
        using var target = SampleDump.Open("nmi");
        var interrupted = SampleDump.StackOf(target, "CPU 0").Frames.SkipWhile(f => f.Exception is null).Skip(1);
        foreach (var frame in interrupted) Assert.Contains($"[<{frame.Pc.Value:x16}>]", target.Hypervisor!.Console, StringComparison.Ordinal);
    }
}
