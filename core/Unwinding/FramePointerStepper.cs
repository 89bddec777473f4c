using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// By the chain of frame pointers, for functions that begin with <c>push %rbp; mov %rsp,%rbp</c> (or of which nothing is known). Believed only if the frame lies
/// above the stack pointer and a call that can have led to the function stands before the return address.
/// </summary>
internal sealed class FramePointerStepper : IFrameStepper
{
    /// <summary>No frame is larger than this.</summary>
    private const ulong Reach = 64 * 1024;

    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        if (frame.Fp is not { } fp || BadPointerStepper.IsBadPointer(frame) || !HasFrame(frame)) return Step.None;
        if (fp.Value == 0) return frame.Context.Kind == FrameKind.Hypervisor ? Step.None : Step.Outermost;
        if (fp < frame.Sp || fp.Value - frame.Sp.Value > Reach) return Step.None;
        int word = frame.Context.Architecture.PointerSize;
        var slot = fp + (ulong)word;
        if (!frame.Context.Memory.TryReadUnsigned(fp, word, out ulong saved) || !frame.Context.Memory.TryReadUnsigned(slot, word, out ulong pc)) return Step.None;
        bool isTop = frame.Context.FindStack(frame.Sp)?.RecordAt is { } record && slot == record;
        if (!isTop && !TailCalls.CanLead(frame.Context, new VirtualAddress(pc), FunctionExtent.Of(frame.Context, frame.LookupPc).Code)) return Step.None;
        var caller = CalleeSaved.KeepOnly(frame.Registers);
        foreach (string name in CalleeSaved.Names(frame.Context.Architecture)) caller = caller.Without(caller.Architecture.Find(name)!);
        return Step.To(new Caller(slot, slot + (ulong)word, caller.With(caller.Architecture.Fp, saved), FoundBy.FramePointer));
    }

    /// <summary>Whether the function has set its frame pointer up when the frame's pc is reached. Without symbols it may have.</summary>
    private static bool HasFrame(Frame frame)
    {
        if (frame.Module?.Symbols.Find(frame.LookupPc) is not { } function) return true;
        Span<byte> code = stackalloc byte[16];
        int got = frame.Context.Memory.Read(function.Address, code);
        ReadOnlySpan<byte> endbr = frame.Context.Architecture.InstructionSet == InstructionSet.Amd64 ? [0xf3, 0x0f, 0x1e, 0xfa] : [0xf3, 0x0f, 0x1e, 0xfb];
        ReadOnlySpan<byte> amd64 = [0x55, 0x48, 0x89, 0xe5];
        ReadOnlySpan<byte> ia32 = [0x55, 0x89, 0xe5];
        ReadOnlySpan<byte> ia32Sun = [0x55, 0x8b, 0xec];
        var body = code[..got];
        int skipped = body.StartsWith(endbr) ? endbr.Length : 0;
        body = body[skipped..];
        int prologue = frame.Context.Architecture.InstructionSet == InstructionSet.Amd64
            ? body.StartsWith(amd64) ? amd64.Length : 0
            : body.StartsWith(ia32) || body.StartsWith(ia32Sun) ? ia32.Length : 0;
        return prologue > 0 && unchecked(frame.Pc.Value - function.Address.Value) >= (ulong)(prologue + skipped);
    }
}
