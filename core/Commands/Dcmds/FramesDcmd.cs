using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Diagnosis;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::frames</c>: how much stack each frame takes; what the talk's 'assigning blame' subtracts by hand.</summary>
public sealed class FramesDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::frames";

    /// <inheritdoc/>
    public override string Summary => "print the sizes of the frames of a stack";

    /// <inheritdoc/>
    public override string Usage => "[-s]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('s', null, "largest first")];

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var thread = call.HasAddress ? StackChoice.At(call.Target, call.Address) ?? throw MdbException.OfItem($"couldn't find a thread at {MdbNumbers.Plain(call.Address)}") : StackChoice.Current(call);

        // Frames of two contexts are on two stacks: the gap between them is nobody's.
        IEnumerable<FrameSize> sizes = thread.Stack(call.Cancel).Frames.GroupBy(f => f.Context).SelectMany(g => FrameSize.Of(g));
        if (call.Arguments.Has('s')) sizes = sizes.OrderByDescending(s => s.Bytes);
        var table = call.Once(() => new Table(new("BYTES", 8), TableColumn.Address("SP", call.Digits), new("FRAME", 0, Left: true)));
        var lines = call.Session.Stacks;
        return [.. call.Head(table), .. sizes.Select(s => table.Row(s.Frame.Sp.Value, Cell.Unsigned(s.Bytes), Cell.Hex(s.Frame.Sp.Value), Cell.Of(lines.Name(s.Frame))))];
    }
}
