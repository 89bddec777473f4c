using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// Where the members of a Solaris kernel's <c>struct regs</c> are, bytes from its start (usr/src/uts/intel/ia32/sys/privregs.h and amd64/sys/privregs.h). It begins as a frame
/// does, with a copy of the interrupted frame pointer and pc, so the chain of frame pointers leads to it and over it.
/// </summary>
public sealed class TrapRegsLayout
{
    private static readonly string[] Words64 =
    [
        "r_savfp", "r_savpc", "r_rdi", "r_rsi", "r_rdx", "r_rcx", "r_r8", "r_r9", "r_rax", "r_rbx", "r_rbp", "r_r10", "r_r11", "r_r12", "r_r13", "r_r14", "r_r15",
        Bases[0], Bases[1], "r_ds", "r_es", "r_fs", "r_gs", "r_trapno", "r_err", "r_rip", "r_cs", "r_rfl", "r_rsp", "r_ss",
    ];

    private static readonly string[] Words32 =
    [
        "r_savfp", "r_savpc", "r_gs", "r_fs", "r_es", "r_ds", "r_edi", "r_esi", "r_ebp", "r_esp", "r_ebx", "r_edx", "r_ecx", "r_eax",
        "r_trapno", "r_err", "r_eip", "r_cs", "r_efl", "r_uesp", "r_ss",
    ];

    private readonly Dictionary<string, int> _offsets;

    private TrapRegsLayout(Architecture architecture, Dictionary<string, int> offsets)
    {
        Architecture = architecture;
        _offsets = offsets;
        Size = offsets.Values.Max() + architecture.PointerSize;
    }

    /// <summary>The kernel's registers.</summary>
    public Architecture Architecture { get; }

    /// <summary>Bytes in all.</summary>
    public int Size { get; }

    /// <summary>Bytes of a 32-bit record for code of the kernel itself: the processor pushes neither stack pointer nor ss where the ring stays.</summary>
    internal int EndWithoutStackPointer => this["r_uesp"];

    internal bool Is32 => Architecture.InstructionSet == InstructionSet.Ia32;

    /// <summary>Offset of a member.</summary>
    internal int this[string member] => _offsets[member];

    /// <summary>Whether the kernel's own type has the member: bases of %fs and %gs are in some only.</summary>
    internal bool Has(string member) => _offsets.ContainsKey(member);

    private static ReadOnlySpan<string> Bases => new[] { "__r_fsbase", "__r_gsbase" };

    /// <summary>
    /// The layouts that a kernel of that width can have: the one that its types give, if they are complete; else those that were ever made, to be told apart by what
    /// stands in memory.
    /// </summary>
    /// <param name="architecture">The kernel's registers.</param>
    /// <param name="offsetOf">Gives a member's offset from the kernel's types (<c>r_savfp</c>), or null.</param>
    public static IReadOnlyList<TrapRegsLayout> Of(Architecture architecture, Func<string, int?>? offsetOf = null)
    {
        string[] words = architecture.InstructionSet == InstructionSet.Ia32 ? Words32 : Words64;
        var typed = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string word in words)
            if (offsetOf?.Invoke(word) is { } offset and >= 0 and < MaxSize) typed[word] = offset;
        if (words.All(w => typed.ContainsKey(w) || Bases.Contains(w))) return [new TrapRegsLayout(architecture, typed)];
        var whole = new TrapRegsLayout(architecture, InOrder(words, architecture.PointerSize));
        return architecture.InstructionSet == InstructionSet.Ia32
            ? [whole]
            : [whole, new TrapRegsLayout(architecture, InOrder([.. words.Where(w => !Bases.Contains(w))], architecture.PointerSize))];
    }

    private const int MaxSize = 4096;

    private static Dictionary<string, int> InOrder(string[] words, int size)
    {
        var offsets = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < words.Length; i++) offsets.Add(words[i], i * size);
        return offsets;
    }

    /// <summary>Reads a record; null where it is not in memory, or its two copies of the pc are not the same: most frames are none.</summary>
    internal TrapRegs? Read(IMemory<VirtualAddress> memory, VirtualAddress at, string? entry)
    {
        int word = Architecture.PointerSize;
        if (!memory.TryReadUnsigned(at + (ulong)this["r_savpc"], word, out ulong copy) || !memory.TryReadUnsigned(at + (ulong)this[Is32 ? "r_eip" : "r_rip"], word, out ulong pc)) return null;
        if (copy != 0 && copy != pc) return null;
        byte[] bytes = new byte[Size];
        int got = memory.Read(at, bytes);
        return got == Size || (Is32 && got >= EndWithoutStackPointer) ? new TrapRegs(this, at, bytes.AsMemory(0, got), entry) : null;
    }
}
