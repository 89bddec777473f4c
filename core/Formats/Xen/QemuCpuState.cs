using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Xen;

/// <summary>
/// The CPU state that QEMU adds to a dump (<c>struct QEMUCPUState</c>, target/i386/arch_dump.c), always little-endian:
/// <code>
///   0  u32 version (1), u32 size
///   8  rax rbx rcx rdx rsi rdi rsp rbp r8 … r15 rip rflags          18 * 8
/// 152  cs ds es fs gs ss ldt tr gdt idt                             10 * 24: u32 selector, limit, flags, pad; u64 base
/// 392  cr0 cr1 cr2 cr3 cr4                                           5 * 8
/// 432  kernel_gs_base                                                8, not in older versions
/// </code>
/// </summary>
internal static class QemuCpuState
{
    private const int Header = 8;

    private static readonly string[] General =
        ["rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rsp", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip", "rflags"];

    private static readonly string[] Segments = ["cs", "ds", "es", "fs", "gs", "ss", "ldt", "tr", "gdt", "idt"];

    private static readonly string[] Control = ["cr0", "", "cr2", "cr3", "cr4", "kernel_gs_base"];

    /// <summary>The registers that the note holds; false where it is no such note or does not hold the general registers.</summary>
    public static bool TryRead(ReadOnlySpan<byte> note, out Dictionary<string, ulong> values)
    {
        values = new Dictionary<string, ulong>(64, StringComparer.Ordinal);
        var reader = new SpanReader(note);
        if (!reader.TryReadU32(out uint version) || version == 0 || !reader.TryReadU32(out uint size) || size < Header) return false;
        if (size < (uint)note.Length) reader = new SpanReader(note[..(int)size]);
        reader.TrySeek(Header);
        foreach (string name in General)
        {
            if (!reader.TryReadU64(out ulong value)) return false;
            values[name] = value;
        }

        foreach (string name in Segments)
        {
            if (!reader.TryReadU32(out uint selector) || !reader.TryReadU32(out uint limit) || !reader.TrySkip(8) || !reader.TryReadU64(out ulong address)) return true;
            AddSegment(values, name, selector, limit, address);
        }

        foreach (string name in Control)
        {
            if (!reader.TryReadU64(out ulong value)) return true;
            if (name.Length > 0) values[name] = value;
        }

        return true;
    }

    private static void AddSegment(Dictionary<string, ulong> values, string name, uint selector, uint limit, ulong address)
    {
        switch (name)
        {
            case "gdt" or "idt":
                values[name + "_base"] = address;
                values[name + "_limit"] = limit;
                break;
            case "fs" or "gs" or "tr" or "ldt":
                values[name] = selector & 0xffff;
                values[name + "_base"] = address;
                break;
            default:
                values[name] = selector & 0xffff;
                break;
        }
    }
}
