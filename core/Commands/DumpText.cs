namespace XenDumpAdapter.Core.Commands;

/// <summary>Text that a dump holds, made fit to be printed: nothing in it may steer a terminal.</summary>
public static class DumpText
{
    /// <summary>Its lines, without the empty one behind a last newline. Control characters but the tab become dots.</summary>
    public static IEnumerable<string> Lines(string text)
    {
        if (text.EndsWith('\n')) text = text[..^1];
        return text.Split('\n').Select(line => Clean(line.TrimEnd('\r')));
    }

    /// <summary>One line of it: newlines are blanks.</summary>
    public static string Line(string text) => Clean(text.Trim().ReplaceLineEndings(" "));

    private static string Clean(string line) => line.Any(IsUnfit) ? string.Concat(line.Select(c => IsUnfit(c) ? '.' : c)) : line;

    private static bool IsUnfit(char c) => char.IsControl(c) && c != '\t';
}
