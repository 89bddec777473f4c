using XenDumpAdapter.Core.Arch;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>Registers that a call preserves (System V ABI: amd64 figure 3.4, i386 table 2.3).</summary>
internal static class CalleeSaved
{
    private static readonly string[] Amd64 = ["rbx", "rbp", "r12", "r13", "r14", "r15"];
    private static readonly string[] Ia32 = ["ebx", "ebp", "esi", "edi"];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names(Architecture architecture) => architecture.InstructionSet == InstructionSet.Amd64 ? Amd64 : Ia32;

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
