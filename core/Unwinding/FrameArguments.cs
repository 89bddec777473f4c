using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// Arguments of frames whose image has no DWARF, in code that keeps frame pointers: where the calling convention put them. On i386 they stand above the frame, and the
/// caller's next instruction tells how many it takes off the stack again; on amd64 Solaris' compilers store those that came in registers below the frame pointer first.
/// </summary>
internal static class FrameArguments
{
    /// <summary>Arguments that one call has at most; a larger count is a caller that gives up its own frame.</summary>
    private const int Most = 32;

    /// <summary>The arguments in order, unnamed; empty where nothing tells.</summary>
    public static IReadOnlyList<FrameVariable> Of(Frame frame)
    {
        if (frame.Inline || frame.Exception is not null || frame.Kind == FrameKind.User || !frame.Context.KeepsFramePointers) return [];
        return frame.Context.Architecture.InstructionSet == InstructionSet.Ia32 ? Pushed(frame) : Saved(frame);
    }

    private static List<FrameVariable> Pushed(Frame frame)
    {
        // Entry code's frame pointer is the record that it saved: nobody called it, and below the record stands what it calls.
        if (frame.Cfa is not { } cfa || (frame.Fp is { } fp && cfa <= fp)) return [];
        ulong word = (ulong)frame.Context.Architecture.PointerSize;
        if (!frame.Context.Memory.TryReadUnsigned(cfa - word, (int)word, out ulong returnsTo)) return [];
        var caller = new VirtualAddress(returnsTo);
        if (ReturnAddress.Judge(frame.Context, caller) == ReturnProof.Refuted) return [];
        int count = PoppedArguments.After(frame.Context, caller);
        return count is > 0 and <= Most ? Words(frame, count, SignatureOf(frame), i => cfa + (ulong)i * word) : [];
    }

    private static List<FrameVariable> Saved(Frame frame)
    {
        if (frame.Fp is not { } fp) return [];
        var signature = SignatureOf(frame);
        if (SavedArguments.Of(frame, signature) is not { Registers: > 0 } saved) return [];
        int count = signature is null ? saved.Registers : Math.Min(Most, signature.Parameters.Count);
        return Words(frame, count, signature, i => i < saved.Registers ? fp - (ulong)(i + 1 + saved.Skipped) * 8 : fp + (ulong)(2 + i - saved.Registers) * 8);
    }

    /// <summary>The function's type, where the image's types have one; null where a parameter would take more than a word, as none then stands where it is looked for.</summary>
    private static FunctionType? SignatureOf(Frame frame)
    {
        if (frame.Function is not { } name || frame.Module?.Types?.OfSymbol(name)?.Strip() is not FunctionType { Parameters.Count: <= Most } type) return null;
        ulong word = (ulong)frame.Context.Architecture.PointerSize;
        return type.Parameters.All(p => p.Size > 0 && p.Size <= word && p.Strip() is not AggregateType and not BaseType { Encoding: BaseEncoding.Float }) ? type : null;
    }

    private static List<FrameVariable> Words(Frame frame, int count, FunctionType? signature, Func<int, VirtualAddress> placeOf)
    {
        int size = frame.Context.Architecture.PointerSize;
        var untyped = new BaseType("uintptr_t", (ulong)size, BaseEncoding.Unsigned);
        var words = new List<FrameVariable>(count);
        for (int i = 0; i < count; i++)
        {
            var place = placeOf(i);
            if (!frame.Context.Memory.TryReadUnsigned(place, size, out ulong word)) break;
            var type = signature is not null && i < signature.Parameters.Count ? signature.Parameters[i] : untyped;
            words.Add(new FrameVariable(null, true, TypedValue.At(type, frame.Context.Space, place.Value)) { Word = word });
        }

        return words;
    }
}
