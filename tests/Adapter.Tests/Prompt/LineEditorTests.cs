using XenDumpAdapter.Adapter.Prompt;
using XenDumpAdapter.Core.Commands.Completion;

namespace XenDumpAdapter.Adapter.Tests.Prompt;

/// <summary>Typing a line: keys in, a line out.</summary>
public sealed class LineEditorTests
{
    private static readonly string[] Names = ["::cpuinfo", "::walk", "::walkers"];

    [Theory]
    [InlineData("abc<left><left>X<enter>", "aXbc")]
    [InlineData("abc<home>X<end>Y<enter>", "XabcY")]
    [InlineData("abc^AX^EY<enter>", "XabcY")]
    [InlineData("abcd<back><left><back><enter>", "ac")]
    [InlineData("abc<home><delete>^D<enter>", "c")]
    [InlineData("one two^W^Y^Y<enter>", "one twotwo")]
    [InlineData("one two^A^Kthree<enter>", "three")]
    [InlineData("one two^Uthree<enter>", "three")]
    [InlineData("<up><enter>", "newest")]
    [InlineData("<up><up><enter>", "older")]
    [InlineData("<up><up><up><up><down><enter>", "newest")]
    [InlineData("draft<up><down><enter>", "")]
    [InlineData("^Rold<enter>", "older")]
    [InlineData("^Re^R<enter>", "older")]
    [InlineData("lost^Ckept<enter>", "kept")]
    [InlineData("::cpu<tab><enter>", "::cpuinfo ")]
    [InlineData("::wa<tab>x<enter>", "::walkx")]
    public void Makes_the_line(string keys, string expected) => Assert.Equal(expected, Read(keys, out _));

    [Fact]
    public void Ends_with_the_input() => Assert.Null(Read("^D", out _));

    [Fact]
    public void Lists_the_candidates_at_the_second_Tab()
    {
        Assert.Equal("::walk", Read("::wal<tab><tab><enter>", out string screen));
        Assert.Contains("::walk     ::walkers", screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_a_part_of_a_line_that_is_wider_than_the_screen()
    {
        string line = new('x', 300);
        Assert.Equal(line, Read(line + "<enter>", out string screen));
        Assert.All(screen.Split('\r'), row => Assert.True(row.Length < 100, row));
    }

    private static string? Read(string keys, out string screen)
    {
        var waiting = new Queue<ConsoleKeyInfo>(Keys(keys));
        using var output = new StringWriter();
        var history = new History(null);
        history.Add("older");
        history.Add("newest");
        string? line = new LineEditor(waiting.Dequeue, output, () => 40, history, Complete).Read("> ");
        Assert.Empty(waiting);
        screen = output.ToString();
        return line;
    }

    private static Completions Complete(string text, int cursor) =>
        new(0, [.. Names.Where(c => c.StartsWith(text[..cursor], StringComparison.Ordinal)).Select(c => new Completion(c, CompletionKind.Command, null))]);

    private static IEnumerable<ConsoleKeyInfo> Keys(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '<' && text.IndexOf('>', i) is > 0 and var end)
            {
                yield return Key(text[(i + 1)..end]);
                i = end;
            }
            else if (text[i] == '^')
            {
                char letter = text[++i];
                yield return new ConsoleKeyInfo((char)(letter & 0x1f), Enum.Parse<ConsoleKey>(letter.ToString()), false, false, true);
            }
            else
            {
                yield return new ConsoleKeyInfo(text[i], ConsoleKey.None, false, false, false);
            }
        }
    }

    private static ConsoleKeyInfo Key(string name) => name switch
    {
        "left" => new('\0', ConsoleKey.LeftArrow, false, false, false),
        "up" => new('\0', ConsoleKey.UpArrow, false, false, false),
        "down" => new('\0', ConsoleKey.DownArrow, false, false, false),
        "home" => new('\0', ConsoleKey.Home, false, false, false),
        "end" => new('\0', ConsoleKey.End, false, false, false),
        "back" => new('\b', ConsoleKey.Backspace, false, false, false),
        "delete" => new('\0', ConsoleKey.Delete, false, false, false),
        "tab" => new('\t', ConsoleKey.Tab, false, false, false),
        _ => new('\r', ConsoleKey.Enter, false, false, false),
    };
}
