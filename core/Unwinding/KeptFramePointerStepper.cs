using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// By the chain of frame pointers in code that always keeps one (Solaris kernels, Xen's debug builds), also where the code itself is not in the dump. Believed if the chain
/// stays on the stack and goes up it, or steps onto another known stack, as an interrupt does, and if nothing that can be read refutes the return address.
/// </summary>
/// <param name="anyFunction">Whether functions are followed whose code does not begin as those with a frame pointer do: only when nothing surer is left.</param>
internal sealed class KeptFramePointerStepper(bool anyFunction) : IFrameStepper
{
    /// <summary>No frame is larger than this.</summary>
    private const ulong Reach = 64 * 1024;

    private const byte Ret = 0xc3;
    private const byte RetPopping = 0xc2;

    /// <summary>Bytes of <c>push %ebp</c>.</summary>
    private const ulong PushBytes = 1;

    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        var context = frame.Context;
        if (!context.KeepsFramePointers || frame.Kind == FrameKind.User || frame.Module?.Cfi is not null || BadPointerStepper.IsBadPointer(frame)) return Step.None;
        if (!frame.PcIsReturnAddress && Early(frame) is { } early) return Step.To(early);
        if (frame.Fp is not { } fp) return Step.None;
        if (fp.Value == 0) return Step.Outermost;
        return anyFunction || HasFrame(frame) ? Follow(frame, fp) : Step.None;
    }

    /// <summary>Whether the function has set its frame pointer up when the frame's pc is reached; taken to be so where its code cannot be read.</summary>
    public static bool HasFrame(Frame frame)
    {
        if (frame.PcIsReturnAddress || frame.Module?.Symbols.Find(frame.LookupPc) is not { } function) return true;
        ulong offset = unchecked(frame.Pc.Value - function.Address.Value);
        return offset > PushBytes && StartsWithPrologue(frame.Context, function.Address) != false;
    }

    /// <summary>Whether a frame pointer stays on the frame's stack and goes up it, or leads to another known stack.</summary>
    public static bool IsOnStack(Frame frame, VirtualAddress fp)
    {
        var context = frame.Context;

        // Registers that a kernel saved of itself have the stack pointer of the call that saved them.
        ulong below = frame.FoundBy == FoundBy.Context ? 2 * (ulong)context.Architecture.PointerSize : 0;
        bool isAbove = unchecked(fp.Value - frame.Sp.Value + below) <= Reach;
        var own = context.FindStack(frame.Sp);
        var to = context.FindStack(fp);
        return to is null ? own is null && isAbove : to == own ? isAbove : own is not null || isAbove;
    }

    private static Step Follow(Frame frame, VirtualAddress fp)
    {
        var context = frame.Context;
        ulong word = (ulong)context.Architecture.PointerSize;
        if (!IsOnStack(frame, fp)) return Step.None;
        ulong? left = context.FindStack(fp) is { } stack ? stack.Range.End.Value - fp.Value : null;
        if (left < 2 * word) return Step.Outermost;
        var slot = fp + word;
        if (!context.Memory.TryReadUnsigned(fp, (int)word, out ulong saved) || !context.Memory.TryReadUnsigned(slot, (int)word, out ulong pc)) return Step.None;
        if (pc == 0) return Step.Outermost;
        if (ReturnAddress.Judge(context, new VirtualAddress(pc)) == ReturnProof.Refuted) return saved == 0 || left == 2 * word ? Step.Outermost : Step.None;
        return Step.To(new Caller(slot, slot + word, CalleeSaved.OfCallerByFramePointer(frame.Registers, saved), FoundBy.FramePointer));
    }

    /// <summary>The caller of code that has no frame yet, or no more: the caller's frame pointer is still, or again, in the register.</summary>
    private static Caller? Early(Frame frame)
    {
        var context = frame.Context;
        ulong word = (ulong)context.Architecture.PointerSize;
        if (context.Memory.TryReadU8(frame.Pc, out byte opcode) && opcode is Ret or RetPopping) return At(frame, frame.Sp);
        if (frame.Module?.Symbols.Find(frame.Pc) is not { } function || StartsWithPrologue(context, function.Address) == false) return null;
        ulong offset = unchecked(frame.Pc.Value - function.Address.Value);
        if (offset == 0) return At(frame, frame.Sp);
        bool hasPushed = offset == PushBytes && context.Memory.TryReadUnsigned(frame.Sp, (int)word, out ulong pushed) && pushed == frame.Fp?.Value;
        return hasPushed ? At(frame, frame.Sp + word) : null;
    }

    private static Caller? At(Frame frame, VirtualAddress slot) =>
        ReturnAddress.JudgeAt(frame.Context, slot) == ReturnProof.Refuted ? null
        : new Caller(slot, slot + (ulong)frame.Context.Architecture.PointerSize, CalleeSaved.KeepOnly(frame.Registers), FoundBy.FramePointer);

    /// <summary>
    /// Whether the function begins with <c>push %ebp; mov %esp,%ebp</c> (amd64: <c>push %rbp; mov %rsp,%rbp</c>), in either encoding; null where its code is not in the dump,
    /// or only a filler.
    /// </summary>
    private static bool? StartsWithPrologue(CodeContext context, VirtualAddress function)
    {
        Span<byte> code = stackalloc byte[4];
        ReadOnlySpan<byte> amd64 = [0x55, 0x48, 0x89, 0xe5], amd64Other = [0x55, 0x48, 0x8b, 0xec], ia32 = [0x55, 0x89, 0xe5], ia32Other = [0x55, 0x8b, 0xec];
        if (context.Memory.Read(function, code) < code.Length || code.IndexOfAnyExcept(code[0]) < 0) return null;
        return context.Architecture.InstructionSet == InstructionSet.Amd64
            ? code.StartsWith(amd64) || code.StartsWith(amd64Other)
            : code.StartsWith(ia32) || code.StartsWith(ia32Other);
    }
}
