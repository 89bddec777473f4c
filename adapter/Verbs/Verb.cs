using System.CommandLine;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>A verb of the command line.</summary>
internal abstract class Verb
{
    /// <summary>A verb with its help.</summary>
    protected Verb(VerbHost host, string name, string description, params string[] examples)
    {
        Host = host;
        Examples = examples;
        Command = new Command(name, description);
        Command.SetAction(RunAsync);
    }

    /// <summary>What it looks like to the parser.</summary>
    public Command Command { get; }

    /// <summary>Lines that help shows below the options.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Where to write, how to open.</summary>
    protected VerbHost Host { get; }

    /// <summary>Does it; the result is the exit code.</summary>
    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken cancel);
}
