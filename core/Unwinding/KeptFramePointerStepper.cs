using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// By the chain of frame pointers in code that always keeps one (Solaris kernels, Xen's debug builds), also where the code itself is not in the dump. Believed if the chain
/// stays on the stack and goes up it, or steps onto another known stack, as an interrupt does.
/// </summary>
internal sealed class KeptFramePointerStepper : IFrameStepper
{
    /// <summary>No frame is larger than this.</summary>
    private const ulong Reach = 64 * 1024;

    private const byte Ret = 0xc3;
    private const byte RetPopping = 0xc2;

    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        var context = frame.Context;
        if (!context.KeepsFramePointers || frame.Kind == FrameKind.User || frame.Module?.Cfi is not null || BadPointerStepper.IsBadPointer(frame)) return Step.None;
        if (!frame.PcIsReturnAddress && frame.FoundBy != FoundBy.Context && Prologue(frame) is { } early) return early;
        if (frame.Fp is not { } fp) return Step.None;
        if (fp.Value == 0) return Step.Outermost;
        return HasFrame(frame) ? Follow(frame, fp) : Step.None;
    }

    /// <summary>Whether the function has set its frame pointer up when the frame's pc is reached; taken to be so where its code cannot be read.</summary>
    public static bool HasFrame(Frame frame)
    {
        if (frame.PcIsReturnAddress || frame.Module?.Symbols.Find(frame.LookupPc) is not { } function) return true;
        return unchecked(frame.Pc.Value - function.Address.Value) >= (ulong)PrologueBytes(frame.Context) && StartsWithPrologue(frame.Context, function.Address) != false;
    }

    private static Step Follow(Frame frame, VirtualAddress fp)
    {
        var context = frame.Context;
        int word = context.Architecture.PointerSize;
        if (!IsOnStack(frame, fp)) return context.FindStack(frame.Sp) is { } left && fp >= left.Range.End && left.Range.Contains(frame.Sp) ? Step.Outermost : Step.None;
        var slot = fp + (ulong)word;
        if (!context.Memory.TryReadUnsigned(fp, word, out ulong saved) || !context.Memory.TryReadUnsigned(slot, word, out ulong pc)) return Step.None;
        if (pc == 0) return Step.Outermost;
        var caller = CalleeSaved.KeepOnly(frame.Registers);
        foreach (string name in CalleeSaved.Names(context.Architecture)) caller = caller.Without(context.Architecture.Find(name)!);
        return Step.To(new Caller(slot, slot + (ulong)word, caller.With(context.Architecture.Fp, saved), FoundBy.FramePointer));
    }

    /// <summary>Above the stack pointer and near it, or on another stack that is known.</summary>
    private static bool IsOnStack(Frame frame, VirtualAddress fp)
    {
        var context = frame.Context;
        bool above = fp >= frame.Sp - (ulong)(2 * context.Architecture.PointerSize) && unchecked(fp.Value - frame.Sp.Value + 16) <= Reach + 16;
        if (context.FindStack(frame.Sp) is not { } own) return above || context.FindStack(fp) is not null;
        return own.Range.Contains(fp) ? above : context.FindStack(fp) is not null;
    }

    /// <summary>Interrupted code that has no frame yet, or no more: the caller's frame pointer is still, or again, in the register.</summary>
    private static Step? Prologue(Frame frame)
    {
        var context = frame.Context;
        int word = context.Architecture.PointerSize;
        bool isRet = context.Memory.TryReadU8(frame.Pc, out byte opcode) && opcode is Ret or RetPopping;
        if (isRet) return At(frame, frame.Sp, frame.Fp?.Value);
        if (frame.Module?.Symbols.Find(frame.Pc) is not { } function || StartsWithPrologue(context, function.Address) == false) return null;
        ulong offset = unchecked(frame.Pc.Value - function.Address.Value);
        if (offset == 0) return At(frame, frame.Sp, frame.Fp?.Value);
        if (offset >= (ulong)PrologueBytes(context)) return null;
        return context.Memory.TryReadUnsigned(frame.Sp, word, out ulong pushed) ? At(frame, frame.Sp + (ulong)word, pushed) : null;
    }

    private static Step? At(Frame frame, VirtualAddress slot, ulong? fp)
    {
        var caller = CalleeSaved.KeepOnly(frame.Registers);
        caller = fp is { } value ? caller.With(caller.Architecture.Fp, value) : caller.Without(caller.Architecture.Fp);
        return Step.To(new Caller(slot, slot + (ulong)frame.Context.Architecture.PointerSize, caller, FoundBy.FramePointer));
    }

    /// <summary>push %ebp; mov %esp,%ebp.</summary>
    private static int PrologueBytes(CodeContext context) => context.Architecture.InstructionSet == InstructionSet.Amd64 ? 4 : 3;

    /// <summary>Whether the function begins with those; null where its code is not in the dump.</summary>
    private static bool? StartsWithPrologue(CodeContext context, VirtualAddress function)
    {
        Span<byte> code = stackalloc byte[4];
        ReadOnlySpan<byte> amd64 = [0x55, 0x48, 0x89, 0xe5], amd64Other = [0x55, 0x48, 0x8b, 0xec], ia32 = [0x55, 0x89, 0xe5], ia32Other = [0x55, 0x8b, 0xec];
        if (context.Memory.Read(function, code) < code.Length) return null;
        return context.Architecture.InstructionSet == InstructionSet.Amd64
            ? code.StartsWith(amd64) || code.StartsWith(amd64Other)
            : code.StartsWith(ia32) || code.StartsWith(ia32Other);
    }
}
