using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>A verb that opens a dump and prints something of it, as text or as JSON.</summary>
internal abstract class DumpVerb : Verb
{
    private readonly Argument<string> _dump = new("DUMP") { Description = "the dump: a file, a number N for vmcore.N or vmdump.N, or sample:NAME" };
    private readonly Option<bool> _json = new("--json") { Description = "print JSON instead of text" };
    private readonly SymbolOptions _symbols;

    /// <summary>A verb with its help. The dump is its first argument.</summary>
    protected DumpVerb(VerbHost host, string name, string description, params string[] examples) : base(host, name, description, examples)
    {
        Command.Arguments.Add(_dump);
        _symbols = new SymbolOptions(Command);
        Command.Options.Add(_json);
    }

    /// <summary>Prints it; the result is the exit code.</summary>
    protected abstract int Run(DumpTarget target, ParseResult arguments, bool json, CancellationToken cancel);

    /// <summary>Whether the verb's text starts with the warnings itself.</summary>
    protected virtual bool PrintsWarnings => false;

    /// <inheritdoc/>
    protected sealed override Task<int> RunAsync(ParseResult arguments, CancellationToken cancel)
    {
        var options = _symbols.For(arguments.GetRequiredValue(_dump), arguments);
        bool json = arguments.GetValue(_json);
        using var target = DumpVerb.Open(Host, options, cancel);
        if (!PrintsWarnings || json) Warn(target, json);
        int code = Run(target, arguments, json, cancel);
        Host.Terminal.Out.Flush();
        return Task.FromResult(code);
    }

    /// <summary>Opens with a progress line.</summary>
    internal static DumpTarget Open(VerbHost host, Core.Opening.OpenOptions options, CancellationToken cancel)
    {
        using var progress = new ProgressLine(host.Terminal);
        return host.Open(options, progress, cancel);
    }

    /// <summary>Writes lines.</summary>
    protected void Print(IEnumerable<ReportLine> lines) => Host.Terminal.Write(lines);

    /// <summary>Writes a value as JSON and a line end.</summary>
    protected void PrintJson<T>(T value, JsonTypeInfo<T> type) => Host.Terminal.Out.WriteLine(JsonSerializer.Serialize(value, type));

    // A wrong symbol file is said first, whatever was asked for; programs that read JSON get it on the side.
    private void Warn(DumpTarget target, bool json)
    {
        foreach (var line in InfoReport.Warnings(target))
        {
            if (json) Host.Terminal.Error.WriteLine(line.Text);
            else Host.Terminal.Write([line]);
        }
    }
}
