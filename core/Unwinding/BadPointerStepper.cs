using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// A call through a bad pointer: the interrupted pc is no code at all, so nothing has moved the stack since the call, and the return address is on its top.
/// Before frame pointers, which would leave out the function that called: the one in the register is still that function's own.
/// </summary>
internal sealed class BadPointerStepper : IFrameStepper
{
    /// <summary>The first megabyte of the hypervisor's space holds start-up code at most: a null pointer to a structure leads there.</summary>
    private const ulong NearNull = 1 << 20;

    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        if (!IsBadPointer(frame)) return Step.None;
        var context = frame.Context;
        int word = context.Architecture.PointerSize;
        if (!context.Memory.TryReadUnsigned(frame.Sp, word, out ulong pc) || context.FindModule(new VirtualAddress(pc) - 1) is null) return Step.None;
        var proof = ReturnAddress.Judge(context, new VirtualAddress(pc));
        if (proof != ReturnProof.Proven && !(context.KeepsFramePointers && proof == ReturnProof.Covered)) return Step.None;
        return Step.To(new Caller(frame.Sp, frame.Sp + (ulong)word, CalleeSaved.KeepOnly(frame.Registers), FoundBy.CodeAnalysis));
    }

    /// <summary>Whether the frame was interrupted at a pc that cannot have run.</summary>
    public static bool IsBadPointer(Frame frame)
    {
        bool kept = frame.Context.KeepsFramePointers;
        bool interrupted = frame.FoundBy is FoundBy.ExceptionRecord or FoundBy.GuestFrame || (kept && frame.FoundBy == FoundBy.Context);
        if (!interrupted || frame.Kind == FrameKind.User || frame.Module is not null) return false;
        bool isNear = (frame.Kind == FrameKind.Hypervisor || kept) && frame.Pc.Value < NearNull;
        if (kept && frame.Context.KernelStart is { } start && frame.Pc < start) return true;
        return isNear || frame.Context.Memory.Explain(frame.Pc).Kind is FaultKind.NotMapped or FaultKind.NotAnAddress;
    }
}
