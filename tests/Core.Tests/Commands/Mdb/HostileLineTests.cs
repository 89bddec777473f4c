using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>Whatever is typed, lines come out, and nothing is thrown.</summary>
public sealed class HostileLineTests : IDisposable
{
    private const int MostLines = 200;

    private static readonly string[] Pieces =
    [
        "1", "10", "ff", "0x", "0t9", "ffffffffffffffff", "8000000000000000", "nr_cpus", "xen`", "`", "panic", "zz", "<a", "<", "<eip", ".", "+", "-", "^", "&", "*", "*/i/", "%", "%%", "#", "~", "(", ")", "[", "]", "==", "!=", "<<", ">>",
        ",", ";", "\n", " ", "\t", "|", "!", "!grep x", "! sort", "! head -1", "//", "/", "\\", "?", "@", "=", "/X", "/s", "=a", "/i", "/ai", "=J", "/L", "\\x", "4", "\"", "'", "\"a\"", "'a'", "$[", "$[1]", "::", "::echo", "::map", "::grep", "::eval", "::head -1",
        "::walk vcpu", "::walk domain", "::dis -n 2", "::dump", "::dcmds", "::walkers", "::formats", "::help", "::vars", "::typeset a", "::unset a", "$d", "$w", "$v", "$M", "$<", "$<vcpu", ">a", ">/c/a", ">", ":c", "::quit", "::domain", "-n", "-", "\u00e9", "\0", "\u2028", "xen:", "machine:", "dom0:",
    ];

    private readonly MdbDump _dump = MdbDump.Of(new CrashedHost().Open());

    public void Dispose() => _dump.Dispose();

    [Fact]
    public void Random_lines()
    {
        var random = new Random(4711);
        for (int i = 0; i < 4000; i++)
        {
            string line = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            Survives(line);
        }
    }

    [Fact]
    public void Good_lines_that_are_spoiled()
    {
        var random = new Random(42);
        string[] good = ["xen:nr_cpus,4/X ! grep 2", "::walk domain d | ::walk vcpu | ::map .+8 | /4X", "nr_cpus::dis -n 3 -a; ::echo \"a b\" $[1+2]", "(1+2)*3#8=XDO; 5>a; <a=p", "::walk vcpu v | ::eval \"<v=Kn\" ! sort | wc -l"];
        for (int i = 0; i < 3000; i++)
        {
            char[] line = good[i % good.Length].ToCharArray();
            for (int n = random.Next(1, 4); n > 0; n--) line[random.Next(line.Length)] = (char)random.Next(1, 128);
            Survives(new string(line));
        }
    }

    [Theory]
    [InlineData("(", 10_000)]
    [InlineData("*", 10_000)]
    [InlineData("1+", 50_000)]
    [InlineData("1;", 20_000)]
    [InlineData("::echo ", 5_000)]
    [InlineData("::echo|", 5_000)]
    [InlineData("$[", 10_000)]
    [InlineData("\"", 9_999)]
    [InlineData("'", 9_999)]
    [InlineData("! sort |", 5_000)]
    [InlineData("/X", 10_000)]
    [InlineData("::eval ", 5_000)]
    [InlineData("aaaaaaaaaaaaaaaaaaaa", 5_000)]
    public void The_same_again_and_again(string piece, int times) => Survives(string.Concat(Enumerable.Repeat(piece, times)));

    [Fact]
    public void Commands_that_run_commands_end()
    {
        string line = "::echo deep";
        for (int i = 0; i < 6; i++) line = $"::eval \"{line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        Assert.Equal("deep", _dump.Line(line));
    }

    [Fact]
    public void Places_of_errors_are_within_the_line()
    {
        var random = new Random(7);
        for (int i = 0; i < 2000; i++)
        {
            string line = string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => Pieces[random.Next(Pieces.Length)])).Replace('\n', ' ').Replace('\r', ' ');
            var lines = Survives(line);
            for (int at = 1; at < lines.Count; at++)
            {
                if (!lines[at].IsError || lines[at].Text.Trim(' ').Trim('^').Length > 0 || !lines[at].Text.Contains('^', StringComparison.Ordinal) || lines[at - 1].Text.StartsWith("mdb: ", StringComparison.Ordinal)) continue;
                Assert.Equal(line.Replace('\t', ' ').TrimEnd('\r'), lines[at - 1].Text[4..]);
                Assert.InRange(lines[at].Text.IndexOf('^', StringComparison.Ordinal) - 4, 0, line.Length);
            }
        }
    }

    [Fact]
    public void A_pipe_computes_no_more_than_is_taken()
    {
        Assert.Equal(3, _dump.Lines("::eval ',ffffffffffffffff::echo x' ! head -3").Length);
        Assert.Equal(["1", "1"], _dump.Lines(",ffffffffffffffff::echo 1 | ::head -2"));
    }

    [Fact]
    public void A_cancelled_pipe_stops_between_two_lines()
    {
        using var cancel = new CancellationTokenSource();
        using var lines = _dump.Session.Run(",ffffffffffffffff::echo 1 | ::map .+1 | ::map .+1", cancel.Token).GetEnumerator();
        for (int i = 0; i < 100; i++) Assert.True(lines.MoveNext());
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => lines.MoveNext());
    }

    private List<CommandOutput> Survives(string line)
    {
        // Loops of nothing are endless, and are for the user to stop.
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var lines = new List<CommandOutput>();
        try
        {
            foreach (var output in _dump.Session.Run(line, cancel.Token).Take(MostLines)) lines.Add(output);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }

        Assert.All(lines, l => Assert.DoesNotContain('\n', l.Text));
        _dump.Session.IsEnded = false;
        _dump.Session.Radix = 16;
        return lines;
    }
}
