using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Formats;

/// <summary>A line of formats goes on over the calls of a loop or a pipe: what has been printed of it comes out before an error, and at the end.</summary>
internal static class FormatLines
{
    /// <summary>The lines; where something is wrong, what stands in the unfinished line comes first.</summary>
    public static IEnumerable<CommandOutput> Kept(FormatWriter writer, IEnumerable<CommandOutput> lines)
    {
        using var source = lines.GetEnumerator();
        while (true)
        {
            MdbException? wrong = null;
            bool more = false;
            try
            {
                more = source.MoveNext();
            }
            catch (MdbException e)
            {
                wrong = e;
            }

            if (wrong is not null)
            {
                foreach (var line in Rest(writer)) yield return line;
                throw wrong;
            }

            if (!more) yield break;
            yield return source.Current;
        }
    }

    /// <summary>All that was not printed yet.</summary>
    public static IEnumerable<CommandOutput> Rest(FormatWriter writer)
    {
        writer.Indents = false;
        writer.Finish();
        while (writer.Next() is { } line) yield return CommandOutput.Line(line);
    }
}
