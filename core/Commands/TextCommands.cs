using System.Globalization;
using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands;

/// <summary>
/// Commands as a line of text, for places that have only that: gdb's <c>monitor</c>, a debug console. The same words as on the command line.
/// </summary>
public static class TextCommands
{
    private const int DefaultInstructions = 16;
    private const ulong DefaultBytes = 64;

    private static readonly string[] Help =
    [
        "info                       what crashed, the machine, how opening went",
        "findings                   what crashed, with the evidence",
        "stack [cpu N|VCPU|0xTHREAD|all] the one stack, from the hypervisor into the guest",
        "threads [all|STATE|PROCESS] CPUs and vcpus, and the kernel's other threads",
        "registers                  registers of the selected frame",
        "console                    the hypervisor's console",
        "read ADDRESS [LENGTH]      memory; ADDRESS may be a symbol, an expression, or space:0x...",
        "dis ADDRESS [COUNT]        instructions",
        "print EXPRESSION           a value, C-like: *(struct vcpu *)0x..., $rip, name->member",
        "::help                     the mdb language: ::status, $C, ADDRESS::print TYPE, ADDRESS/X; ::dcmds lists its commands",
    ];

    /// <summary>Whether the first word of the line is a command here.</summary>
    public static bool IsCommand(string line) => Split(line).Verb is "help" or "info" or "findings" or "stack" or "threads" or "registers" or "console" or "read" or "dis" or "print";

    /// <summary>Runs one. Nothing that a user may type throws; what is wrong comes as a line.</summary>
    public static IEnumerable<ReportLine> Run(DumpTarget target, string line, Frame? frame = null, CancellationToken cancel = default)
    {
        var (verb, rest) = Split(line);
        return verb switch
        {
            "" or "help" => Help.Select(h => new ReportLine(h)),
            "info" => InfoReport.Lines(target, cancel),
            "findings" => InfoReport.Warnings(target).Concat(InfoReport.Conclusions(target, Diagnosis.Findings.Of(target, cancel))),
            "stack" => Stack(target, rest, cancel),
            "threads" => Threads(target, rest, cancel),
            "registers" => (frame ?? FirstFrame(target, cancel)) is { } f ? RegisterReport.Lines(f.Registers).Select(r => new ReportLine(r)) : [Wrong("no frame is selected")],
            "console" => Console(target),
            "read" => Read(target, rest, frame, cancel),
            "dis" => Disassemble(target, rest, frame),
            "print" => Print(target, rest, frame),
            _ => [Wrong($"there is no command {verb}; help lists them")],
        };
    }

    private static IEnumerable<ReportLine> Stack(DumpTarget target, string rest, CancellationToken cancel)
    {
        string[] words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string which = words.LastOrDefault() ?? "";
        ThreadChoice? choice = which switch
        {
            "" => new ThreadChoice(),
            "all" or "--all" => new ThreadChoice(All: true),
            _ when int.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) => new ThreadChoice(Cpu: cpu),
            _ when NumberText.TryParse(which, out ulong thread) => new ThreadChoice(Thread: thread),
            _ => new ThreadChoice(Vcpu: which),
        };
        var threads = choice.Of(target, out string? error);
        return error is not null ? [Wrong(error)] : threads.SelectMany(t => StackReport.Lines(t, null, cancel));
    }

    private static IEnumerable<ReportLine> Threads(DumpTarget target, string rest, CancellationToken cancel) => rest switch
    {
        "" => ThreadsReport.Lines(target, null, cancel),
        "all" or "--all" => ThreadsReport.Lines(target, new ThreadFilter(All: true), cancel),
        _ when ThreadFilter.States.Contains(rest, StringComparer.OrdinalIgnoreCase) => ThreadsReport.Lines(target, new ThreadFilter(State: rest), cancel),
        _ => ThreadsReport.Lines(target, new ThreadFilter(Process: rest), cancel),
    };

    private static IEnumerable<ReportLine> Console(DumpTarget target) => target.Hypervisor?.Console is { } text
        ? text.Split('\n').Select(l => new ReportLine(l.TrimEnd('\r')))
        : [Wrong("the console cannot be read from this dump")];

    private static IEnumerable<ReportLine> Read(DumpTarget target, string rest, Frame? frame, CancellationToken cancel)
    {
        var (place, count) = SplitCount(rest, DefaultBytes);
        if (AddressExpression.Resolve(place, Scope(target, frame), out var error) is not { } at) return [Wrong(error.Error!)];
        return count > DumpLimits.ShownBytes
            ? [Wrong($"at most {DumpLimits.ShownBytes} bytes are shown at once")]
            : MemoryDump.Lines(at.Space, at.Address, count, cancel);
    }

    private static IEnumerable<ReportLine> Disassemble(DumpTarget target, string rest, Frame? frame)
    {
        var (place, count) = SplitCount(rest, DefaultInstructions);
        if (AddressExpression.Resolve(place.Length == 0 ? "$pc" : place, Scope(target, frame), out var error) is not { } at) return [Wrong(error.Error!)];
        if (count > DumpLimits.ShownInstructions) return [Wrong($"at most {DumpLimits.ShownInstructions} instructions are shown at once")];
        var current = new HashSet<VirtualAddress>();
        if (frame is not null) current.Add(frame.Pc);
        return DisassemblyReport.Lines(DisassemblyReport.Instructions(target, at.Space, new VirtualAddress(at.Address), (int)count, current));
    }

    private static IEnumerable<ReportLine> Print(DumpTarget target, string text, Frame? frame)
    {
        var result = CExpression.Evaluate(text, Scope(target, frame));
        return result.Value is { } value ? ValueReport.Lines(target, value) : [Wrong(result.Error!)];
    }

    private static ExpressionScope Scope(DumpTarget target, Frame? frame) => new(target, frame);

    private static Frame? FirstFrame(DumpTarget target, CancellationToken cancel) =>
        target.Threads.Count > 0 && target.Threads[0].Stack(cancel).Frames is { Count: > 0 } frames ? frames[0] : null;

    // "ADDRESS [COUNT]", where ADDRESS is an expression that may hold blanks: a last word that is a number is the count.
    private static (string Place, ulong Count) SplitCount(string rest, ulong otherwise)
    {
        int cut = rest.LastIndexOf(' ');
        if (cut < 0) return (rest, otherwise);
        string place = rest[..cut].TrimEnd();
        bool open = place.Length == 0 || "+-*/%&|^<>=!~?:,([.".Contains(place[^1], StringComparison.Ordinal);
        return !open && NumberText.TryParse(rest[(cut + 1)..], out ulong count) ? (place, count) : (rest, otherwise);
    }

    private static (string Verb, string Operands) Split(string line)
    {
        string text = line.Trim();
        int cut = text.IndexOf(' ');
        return cut < 0 ? (text, "") : (text[..cut], text[(cut + 1)..].Trim());
    }

    private static ReportLine Wrong(string sentence) => new(sentence, LineStyle.Doubt);
}
