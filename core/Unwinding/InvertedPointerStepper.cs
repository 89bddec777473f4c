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
        if (Marked(context, fp.Value, frame.Sp) is { } own) return RecordAt(context, own, environment);

        int word = context.Architecture.PointerSize;
        if (!KeptFramePointerStepper.HasFrame(frame) || !context.Memory.TryReadUnsigned(fp, word, out ulong saved)) return Step.None;
        if (Marked(context, saved, fp) is not { } marked) return Step.None;
        var slot = fp + (ulong)word;
        var cfa = slot + (ulong)word;
        if (ReturnAddress.JudgeAt(context, slot) == ReturnProof.Refuted) return RecordAt(context, marked, environment, cfa);
        var registers = CalleeSaved.OfCallerByFramePointer(frame.Registers, saved);
        return Step.To(new Caller(slot, cfa, registers, FoundBy.FramePointer));
    }

    private static Step RecordAt(CodeContext context, VirtualAddress savedFp, UnwindEnvironment environment, VirtualAddress? cfa = null) =>
        ExceptionFrameStepper.ReadMarked(context, savedFp - (ulong)environment.Regs.Rbp, environment) is { } record ? Step.To(record, cfa) : Step.None;

    /// <summary>Where the entry code saved the interrupted frame pointer, if the value is the complement of an address above on the same stack; null for any other.</summary>
    private static VirtualAddress? Marked(CodeContext context, ulong value, VirtualAddress below)
    {
        var marked = new VirtualAddress(context.Architecture.PointerSize == 4 ? ~value & uint.MaxValue : ~value);
        ulong distance = unchecked(marked.Value - below.Value);
        if (distance is 0 or >= LargestStack || marked.Value % (ulong)context.Architecture.PointerSize != 0) return null;
        return context.FindStack(below) is { } stack && !stack.Range.Contains(marked) ? null : marked;
    }
}
