using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>The command line: verbs, help, and how failures end.</summary>
internal sealed class CommandLine
{
    private readonly VerbHost _host;
    private readonly RootCommand _root = new("Opens crash dumps of Xen hosts: what crashed, and the one stack from the hypervisor into dom0.");
    private readonly Option<bool> _debug = new("--debug") { Description = "on a fault of xendump itself, show where it happened", Recursive = true, Hidden = true };

    /// <summary>All verbs.</summary>
    public CommandLine(VerbHost host)
    {
        _host = host;
        Verb[] verbs =
        [
            new InfoVerb(host), new StackVerb(host), new ThreadsVerb(host), new ReadVerb(host), new DisVerb(host), new PrintVerb(host),
            new MdbVerb(host), new GdbVerb(host), new DapVerb(host), new DemoVerb(host),
        ];
        foreach (var verb in verbs) _root.Subcommands.Add(verb.Command);
        _root.Options.Add(_debug);
        if (_root.Options.OfType<HelpOption>().FirstOrDefault() is { Action: HelpAction help } option) option.Action = new HelpWithExamples(help, verbs);
    }

    /// <summary>Runs a command line; the result is the exit code. Nothing is thrown.</summary>
    public async Task<int> RunAsync(string[] arguments, CancellationToken cancel)
    {
        bool debug = false;
        try
        {
            var parsed = _root.Parse(arguments);
            if (parsed.Errors.Count > 0 && parsed.Action is null or ParseErrorAction) return Fail(Sentence(parsed), ExitCode.BadInput);
            debug = parsed.GetValue(_debug);
            if (parsed.Action is null) return Fail("Say what to do: xendump info DUMP, or xendump --help.", ExitCode.BadInput);
            var configuration = new InvocationConfiguration
            {
                Output = _host.Terminal.Out,
                Error = _host.Terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            int code = await parsed.InvokeAsync(configuration, cancel).ConfigureAwait(false);
            await _host.Terminal.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            return code;
        }
        catch (Exception e)
        {
            return EndOf(e, debug);
        }
    }

    // Everything that was printed before stays printed; the sentence comes after it.
    private int EndOf(Exception e, bool debug)
    {
        switch (e)
        {
            case OperationCanceledException:
                return ExitCode.Interrupted;
            case DumpFormatException or UsageException:
                return Fail(e.Message, ExitCode.BadInput);
            case UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException:
                return Fail(e.Message, ExitCode.BadInput);
            case IOException:
                return Fail($"Reading or writing failed: {FirstLine(e.Message).TrimEnd('.')}.", ExitCode.BadInput);
            default:
                if (debug) _host.Terminal.Error.WriteLine(e.ToString());
                return Fail($"This is a fault of xendump, not of the dump ({e.GetType().Name}: {FirstLine(e.Message)}); --debug shows where.", ExitCode.Bug);
        }
    }

    private int Fail(string sentence, int code)
    {
        TryFlush();
        _host.Terminal.Error.WriteLine($"xendump: {sentence}");
        return code;
    }

    private void TryFlush()
    {
        try
        {
            _host.Terminal.Out.Flush();
        }
        catch (IOException)
        {
            // Nobody reads standard output any more; the sentence on standard error is what is left to say.
        }
    }

    // System.CommandLine states each error as a line; the first one is the cause, the others its consequences.
    private static string Sentence(ParseResult parsed)
    {
        bool atRoot = parsed.CommandResult.Command is RootCommand;
        if (atRoot && parsed.UnmatchedTokens.Count > 0) return $"There is no verb {parsed.UnmatchedTokens[0]}; xendump --help lists them.";
        string error = FirstLine(parsed.Errors[0].Message).TrimEnd('.');
        string verb = atRoot ? "" : $" {parsed.CommandResult.Command.Name}";
        return $"{error}; see xendump{verb} --help.";
    }

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();
}
