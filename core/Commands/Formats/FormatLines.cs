using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Formats;

/// <summary>A line of formats goes on over the calls of a loop or a pipe: what has been printed of it comes out before an error, and at the end.</summary>
internal static class FormatLines
{
    /// <summary>The lines; where something is wrong, what stands in the unfinished line comes first.</summary>
    public static IEnumerable<CommandOutput> Kept(FormatWriter writer, IEnumerable<CommandOutput> lines) =>
        CommandLines.Catching(() => lines, wrong => Rest(writer).Concat(Thrown(wrong)));

    /// <summary>All that was not printed yet.</summary>
    public static IEnumerable<CommandOutput> Rest(FormatWriter writer)
    {
        writer.Indents = false;
        writer.Finish();
        while (writer.Next() is { } line) yield return line;
    }

    private static IEnumerable<CommandOutput> Thrown(MdbException wrong)
    {
        yield return wrong.Stops ? throw wrong : CommandOutput.Error(wrong.Message);
    }
}
