using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Xen;

/// <summary>
/// NT_PRSTATUS (<c>struct elf_prstatus</c>, linux/elfcore.h; Xen's ELF_Prstatus in xen/include/xen/elfcore.h has the same layout). Which of the two it is shows
/// in its size: 336 bytes with <c>user_regs_struct</c> of amd64 at 112, 144 bytes with that of i386 at 72.
/// </summary>
internal static class PrStatusRegisters
{
    private const int Amd64Size = 336;
    private const int Amd64Offset = 112;
    private const int Ia32Size = 144;
    private const int Ia32Offset = 72;

    // asm/user_64.h; orig_rax is not a register.
    private static readonly string[] Amd64 =
    [
        "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi", "",
        "rip", "cs", "rflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs",
    ];

    // asm/user_32.h, by their amd64 names.
    private static readonly string[] Ia32 =
        ["rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rax", "ds", "es", "fs", "gs", "", "rip", "cs", "rflags", "rsp", "ss"];

    /// <summary>The registers; those that are there, and false, where the note is cut off.</summary>
    public static bool TryRead(ReadOnlySpan<byte> note, bool bigEndian, out Dictionary<string, ulong> values)
    {
        values = new Dictionary<string, ulong>(40, StringComparer.Ordinal);
        bool wide = note.Length > Ia32Size;
        var reader = new SpanReader(note, bigEndian);
        if (!reader.TrySeek(wide ? Amd64Offset : Ia32Offset)) return false;
        foreach (string name in wide ? Amd64 : Ia32)
        {
            if (!reader.TryReadUnsigned(wide ? 8 : 4, out ulong value)) return false;
            if (name.Length == 0) continue;

            // Selectors are 16 bits in a field of their word's size, whose rest the writer may leave as it was.
            values[name] = name is "cs" or "ss" or "ds" or "es" or "fs" or "gs" ? value & 0xffff : value;
        }

        return note.Length is Amd64Size or Ia32Size;
    }
}
