using System.Globalization;
using System.Text;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>How a stack is written.</summary>
public sealed record StackReportOptions
{
    /// <summary>Whether registers are written: of the innermost frame and of each exception record.</summary>
    public bool Registers { get; init; }

    /// <summary>Whether locals are written under each frame.</summary>
    public bool Locals { get; init; }

    /// <summary>Columns that lines should fit; 0 for any number. Arguments are cut to fit.</summary>
    public int Width { get; init; }
}

/// <summary>The one stack of a thread: a line a frame, exception records as lines of their own, and why it ended.</summary>
public static class StackReport
{
    // Frames at least this large are worth a remark: Linux warns of functions above 2048 bytes on 64 bits, Xen's and Solaris' stacks are 8 KiB or so.
    private const ulong LargeFrame = 512;

    /// <summary>The report; the stack is walked when the first line is asked for.</summary>
    public static IEnumerable<ReportLine> Lines(TargetThread thread, StackReportOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new StackReportOptions();
        yield return new ReportLine(thread.Name, thread.IsPanicking ? LineStyle.Alert : LineStyle.Heading);
        var stack = thread.Stack(cancel);
        Frame? previous = null;
        if (stack.Trap is { Exception: { } trap }) yield return TitleLine(trap);
        foreach (var frame in stack.Frames)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var line in FrameLines(frame, previous, stack, options)) yield return line;
            previous = frame;
        }

        if (stack.Frames.Count == 0) yield return new ReportLine("  no frames");
        yield return new ReportLine($"  {stack.Ended}", stack.Complete ? LineStyle.Detail : LineStyle.Doubt);
    }

    /// <summary>One frame on one line, without its boundary: <c>  #3  0x…  xen`do_page_fault+0x10(regs=0x…)  traps.c:1234</c>.</summary>
    public static string FrameLine(Frame frame, int width = 0)
    {
        // Where a chain of frame pointers is what holds the stack together, those are what mdb's $C shows and what a reader follows in memory.
        var pointer = frame.Context.KeepsFramePointers && frame.Fp is { } fp && fp >= frame.Sp ? fp : frame.Sp;
        string at = frame.Inline ? "inlined" : pointer.ToString();
        string head = string.Create(CultureInfo.InvariantCulture, $"  #{frame.Level,-3} {at,-18}  {FrameText.Name(frame)}");
        string source = FrameText.Source(frame.Source);
        string tail = FrameText.Mark(frame) + (source.Length > 0 ? $"  {source}" : "");
        int room = width > 0 ? Math.Max(0, width - head.Length - tail.Length) : int.MaxValue;
        return head + Arguments(frame, room) + tail;
    }

    private static IEnumerable<ReportLine> FrameLines(Frame frame, Frame? previous, StackTrace stack, StackReportOptions options)
    {
        if (frame.Exception is { } record)
        {
            foreach (var line in RecordLines(frame, record)) yield return line;
            if (options.Registers) foreach (string line in RegisterReport.Lines(frame.Registers)) yield return new ReportLine(line, LineStyle.Detail);
            yield break;
        }

        if (previous is null || previous.Exception is not null || previous.Context != frame.Context || previous.Kind != frame.Kind)
            yield return new ReportLine($"--- {FrameText.ContextTitle(frame.Kind, frame.Context)} ---", LineStyle.Boundary);
        yield return new ReportLine(FrameLine(frame, options.Width) + SizeRemark(frame, stack), frame.FoundBy == FoundBy.Scan ? LineStyle.Doubt : LineStyle.Plain);
        if (options.Registers && previous is null)
            foreach (string line in RegisterReport.Lines(frame.Registers)) yield return new ReportLine(line, LineStyle.Detail);
        if (!options.Locals) yield break;
        foreach (var local in VariablesOf(frame).Where(v => !v.IsArgument))
            yield return new ReportLine($"        {local.Name} = {ValueFormatter.Format(local.Value)}", LineStyle.Detail);
    }

    private static IEnumerable<ReportLine> RecordLines(Frame frame, ExceptionRecord record)
    {
        yield return TitleLine(record);
        string pc = frame.Registers.Architecture.Pc.Name;
        string sp = frame.Registers.Architecture.Sp.Name;
        string error = record.ErrorText.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"error {record.ErrorCode}  ") : "";
        yield return new ReportLine(
            string.Create(CultureInfo.InvariantCulture, $"  #{frame.Level,-3} {error}cs:{pc} {record.Cs:x4}:{record.Pc}  ss:{sp} {record.Ss:x4}:{record.Sp}  record at {record.Address}"),
            LineStyle.Boundary);
        if (record.FaultAddressText is { } whose) yield return new ReportLine($"       address: {whose}", LineStyle.Detail);
    }

    private static ReportLine TitleLine(ExceptionRecord record)
    {
        var title = new StringBuilder($"--- {FrameText.ExceptionTitle(record)}");
        if (record.ErrorText.Length > 0) title.Append(CultureInfo.InvariantCulture, $": {record.ErrorText}");
        if (record.FaultAddress is { } fault) title.Append(CultureInfo.InvariantCulture, $", at {fault}");
        return new ReportLine(title.Append(" ---").ToString(), LineStyle.Boundary);
    }

    private static string SizeRemark(Frame frame, StackTrace stack)
    {
        if (FrameText.Size(frame) is not { } size || size < LargeFrame) return "";
        ulong largest = 0;
        foreach (var other in stack.Frames)
            if (other.Context == frame.Context) largest = Math.Max(largest, FrameText.Size(other) ?? 0);
        return string.Create(CultureInfo.InvariantCulture, $"  <- {size} bytes{(size == largest ? ", the largest" : "")}");
    }

    private static string Arguments(Frame frame, int room)
    {
        var text = new StringBuilder("(");
        foreach (var argument in VariablesOf(frame).Where(v => v.IsArgument))
        {
            string one = $"{(text.Length > 1 ? ", " : "")}{argument.Name}{(argument.Name is null ? "" : "=")}{ArgumentText(argument)}";
            if (text.Length + one.Length + 1 > room)
            {
                text.Append(text.Length > 1 ? ", …" : "…");
                break;
            }

            text.Append(one);
        }

        return text.Length == 1 ? "" : text.Append(')').ToString();
    }

    // Why an argument is not known would fill the line; it is said where locals are.
    private static string ArgumentText(FrameVariable argument) =>
        argument.Word is { } word ? word.ToString("x", CultureInfo.InvariantCulture)
        : argument.Value.Status == ValueStatus.Unavailable ? "<not known>" : ValueFormatter.Format(argument.Value, ArgumentFormat);

    private static readonly ValueFormat ArgumentFormat = new() { MaxString = 40, MaxInline = 0 };

    private static IReadOnlyList<FrameVariable> VariablesOf(Frame frame) => FrameVariables.Of(frame);
}
