using XenDumpAdapter.Adapter.Verbs;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Opening;

namespace XenDumpAdapter.Adapter.Tests.Cli;

public sealed class TerminalTests
{
    [Fact]
    public void Progress_is_shown_after_a_second_and_wiped_out()
    {
        using var error = new StringWriter();
        var clock = new ManualClock();
        using (var progress = new ProgressLine(Make(error, shows: true), clock))
        {
            progress.Report(new OpenProgress("xen symbols", "reading xen-syms"));
            clock.Advance(TimeSpan.FromMilliseconds(999));
            Assert.Empty(error.ToString());
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.NotEmpty(error.ToString());
        }

        clock.Advance(TimeSpan.FromSeconds(5));

        string[] shown = error.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("xen symbols: reading xen-syms", shown[0].TrimEnd());
        Assert.Equal("", shown[^1].TrimEnd());
    }

    [Fact]
    public void Nobody_is_shown_progress_that_nobody_sees()
    {
        using var error = new StringWriter();
        var clock = new ManualClock();
        using (var progress = new ProgressLine(Make(error, shows: false), clock))
        {
            progress.Report(new OpenProgress("a", "b"));
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Empty(error.ToString());
    }

    [Fact]
    public void Plain_lines_are_never_coloured()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var terminal = new Terminal { Out = output, Error = TextWriter.Null, Input = Stream.Null, Output = Stream.Null, Colour = true };
        terminal.Write([new ReportLine("plain"), new ReportLine("doubt", LineStyle.Doubt)]);
        Assert.Equal("plain\n\u001b[33mdoubt\u001b[0m\n", output.ToString());
    }

    private static Terminal Make(TextWriter error, bool shows) =>
        new() { Out = TextWriter.Null, Error = error, Input = Stream.Null, Output = Stream.Null, ShowsProgress = shows };
}
