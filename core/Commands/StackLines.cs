using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands;

/// <summary>How <c>$c</c> and <c>$C</c> write a stack.</summary>
/// <param name="FramePointers">Whether the frame pointer stands before each line.</param>
/// <param name="Arguments">Arguments that are shown at most.</param>
/// <param name="Indent">Blanks before each line.</param>
public sealed record StackLayout(bool FramePointers, int Arguments, int Indent = 0);

/// <summary>
/// Stacks as mdb writes them: <c>c5a0904c page_ctr_sub+0x47(0, 0, f3328700, 1)</c>. An exception record, which mdb shows as a frame without a name, is a line that
/// says what it is.
/// </summary>
public sealed class StackLines(MdbSession session)
{
    /// <summary>The lines of a stack, and why the walk ended where it is not whole.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="layout">How it is written.</param>
    /// <param name="skip">Frames at its innermost end that are left out.</param>
    public IEnumerable<CommandOutput> Of(StackTrace stack, StackLayout layout, int skip = 0)
    {
        if (stack.Trap is { Exception: { } trap }) yield return Line(new string(' ', layout.Indent) + Title(trap));
        foreach (var frame in stack.Frames.Skip(skip)) yield return Of(frame, layout);
        if (!stack.Complete) yield return CommandOutput.Line($"{new string(' ', layout.Indent)}[{stack.Ended}]", style: LineStyle.Doubt);
    }

    /// <summary>One frame.</summary>
    public CommandOutput Of(Frame frame, StackLayout layout)
    {
        string indent = new(' ', layout.Indent);
        int digits = frame.Registers.Architecture.PointerSize * 2;
        if (frame.Exception is { } record)
        {
            string at = layout.FramePointers ? Pointer(record.Address.Value, digits) + " " : "";
            return Line($"{indent}{at}{Title(record)}", LineStyle.Boundary, new Location(frame.Context.Space, record.Pc.Value));
        }

        string fp = !layout.FramePointers ? "" : frame.Inline ? new string(' ', digits + 1) : Pointer(FramePointer(frame), digits) + " ";
        string mark = frame.Inline ? " [inlined]" : frame.FoundBy == FoundBy.Scan ? " [guess]" : "";
        return Line($"{indent}{fp}{Name(frame)}({Arguments(frame, layout.Arguments)}){mark}", frame.FoundBy == FoundBy.Scan ? LineStyle.Doubt : LineStyle.Plain, new Location(frame.Context.Space, frame.Pc.Value));
    }

    /// <summary><c>page_ctr_sub+0x47</c>; the address where no symbol covers it.</summary>
    public string Name(Frame frame)
    {
        if (frame is not { Function: { } function, Module: { } module }) return MdbNumbers.Prefixed(frame.Pc.Value);
        return session.Symbols.Name(module, function) + (frame.Offset is { } offset and not 0 ? $"+{MdbNumbers.Prefixed(offset)}" : "");
    }

    /// <summary>The frame pointer where code keeps one, else the stack pointer.</summary>
    private static ulong FramePointer(Frame frame) =>
        frame.Context.KeepsFramePointers && frame.Fp is { } fp && fp >= frame.Sp ? fp.Value : frame.Sp.Value;

    private static string Pointer(ulong value, int digits) => MdbNumbers.Plain(value).PadLeft(digits, '0');

    private static string Title(ExceptionRecord record)
    {
        string error = record.ErrorText.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $", error {record.ErrorCode:x}: {record.ErrorText}") : "";
        string fault = record.FaultAddress is { } address ? $", address {MdbNumbers.Plain(address.Value)}" : "";
        return $"<{FrameText.ExceptionTitle(record)}{error}{fault}>";
    }

    private static string Arguments(Frame frame, int most)
    {
        if (most == 0 || frame.Inline) return "";
        var words = FrameVariables.Of(frame).Where(v => v.IsArgument).ToList();
        return string.Join(", ", words.Take(most).Select(Argument));
    }

    // Of arguments that DWARF tells of some are in no register any more.
    private static string Argument(FrameVariable argument) =>
        argument.Word is { } word ? MdbNumbers.Plain(word) : argument.Value.TryGetUnsigned(out ulong value) ? MdbNumbers.Plain(value) : argument.Value.Address is { } at && argument.Value.Type.Strip() is AggregateType ? $"&{MdbNumbers.Plain(at)}" : "?";

    private static CommandOutput Line(string text, LineStyle style = LineStyle.Plain, Location? reference = null) => CommandOutput.Line(text, reference?.Address, style, reference);
}
