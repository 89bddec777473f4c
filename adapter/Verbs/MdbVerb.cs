using System.CommandLine;
using System.Text;
using XenDumpAdapter.Adapter.Json;
using XenDumpAdapter.Adapter.Prompt;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump mdb</c>: the mdb language, at a prompt, from <c>-e</c>, or a script on standard input.</summary>
internal sealed class MdbVerb : DumpVerb
{
    private readonly Option<string[]> _commands = new("-e") { Description = "run these commands and end", HelpName = "COMMANDS", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    private readonly Option<bool> _noPager = new("--no-pager") { Description = "at the prompt, do not stop after each screenful" };

    /// <summary>The verb.</summary>
    public MdbVerb(VerbHost host) : base(host, "mdb", "Commands of the mdb language: a prompt, a script on standard input, or -e.",
        "xendump mdb vmcore.0", "xendump mdb sample:goldcloth -e '::status; $C'", "xendump mdb 0 -e '::walk thread | ::findstack' --json", "xendump mdb 0 < script")
    {
        Command.Options.Add(_commands);
        Command.Options.Add(_noPager);
    }

    /// <inheritdoc/>
    protected override int Run(DumpTarget target, ParseResult arguments, bool json, CancellationToken cancel)
    {
        var session = new MdbSession(target);
        var commands = arguments.GetValue(_commands) ?? [];
        if (commands.Length > 0) return Script(session, commands, json, cancel);
        if (Host.Terminal.IsInteractive && !json)
        {
            using var prompt = new MdbPrompt(session, Host.Terminal, pages: !arguments.GetValue(_noPager));
            prompt.Run();
            return ExitCode.Ok;
        }

        using var input = new StreamReader(Host.Terminal.Input, Encoding.UTF8);
        return Script(session, [input.ReadToEnd()], json, cancel);
    }

    /// <summary>Runs texts one after the other. What went wrong goes to standard error, in its place among the lines; of what could not be understood the exit code tells.</summary>
    private int Script(MdbSession session, IEnumerable<string> texts, bool json, CancellationToken cancel)
    {
        int code = ExitCode.Ok;
        foreach (var line in texts.SelectMany(text => session.Run(text, cancel)))
        {
            if (line.IsMistake) code = ExitCode.BadInput;
            if (json && CommandJson.Of(line) is { } shape) Host.Terminal.Out.WriteLine(shape);
            else if (!json && line.IsError) Fail(line.Text);
            else if (!json) Host.Terminal.Write([new ReportLine(line.Text, line.Style)]);
        }

        return code;
    }

    private void Fail(string text)
    {
        Host.Terminal.Out.Flush();
        Host.Terminal.Error.WriteLine(text);
    }
}
