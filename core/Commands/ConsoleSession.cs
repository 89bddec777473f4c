using System.Text;
using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands;

/// <summary>
/// A console of one client: it takes the mdb language, whose dot and variables it keeps between lines, and the words of the command line. Debug consoles take C
/// expressions too; those are not its business. Not safe from several threads.
/// </summary>
public sealed class ConsoleSession(DumpTarget target)
{
    private const int MostLines = 10_000;
    private const int MostCharacters = 2 << 20;

    /// <summary>The conversation in the mdb language.</summary>
    public MdbSession Mdb { get; } = new(target);

    /// <summary>Which language a line is written in.</summary>
    /// <param name="line">What was typed.</param>
    /// <param name="frame">Where names of C are looked for; null for the dump alone.</param>
    public ConsoleLanguage LanguageOf(string line, Frame? frame) =>
        ConsoleLanguages.Of(line, name => CExpression.Evaluate(name, new ExpressionScope(target, frame)).Value is not null);

    /// <summary>Runs a line that is not C. Nothing that a user may type throws but a cancellation.</summary>
    /// <param name="line">What was typed.</param>
    /// <param name="language">In which language.</param>
    /// <param name="thread">The selected thread; null for the one that crashed.</param>
    /// <param name="frame">The selected frame; null for the thread's first.</param>
    /// <param name="cancel">Stops it between two lines.</param>
    public IEnumerable<CommandOutput> Run(string line, ConsoleLanguage language, TargetThread? thread = null, Frame? frame = null, CancellationToken cancel = default)
    {
        if (language == ConsoleLanguage.Words) return TextCommands.Run(target, line, frame, cancel).Select(l => CommandOutput.Line(l.Text, style: l.Style));
        Mdb.Thread = thread;
        Mdb.Frame = frame;
        return Mdb.Run(line, cancel);
    }

    /// <summary>The text of lines for a client that wants it whole: of very many the first, and a line that says so.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="reference">The first memory that a line is about; null for none.</param>
    /// <param name="failed">Whether every line says that something went wrong.</param>
    public static string Whole(IEnumerable<CommandOutput> lines, out Location? reference, out bool failed)
    {
        var text = new StringBuilder();
        int count = 0;
        reference = null;
        failed = false;
        foreach (var line in lines)
        {
            if (count == MostLines || text.Length > MostCharacters)
            {
                text.Append($"\n[stopped after {count} lines; ! grep or ! head choose among them, xendump mdb shows all]");
                break;
            }

            failed = line.IsError && (failed || count == 0);
            if (count++ > 0) text.Append('\n');
            text.Append(line.Text);
            reference ??= line.Reference;
        }

        return text.ToString();
    }
}
