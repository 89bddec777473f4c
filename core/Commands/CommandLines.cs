using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Lines of commands that may go wrong half way.</summary>
internal static class CommandLines
{
    /// <summary>The lines, and behind them, where something is wrong, what is made of it: more lines, or another exception.</summary>
    public static IEnumerable<CommandOutput> Catching(Func<IEnumerable<CommandOutput>> make, Func<MdbException, IEnumerable<CommandOutput>> wrong)
    {
        IEnumerator<CommandOutput>? lines = null;
        MdbException? caught = null;
        try
        {
            while (true)
            {
                bool more = false;
                try
                {
                    lines ??= make().GetEnumerator();
                    more = lines.MoveNext();
                }
                catch (MdbException e)
                {
                    caught = e;
                }

                if (!more) break;
                yield return lines!.Current;
            }
        }
        finally
        {
            lines?.Dispose();
        }

        if (caught is null) yield break;
        foreach (var line in wrong(caught)) yield return line;
    }
}
