using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands;

public sealed class TextCommandsTests
{
    [Fact]
    public void Help_names_every_command()
    {
        string[] lines = Run("help");
        foreach (string verb in (string[])["info", "findings", "stack", "threads", "registers", "console", "read", "dis", "print"])
        {
            Assert.Contains(lines, l => l.StartsWith(verb, StringComparison.Ordinal));
            Assert.True(TextCommands.IsCommand(verb));
        }
    }

    [Fact]
    public void Threads_are_listed_with_where_they_are()
    {
        string[] lines = Run("threads");
        Assert.Equal(" > 1   0    d0v0         running   0xffff82d040001001  xen`machine_halt+0x1", lines[1]);
        Assert.Equal("   2   1    d[IDLE]v1    running   0xffff82d040001001  xen`machine_halt+0x1", lines[2]);
        Assert.Equal("   3   -    d0v1         offline   no registers", lines[3]);
    }

    [Theory]
    [InlineData("stack", "CPU 0: d0v0 (panicking)")]
    [InlineData("stack cpu 1", "CPU 1: idle")]
    [InlineData("stack 1", "CPU 1: idle")]
    [InlineData("stack d0v1", "d0v1 (offline)")]
    [InlineData("stack cpu 9", "there is no CPU 9 in this dump: it has 0, 1")]
    [InlineData("stack d9v9", "there is no vcpu d9v9 in this dump: it has d0v0, d[IDLE]v1, d0v1")]
    public void A_stack_can_be_chosen(string line, string first) => Assert.Equal(first, Run(line)[0]);

    [Fact]
    public void All_stacks_come_one_after_the_other() =>
        Assert.Equal(3, Run("stack all").Count(l => l is "CPU 0: d0v0 (panicking)" or "CPU 1: idle" or "d0v1 (offline)"));

    [Fact]
    public void Memory_is_read_at_expressions()
    {
        Assert.Equal("0x0000000000001000  30 31 32 33                                       |0123|", Run("read machine:0x1000 4")[0]);
        Assert.StartsWith("0xffffffff80104000  00 01 02", Run("read kstack")[0], StringComparison.Ordinal);
        Assert.EndsWith(" 0f  |               .|", Run("read kstack + 15 1")[0], StringComparison.Ordinal);
        Assert.Contains("at most", Run("read kstack 0x7fffffffffffffff")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_comes_as_a_line()
    {
        Assert.Equal("there is no command frobnicate; help lists them", Run("frobnicate")[0]);
        Assert.Contains("no symbol is called nowhere", Run("print nowhere")[0], StringComparison.Ordinal);
        Assert.False(TextCommands.IsCommand("nr_cpus + 1"));
    }

    [Fact]
    public void The_console_is_shown_line_by_line() => Assert.Equal(["(XEN) first", "(XEN) last"], Run("console").Take(2));

    [Fact]
    public void The_machine_is_described()
    {
        string[] lines = [.. MachineReport.Lines(new CrashedHost().Open()).Select(l => l.Text)];
        Assert.Contains("Hypervisor: Xen 4.17.5, release build", lines);
        Assert.Contains("  command line  console=com1", lines);
        Assert.Contains("  CPU 0         runs d0v0, crashed here  cpu_info 0xffff830003f57ef8  (QEMU CPU state)", lines);
        Assert.Contains("      0 pv64     11287   no limit  0xffff830003f41000  0xffff830003d83000  running", lines);
        Assert.Contains("          d0v0       running   struct vcpu 0xffff8300031e4000  runs on CPU 0", lines);
        Assert.Contains("          d0v1       offline   struct vcpu 0xffff830003cbf000  placed on CPU 1", lines);
        Assert.Contains("  32767 idle         -          -  0xffff830003dfb000  -                   -", lines);
    }

    private static string[] Run(string line) => [.. TextCommands.Run(new CrashedHost().Open(), line, null, TestContext.Current.CancellationToken).Select(l => l.Text)];
}
