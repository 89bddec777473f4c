using XenDumpAdapter.Core.Arch;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>Registers that a call preserves (System V ABI: amd64 figure 3.4, i386 table 2.3).</summary>
internal static class CalleeSaved
{
    private static readonly string[] Amd64 = ["rbx", "rbp", "r12", "r13", "r14", "r15"];
    private static readonly string[] Ia32 = ["ebx", "ebp", "esi", "edi"];
    private static readonly (string, int)[] Amd64Numbers = [("rbx", 3), ("rbp", 5), ("r12", 12), ("r13", 13), ("r14", 14), ("r15", 15)];
    private static readonly (string, int)[] Ia32Numbers = [("ebx", 3), ("ebp", 5), ("esi", 6), ("edi", 7)];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names(Architecture architecture) => architecture.InstructionSet == InstructionSet.Amd64 ? Amd64 : Ia32;

    /// <summary>Their names, and their numbers as instructions encode them.</summary>
    public static IReadOnlyList<(string Name, int Number)> Numbers(Architecture architecture) =>
        architecture.InstructionSet == InstructionSet.Amd64 ? Amd64Numbers : Ia32Numbers;

    /// <summary>What is known of a caller that only the chain of frame pointers leads to: its frame pointer and selectors.</summary>
    /// <param name="registers">The callee's.</param>
    /// <param name="framePointer">The caller's frame pointer.</param>
    public static RegisterSet OfCallerByFramePointer(RegisterSet registers, ulong framePointer)
    {
        var caller = new RegisterSet(registers.Architecture).With(registers.Architecture.Fp, framePointer);
        foreach (string selector in new[] { "cs", "ss" })
            if (registers[selector] is { } value) caller = caller.With(selector, value);
        return caller;
    }

    /// <summary>A set in which only these are known, and the selectors, which calls do not change.</summary>
    public static RegisterSet KeepOnly(RegisterSet registers)
    {
        var kept = new RegisterSet(registers.Architecture);
        foreach (string name in Names(registers.Architecture))
            if (registers[name] is { } value) kept = kept.With(name, value);
        foreach (string selector in new[] { "cs", "ss" })
            if (registers[selector] is { } value) kept = kept.With(selector, value);
        return kept;
    }
}
