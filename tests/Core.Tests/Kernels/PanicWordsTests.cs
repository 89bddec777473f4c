using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Tests.Kernels;

/// <summary>What stopped the machine, by the words on Xen's console.</summary>
public sealed class PanicWordsTests
{
    [Fact]
    public void A_hypervisors_panic_names_its_CPU_and_the_words_between_the_stars()
    {
        using var target = With("(XEN) Xen BUG at common/sched/core.c:1\n(XEN) ----[ Xen-4.17 ]----\n(XEN) \n(XEN) ****************************************\n(XEN) Panic on CPU 1:\n(XEN) Xen BUG at common/sched/core.c:1\n(XEN) second line\n(XEN) ****************************************\n");
        Assert.Equal((PanicKind.Hypervisor, "Xen BUG at common/sched/core.c:1 second line"), (target.Panic.Kind, target.Panic.Message));
        Assert.Equal(1, target.Panic.Cpu!.Id);
        Assert.Null(target.Panic.Vcpu);
        Assert.Equal("CPU 1: idle (panicking)", target.Threads[0].Name);
        Assert.StartsWith("Xen BUG", target.Panic.ConsoleLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_panic_counts_more_than_a_domains_crash_before_it()
    {
        using var target = With("(XEN) Domain 0 (vcpu#0) crashed on cpu#0:\n(XEN) Hardware Dom0 crashed: rebooting machine in 5 seconds.\n(XEN) Panic on CPU 0:\n(XEN) FATAL TRAP: vec 8, #DF[0000]\n(XEN) ****\n");
        Assert.Equal((PanicKind.Hypervisor, "FATAL TRAP: vec 8, #DF[0000]"), (target.Panic.Kind, target.Panic.Message));
    }

    [Fact]
    public void Another_domains_crash_before_dom0s_is_not_what_stopped_the_machine()
    {
        using var target = With("(XEN) Domain 7 (vcpu#3) crashed on cpu#1:\n(XEN) domain_crash called from x.c:1\n(XEN) Domain 0 (vcpu#1) crashed on cpu#0:\n(XEN) Domain 9 (vcpu#0) crashed on cpu#1:\n(XEN) Hardware Dom0 crashed: 'noreboot' set - not rebooting.\n");
        Assert.Equal((PanicKind.Domain, "Domain 0 (vcpu#1) crashed on cpu#0"), (target.Panic.Kind, target.Panic.Message));
        Assert.Equal(("d0v1", 0), (target.Panic.Vcpu!.Name, target.Panic.Cpu!.Id));
    }

    [Theory]
    [InlineData("(XEN) Domain 7 (vcpu#3) crashed on cpu#1:\n")]
    [InlineData("(XEN) Hardware Dom0 shutdown: rebooting machine\n")]
    [InlineData("guest says: Panic on CPU 1:\n")]
    [InlineData("(XEN) all is well\n")]
    [InlineData("")]
    public void Words_that_tell_of_no_crash_of_the_machine_are_none(string text)
    {
        using var target = With(text);
        Assert.Equal(PanicKind.None, target.Panic.Kind);
        Assert.DoesNotContain(target.Threads, t => t.IsPanicking);
    }

    [Theory]
    [InlineData("(XEN) [2026-01-01 00:00:00] ")]
    [InlineData("(XEN) [    12.345678] ")]
    [InlineData("(XEN) ")]
    public void Time_stamps_do_not_hide_the_words(string prefix)
    {
        using var target = With($"{prefix}Panic on CPU 0:\r\n{prefix}FATAL PAGE FAULT\r\n{prefix}****\r\n");
        Assert.Equal((PanicKind.Hypervisor, "FATAL PAGE FAULT", 0), (target.Panic.Kind, target.Panic.Message, target.Panic.Cpu!.Id));
    }

    [Fact]
    public void A_dump_that_was_asked_for_is_said_to_be()
    {
        using var target = With("(XEN) 'C' pressed -> triggering crashdump\n");
        Assert.Equal((PanicKind.Requested, "'C' pressed -> triggering crashdump"), (target.Panic.Kind, target.Panic.Message));
    }

    [Theory]
    [InlineData("99")]
    [InlineData("99999999999999999999")]
    public void A_CPU_that_is_not_there_is_not_invented(string cpu)
    {
        using var target = With($"(XEN) Panic on CPU {cpu}:\n(XEN) words\n");
        Assert.Equal(PanicKind.Hypervisor, target.Panic.Kind);
        Assert.Null(target.Panic.Cpu);
    }

    private static DumpTarget With(string console) => new PatchedSample().Console(console).Open();
}
