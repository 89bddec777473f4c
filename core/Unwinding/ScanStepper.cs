using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// The last resort: the next word on the stack that follows a call in known code which can have led to the frame's own function.
/// A guess, and marked as one.
/// </summary>
internal sealed class ScanStepper : IFrameStepper
{
    private const int MaxWords = 512;

    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        // A chain that always holds and does not is damage: a guess beyond it would be more than the stack says.
        if (frame.Context.Modules.Count == 0 || frame.Context.KeepsFramePointers) return Step.None;
        int word = frame.Context.Architecture.PointerSize;
        var stack = frame.Context.FindStack(frame.Sp);
        var end = stack?.RecordAt ?? stack?.Range.End;
        var slot = frame.Sp;
        var code = FunctionExtent.Of(frame.Context, frame.LookupPc).Code;
        for (int i = 0; i < MaxWords && (end is null || slot < end); i++, slot += (ulong)word)
        {
            if (!frame.Context.Memory.TryReadUnsigned(slot, word, out ulong value)) break;
            if (!Calls(frame, new VirtualAddress(value), code)) continue;
            var nothingKnown = CalleeSaved.KeepOnly(new Arch.RegisterSet(frame.Context.Architecture));
            return Step.To(new Caller(slot, slot + (ulong)word, nothingKnown, FoundBy.Scan));
        }

        return Step.None;
    }

    private static bool Calls(Frame frame, VirtualAddress returnAddress, AddressRange[] code)
    {
        if (frame.Context.FindModule(returnAddress) is not { } module || module.Symbols.Find(returnAddress - 1) is null) return false;
        return TailCalls.CanLead(frame.Context, returnAddress, code);
    }
}
