using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Samples;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>Scripts of many lines: what is wrong in one does not cost another.</summary>
public class ScriptTests
{
    [Theory]
    [InlineData("#")]
    [InlineData("1 +")]
    [InlineData("(")]
    [InlineData("::foo")]
    [InlineData("\"open")]
    [InlineData("'")]
    [InlineData("::walk vcpu |")]
    [InlineData("0xzz::print")]
    [InlineData("::print \"open")]
    [InlineData("ffbe1100/\"open")]
    [InlineData("::xpvbuf ! nothing")]
    [InlineData("::echo $[1")]
    [InlineData("1,=X")]
    [InlineData("*")]
    [InlineData("<")]
    [InlineData("::")]
    public void The_line_behind_one_that_is_wrong_is_run(string wrong)
    {
        Assert.True(SampleCatalog.TryOpen("goldcloth", out var files));
        using var dump = MdbDump.Of(DumpOpener.OpenFiles(files, cancel: TestContext.Current.CancellationToken));
        var lines = dump.Run($"::echo before\n{wrong}\n::echo after\n// a comment\n\n::echo end");
        Assert.Equal(["before", "after", "end"], lines.Where(l => !l.IsError).Select(l => l.Text));
        Assert.Contains(lines, l => l.IsMistake);
    }
}
