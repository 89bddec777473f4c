using System.CommandLine;
using System.Text;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump mdb</c>: the mdb language, from <c>-e</c> or a script on standard input.</summary>
internal sealed class MdbVerb : DumpVerb
{
    private readonly Option<string[]> _commands = new("-e") { Description = "run these commands and end", HelpName = "COMMANDS", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    /// <summary>The verb.</summary>
    public MdbVerb(VerbHost host) : base(host, "mdb", "Commands of the mdb language: a prompt, a script on standard input, or -e.",
        "xendump mdb vmcore.0", "xendump mdb sample:goldcloth -e '::status; $C'", "xendump mdb 0 -e '::walk thread | ::findstack' --json", "xendump mdb 0 < script")
    {
        Command.Options.Add(_commands);
    }

    /// <inheritdoc/>
    protected override int Run(DumpTarget target, ParseResult arguments, bool json, CancellationToken cancel)
    {
        var session = new MdbSession(target);
        var commands = arguments.GetValue(_commands) ?? [];
        if (commands.Length > 0) return Script(session, commands, cancel);
        using var input = new StreamReader(Host.Terminal.Input, Encoding.UTF8);
        return Script(session, [input.ReadToEnd()], cancel);
    }

    private int Script(MdbSession session, IEnumerable<string> texts, CancellationToken cancel)
    {
        int code = ExitCode.Ok;
        foreach (string text in texts)
        {
            foreach (var line in session.Run(text, cancel))
            {
                if (line.IsError)
                {
                    Host.Terminal.Out.Flush();
                    Host.Terminal.Error.WriteLine(line.Text);
                    code = ExitCode.BadInput;
                }
                else Host.Terminal.Write([new ReportLine(line.Text, line.Style)]);
            }
        }

        return code;
    }
}
