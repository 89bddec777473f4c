using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>How sure it is that a word is a return address.</summary>
internal enum ReturnProof
{
    /// <summary>It is none: no function covers it, or what stands before it is readable and no call.</summary>
    Refuted,

    /// <summary>A function covers it, and the code before it is not in the dump.</summary>
    Covered,

    /// <summary>A function covers it, and a call stands before it.</summary>
    Proven,
}

/// <summary>Judges words that frame pointers lead to. A dump often lacks the code, so what cannot be read neither proves nor refutes.</summary>
internal static class ReturnAddress
{
    /// <summary>Bytes of the longest call without prefixes that compilers make: FF /2 with a scaled index and 32 bits of displacement.</summary>
    private const int LongestCall = 7;

    /// <summary>Judges a word.</summary>
    public static ReturnProof Judge(CodeContext context, VirtualAddress word)
    {
        if (word.Value == 0 || context.FindModule(word - 1)?.Symbols.Find(word - 1) is not { Kind: not SymbolKind.Object }) return ReturnProof.Refuted;
        if (CallSite.Before(context, word) is not null) return ReturnProof.Proven;
        Span<byte> before = stackalloc byte[LongestCall];
        bool readable = context.Memory.Read(word - LongestCall, before) == LongestCall;
        return readable && before.IndexOfAnyExcept(before[0]) >= 0 ? ReturnProof.Refuted : ReturnProof.Covered;
    }

    /// <summary>Judges the word at an address; refuted where that cannot be read.</summary>
    public static ReturnProof JudgeAt(CodeContext context, VirtualAddress slot) =>
        context.Memory.TryReadUnsigned(slot, context.Architecture.PointerSize, out ulong word) ? Judge(context, new VirtualAddress(word)) : ReturnProof.Refuted;
}
