using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands;

public sealed class StackReportTests
{
    [Fact]
    public void One_stack_runs_from_the_hypervisor_through_the_exception_into_the_guest() => Assert.Equal(
        [
            "CPU 0: d0v0 (panicking)",
            "--- hypervisor ---",
            "  #0   0xffff830003f57e00  xen`machine_halt+0x1",
            "  #1   0xffff830003f57e80  xen`common_interrupt+0x10 [guess]",
            "--- #PF (page fault): write to a page that is not present, in kernel mode, at 0xffffffff80103f98 ---",
            "  #2   error 2  cs:rip e033:0xffffffff8010212b  ss:rsp e02b:0xffffffff80103f90  record at 0xffff830003f57ef8",
            "       address: guest cr2 of d0v0",
            "--- kernel of d0v0 ---",
            "  #3   0xffffffff80103f90  mini`walk_tree+0x2b  build/mini/mini.c:51  <- 1992 bytes, the largest",
            "  #4   0xffffffff80104758  mini`_start+0x12 [code]",
            "  end of stack",
        ],
        Lines(0));

    [Fact]
    public void A_walk_that_failed_says_why_and_is_doubtful()
    {
        var last = StackReport.Lines(new CrashedHost().Open().Threads[1], cancel: TestContext.Current.CancellationToken).Last();
        Assert.Equal(new ReportLine("  stopped: return address 0x0 is not code", LineStyle.Doubt), last);
    }

    [Fact]
    public void Guesses_are_marked_for_the_eye_too() =>
        Assert.Equal(LineStyle.Doubt, StackReport.Lines(new CrashedHost().Open().Threads[0], cancel: TestContext.Current.CancellationToken).Single(l => l.Text.EndsWith("[guess]", StringComparison.Ordinal)).Style);

    [Fact]
    public void Registers_come_with_the_innermost_frame_and_the_exception()
    {
        string[] lines = Lines(0, new StackReportOptions { Registers = true });
        Assert.Contains("       rax    0000000000000033  rsp    ffff830003f57e00  rip    ffff82d040001001", lines);
        Assert.Contains("       rbx    0000000000000009  rsp    ffffffff80103f90  rip    ffffffff8010212b", lines);
        Assert.Equal(2, lines.Count(l => l.Contains("rip    ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_thread_without_frames_says_so() => Assert.Equal(["d0v1 (offline)", "  no frames", "  stopped: no registers"], Lines(2));

    [Theory]
    [InlineData("mini.c", 51, "mini.c:51")]
    [InlineData("/build/xen-4.17/xen/arch/x86/traps.c", 7, "arch/x86/traps.c:7")]
    [InlineData("/a/b.c", 0, "a/b.c")]
    [InlineData("arch/x86/mm/a.c", 3, "arch/x86/mm/a.c:3")]
    public void Source_paths_keep_their_last_parts(string path, int line, string expected) => Assert.Equal(expected, FrameText.Source(new SourceLine(path, line)));

    [Fact]
    public void A_frame_that_ends_below_its_stack_pointer_has_no_size()
    {
        var frame = new CrashedHost().Open().Threads[0].Stack(TestContext.Current.CancellationToken).Frames[3];
        Assert.Equal(1992UL, FrameText.Size(frame));
        Assert.Null(FrameText.Size(frame with { Cfa = frame.Sp - 8 }));
        Assert.Null(FrameText.Size(frame with { Inline = true }));
    }

    [Fact]
    public void Every_way_of_finding_a_frame_has_its_word() => Assert.Equal(
        ["context", "cfi", "frame-pointer", "code-analysis", "exception-record", "guest-frame", "scan"],
        Enum.GetValues<FoundBy>().Select(FrameText.FoundBy));

    private static string[] Lines(int thread, StackReportOptions? options = null) =>
        [.. StackReport.Lines(new CrashedHost().Open().Threads[thread], options, TestContext.Current.CancellationToken).Select(l => l.Text)];
}
