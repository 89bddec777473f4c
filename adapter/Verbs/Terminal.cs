using System.Text;
using XenDumpAdapter.Core.Commands.Reports;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>The streams of the process and what is known of them. The only place that knows the console.</summary>
internal sealed class Terminal : IDisposable
{
    /// <summary>Text output.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Raw standard input, for protocols.</summary>
    public required Stream Input { get; init; }

    /// <summary>Raw standard output, for protocols.</summary>
    public required Stream Output { get; init; }

    /// <summary>Columns that text should fit; 0 where nobody looks.</summary>
    public int Width { get; init; }

    /// <summary>Whether text output may have colours.</summary>
    public bool Colour { get; init; }

    /// <summary>Whether somebody sees <see cref="Error"/> as it is written.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>Makes Ctrl-C mean nothing from then on.</summary>
    public Action IgnoreInterrupts { get; init; } = () => { };

    /// <summary>The terminal of this process. Colours only for eyes, and not for those that set NO_COLOR (no-color.org).</summary>
    public static Terminal OfProcess(Action ignoreInterrupts)
    {
        var output = Console.OpenStandardOutput();
        bool seen = !Console.IsOutputRedirected;
        string? term = Environment.GetEnvironmentVariable("TERM");
        bool plain = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) || term is null or "" or "dumb";
        return new Terminal
        {
            Out = new StreamWriter(output, new UTF8Encoding(false), 1 << 15) { AutoFlush = false, NewLine = "\n" },
            Error = Console.Error,
            Input = Console.OpenStandardInput(),
            Output = output,
            Width = seen ? WidthOfWindow() : 0,
            Colour = seen && !plain,
            IgnoreInterrupts = ignoreInterrupts,
            IsInteractive = seen && !Console.IsInputRedirected,
            ReadKey = () => Console.ReadKey(intercept: true),
            Size = SizeOfWindow,
            TakeInterruptsAsKeys = take => Console.TreatControlCAsInput = take,
            ShowsProgress = !Console.IsErrorRedirected && term != "dumb",
        };
    }

    /// <summary>Whether a person types and reads here: a prompt makes sense.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The next key that is typed, not shown.</summary>
    public Func<ConsoleKeyInfo> ReadKey { get; init; } = () => throw new InvalidOperationException("nobody types here");

    /// <summary>Columns and rows as they are now; zeros where nobody looks.</summary>
    public Func<(int Columns, int Rows)> Size { get; init; } = () => (0, 0);

    /// <summary>Makes Ctrl-C a key like others, or a signal again.</summary>
    public Action<bool> TakeInterruptsAsKeys { get; init; } = _ => { };

    /// <summary>Writes lines as they come.</summary>
    public void Write(IEnumerable<ReportLine> lines)
    {
        foreach (var line in lines) Out.WriteLine(Colour ? Coloured(line) : line.Text);
    }

    /// <inheritdoc/>
    public void Dispose() => Out.Dispose();

    private static string Coloured(ReportLine line)
    {
        string? code = line.Style switch
        {
            LineStyle.Heading => "1",
            LineStyle.Alert => "1;31",
            LineStyle.Doubt => "33",
            LineStyle.Boundary => "1;36",
            LineStyle.Detail => "2",
            _ => null,
        };
        return code is null ? line.Text : $"\u001b[{code}m{line.Text}\u001b[0m";
    }

    private static int WidthOfWindow() => Math.Max(0, SizeOfWindow().Columns);

    private static (int Columns, int Rows) SizeOfWindow()
    {
        try
        {
            return (Console.WindowWidth, Console.WindowHeight);
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return (0, 0);
        }
    }
}
