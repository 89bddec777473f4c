using XenDumpAdapter.Adapter.Prompt;

namespace XenDumpAdapter.Adapter.Tests.Prompt;

/// <summary>Output that stops after each screenful.</summary>
public sealed class PagerTests
{
    [Theory]
    [InlineData("", 3)]
    [InlineData(" ", 6)]
    [InlineData("\r\r", 5)]
    [InlineData("q", 3)]
    [InlineData("c", 100)]
    public void Shows_what_is_asked_for(string keys, int shown)
    {
        // Where nobody presses a key any more, the user goes away.
        var waiting = new Queue<char>(keys);
        var pager = new Pager(() => Key(waiting.TryDequeue(out char c) ? c : 'q'), TextWriter.Null, () => (80, 4));
        pager.Begin();
        int count = 0;
        while (count < 100 && pager.TryTake("a line")) count++;
        Assert.Equal(shown, count);
    }

    [Fact]
    public void Counts_the_rows_of_a_long_line()
    {
        var pager = new Pager(() => Key('q'), TextWriter.Null, () => (10, 4));
        pager.Begin();
        Assert.True(pager.TryTake(new string('x', 25)));
        Assert.False(pager.TryTake("x"));
    }

    [Fact]
    public void Never_stops_where_there_is_no_screen()
    {
        var pager = new Pager(() => throw new InvalidOperationException("nobody types here"), TextWriter.Null, () => (0, 0));
        pager.Begin();
        for (int i = 0; i < 1000; i++) Assert.True(pager.TryTake("a line"));
    }

    private static ConsoleKeyInfo Key(char c) => new(c, c switch
    {
        '\r' => ConsoleKey.Enter,
        ' ' => ConsoleKey.Spacebar,
        _ => Enum.Parse<ConsoleKey>(c.ToString().ToUpperInvariant()),
    }, false, false, false);
}
