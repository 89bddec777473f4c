using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::exception</c>: the exception records of a stack, decoded; what the talk reads off four words by hand.</summary>
public sealed class ExceptionDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::exception";

    /// <inheritdoc/>
    public override string Summary => "decode the exception records on the stack";

    /// <inheritdoc/>
    public override string Usage => "[-r]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('r', null, "the saved registers, too")];

    /// <inheritdoc/>
    public override string Details => """
        Of the thread that crashed or is selected, or of the thread at the address. A line each: what happened, why (the error code in words), where the
        interrupted code and its stack were, and the address that could not be reached with whose it is.
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var thread = call.HasAddress ? StackChoice.At(call.Target, call.Address) ?? throw MdbException.OfItem($"couldn't find a thread at {MdbNumbers.Plain(call.Address)}") : StackChoice.Current(call);
        var stack = thread.Stack(call.Cancel);
        var frames = (stack.Trap is { } trap ? [trap] : Enumerable.Empty<Frame>()).Concat(stack.Frames).Where(f => f.Exception is not null).ToList();
        if (frames.Count == 0) throw MdbException.OfItem($"there is no exception record on the stack of {thread.Name}");
        return frames.SelectMany(f => Lines(call, f, f.Exception!));
    }

    private static IEnumerable<CommandOutput> Lines(DcmdCall call, Frame frame, ExceptionRecord record)
    {
        var space = frame.Context.Space;
        var architecture = frame.Registers.Architecture;
        yield return Item("record", MdbNumbers.Plain(record.Address.Value), record.Address.Value, space);
        yield return Item("vector", string.Create(CultureInfo.InvariantCulture, $"{record.Vector:x} {FrameText.ExceptionTitle(record)}"));
        if (record.ErrorText.Length > 0) yield return Item("error", string.Create(CultureInfo.InvariantCulture, $"{record.ErrorCode:x} {record.ErrorText}"));
        yield return Item($"cs:{architecture.Pc.Name}", string.Create(CultureInfo.InvariantCulture, $"{record.Cs:x}:{record.Pc.Value:x} {call.Session.Symbols.Describe(record.Pc.Value)}").TrimEnd(), record.Pc.Value, space);
        yield return Item($"ss:{architecture.Sp.Name}", string.Create(CultureInfo.InvariantCulture, $"{record.Ss:x}:{record.Sp.Value:x}"), record.Sp.Value, space);
        if (record.FaultAddress is { } fault) yield return Item("address", MdbNumbers.Plain(fault.Value), fault.Value, space);
        if (record.FaultAddressText is { } whose) yield return Item("", whose);
        if (!call.Arguments.Has('r')) yield break;
        foreach (string line in RegisterReport.Lines(frame.Registers)) yield return CommandOutput.Line(line);
    }

    private static CommandOutput Item(string name, string text, ulong? value = null, AddressSpace? space = null) =>
        CommandOutput.Line($"{name,8} {text}", value, reference: value is { } at && space is not null ? new Location(space, at) : null);
}
