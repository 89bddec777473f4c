using System.Text;
using System.Text.Json;
using XenDumpAdapter.Adapter.Verbs;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Adapter.Tests.Cli;

/// <summary>One run of the command line in this process. A dump is the made-up host or a sample, unless a test says otherwise.</summary>
internal sealed class CliRun
{
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    /// <summary>What the verb asked to open; null where it did not come to that.</summary>
    public OpenOptions? Opened { get; private set; }

    /// <summary>How a dump is opened; a test may replace it.</summary>
    public Func<OpenOptions, DumpTarget> Open { get; init; } = OpenMadeUpHost;

    /// <summary>Whether output is in colours.</summary>
    public bool Colour { get; init; }

    /// <summary>Columns.</summary>
    public int Width { get; init; }

    /// <summary>Standard output so far.</summary>
    public string Out => _out.ToString();

    /// <summary>Standard error so far.</summary>
    public string Error => _error.ToString();

    /// <summary>Runs a command line; the result is the exit code.</summary>
    public Task<int> RunAsync(params string[] arguments)
    {
        var terminal = new Terminal
        {
            Out = new StringWriter(_out) { NewLine = "\n" },
            Error = new StringWriter(_error) { NewLine = "\n" },
            Input = Stream.Null,
            Output = Stream.Null,
            Colour = Colour,
            Width = Width,
        };
        var host = new VerbHost(terminal, (options, _, _) =>
        {
            Opened = options;
            return Open(options);
        });
        return new CommandLine(host).RunAsync(arguments, TestContext.Current.CancellationToken);
    }

    /// <summary>Standard output as JSON.</summary>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Out);
        return document.RootElement.Clone();
    }

    private static DumpTarget OpenMadeUpHost(OpenOptions options) => options.Dump switch
    {
        "made-up" => new CrashedHost().Open(),
        _ when options.Dump.StartsWith("sample:", StringComparison.Ordinal) => DumpOpener.Open(options),
        "mismatched" => Mismatched(),
        _ => throw new DumpFormatException($"{options.Dump} does not exist; give the path of a dump."),
    };

    private static DumpTarget Mismatched()
    {
        var host = new CrashedHost();
        host.Diagnostics.Error("symbols/mismatch", "xen-syms is not of the Xen in this dump.");
        return host.Open();
    }
}
