using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands;

/// <summary>What went wrong, and the place in what was typed.</summary>
internal static class ErrorText
{
    private const int Margin = 4;
    private const int Widest = 200;

    /// <summary>One line of words; where there is a place, the typed line and a mark under it.</summary>
    public static IEnumerable<CommandOutput> Lines(string text, MdbException wrong)
    {
        yield return CommandOutput.Error(wrong.Message, isMistake: wrong.IsMistake);
        if (wrong.At is not { } at || at.Start > text.Length || text.Length == 0) yield break;
        int start = at.Start == 0 ? 0 : text.LastIndexOf('\n', at.Start - 1) + 1;
        int end = text.IndexOf('\n', Math.Min(at.Start, text.Length));
        string line = text[start..(end < 0 ? text.Length : end)].Replace('\t', ' ').TrimEnd('\r');
        if (line.Length > Widest) yield break;
        yield return CommandOutput.ErrorDetail(new string(' ', Margin) + line);
        yield return CommandOutput.ErrorDetail(new string(' ', Margin + at.Start - start) + new string('^', Math.Clamp(at.Length, 1, Math.Max(1, line.Length - (at.Start - start)))));
    }
}
