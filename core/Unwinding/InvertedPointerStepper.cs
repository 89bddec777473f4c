using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// From the hypervisor's frames to the record of the exception that they handle, in builds that keep frame pointers and carry no call frame information: the entry code leaves
/// the complement of the address where it saved the interrupted frame pointer (SAVE_ALL and friends of xen/arch/x86, builds without NDEBUG), so the chain runs into it.
/// </summary>
/// <remarks>
/// The word above that frame's saved pointer is a return address into the entry code only where a call put it there; where the entry code jumped it is whatever was pushed
/// before, such as the text of a message. It is shown as a frame only if it is a proven return address.
/// </remarks>
internal sealed class InvertedPointerStepper : IFrameStepper
{
    /// <summary>Bytes of the largest stack: an inverted pointer points up within its own.</summary>
    private const ulong LargestStack = 0x8000;

    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        if (frame.Context is not { Kind: FrameKind.Hypervisor, KeepsFramePointers: true } context || frame.Fp is not { } fp) return Step.None;
        if (Complement(context, fp.Value) is { } own && IsAbove(own, frame.Sp)) return RecordAt(context, own, environment);

        int word = context.Architecture.PointerSize;
        if (!KeptFramePointerStepper.HasFrame(frame) || !context.Memory.TryReadUnsigned(fp, word, out ulong saved)) return Step.None;
        if (Complement(context, saved) is not { } marked || !IsAbove(marked, fp)) return Step.None;
        var slot = fp + (ulong)word;
        if (!context.Memory.TryReadUnsigned(slot, word, out ulong above) || !IsReturnAddress(context, new VirtualAddress(above))) return RecordAt(context, marked, environment);
        var registers = CalleeSaved.KeepOnly(frame.Registers).With(context.Architecture.Fp, saved);
        return Step.To(new Caller(slot, slot + (ulong)word, registers, FoundBy.FramePointer));
    }

    private static Step RecordAt(CodeContext context, VirtualAddress savedFp, UnwindEnvironment environment) =>
        ExceptionFrameStepper.Read(context, savedFp - (ulong)environment.Regs.Rbp, environment) is { } record ? Step.To(record) : Step.None;

    private static VirtualAddress? Complement(CodeContext context, ulong value) =>
        new VirtualAddress(context.Architecture.PointerSize == 4 ? ~value & uint.MaxValue : ~value);

    private static bool IsAbove(VirtualAddress marked, VirtualAddress below) => unchecked(marked.Value - below.Value) < LargestStack;

    private static bool IsReturnAddress(CodeContext context, VirtualAddress address)
    {
        if (context.FindModule(address - 1)?.Symbols.Find(address - 1) is null) return false;
        return CallSite.Before(context, address) is not null || context.Memory.Explain(address - 1).Kind != FaultKind.None;
    }
}
