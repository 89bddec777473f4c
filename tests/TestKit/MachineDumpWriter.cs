namespace XenDumpAdapter.TestKit;

/// <summary>
/// Notes of a machine dump as QEMU and as Xen's kexec path write them. Register values are made from a seed, so that a test knows each:
/// general register i of <c>seed</c> is seed * 0x100 + i.
/// </summary>
public static class MachineDumpWriter
{
    /// <summary>NT_PRSTATUS of amd64: 27 longs at 112 of 336 bytes; long i is <paramref name="seed"/> * 0x100 + i.</summary>
    public static byte[] PrStatus64(uint pid, ulong seed)
    {
        var w = new ByteWriter().Zeros(32).U32(pid).PadTo(112);
        for (ulong i = 0; i < 27; i++) w.U64((seed * 0x100) + i);
        return w.PadTo(336).ToArray();
    }

    /// <summary>NT_PRSTATUS of i386: 17 longs at 72 of 144 bytes.</summary>
    public static byte[] PrStatus32(uint pid, uint seed)
    {
        var w = new ByteWriter().Zeros(24).U32(pid).PadTo(72);
        for (uint i = 0; i < 17; i++) w.U32((seed * 0x100) + i);
        return w.PadTo(144).ToArray();
    }

    /// <summary>QEMU's CPU state: 18 longs, ten segments (selector 0x10 + i, limit 0xfff, base 0x1000 * i), cr0-cr4, kernel_gs_base.</summary>
    public static byte[] QemuState(ulong seed, ulong cr3 = 0x1000, ulong cr4 = 0x20, bool withKernelGsBase = true)
    {
        uint size = withKernelGsBase ? 440u : 432u;
        var w = new ByteWriter().U32(1).U32(size);
        for (ulong i = 0; i < 18; i++) w.U64((seed * 0x100) + i);
        for (uint i = 0; i < 10; i++) w.U32(0x10 + i).U32(0xfff).U32(0).U32(0).U64(0x1000UL * i);
        w.U64(0x8005_003b).U64(0).U64(0xdead_0000 + seed).U64(cr3).U64(cr4);
        return (withKernelGsBase ? w.U64(0xffff_8888_0000_0000) : w).ToArray();
    }

    /// <summary>Xen's control registers of a CPU.</summary>
    public static byte[] XenCore(ulong cr0, ulong cr2, ulong cr3, ulong cr4) => new ByteWriter().U64(cr0).U64(cr2).U64(cr3).U64(cr4).ToArray();

    /// <summary>Xen's crash note: ten longs.</summary>
    public static byte[] XenCrash(params ulong[] words)
    {
        var w = new ByteWriter();
        foreach (ulong word in words) w.U64(word);
        return w.ToArray();
    }

    /// <summary>A dump as QEMU writes it: bogus header size, CORE notes, then QEMU notes, then LOADs.</summary>
    public static ElfWriter Qemu(int cpus = 2, bool is64 = true)
    {
        var w = new ElfWriter(is64) { HeaderSize = 8 };
        return w.Notes(QemuNotes(w, cpus, is64));
    }

    /// <summary>Its notes.</summary>
    public static byte[] QemuNotes(ElfWriter w, int cpus, bool is64 = true)
    {
        var notes = new ByteWriter();
        for (uint i = 0; i < cpus; i++) notes.Bytes(w.Note("CORE", 1, is64 ? PrStatus64(i + 1, i + 1) : PrStatus32(i + 1, i + 1)));
        for (uint i = 0; i < cpus; i++) notes.Bytes(w.Note("QEMU", 0, QemuState(0x10 + i)));
        return notes.ToArray();
    }

    /// <summary>Notes as Xen's kexec path leaves them: CORE and Xen for each CPU, the crash note after those of the crashing one, VMCOREINFO_XEN last.</summary>
    public static byte[] XenNotes(ElfWriter w, int cpus, int crashing)
    {
        var notes = new ByteWriter();
        for (int i = 0; i < cpus; i++)
        {
            notes.Bytes(w.Note("CORE", 1, PrStatus64(0, (ulong)i + 1)));
            notes.Bytes(w.Note("Xen", 0x1000002, XenCore(0x8005_003b, 0xc2 + (ulong)i, 0x1000 * ((ulong)i + 1), 0x1406_60)));
            if (i == crashing) notes.Bytes(w.Note("Xen", 0x1000001, XenCrash(4, 17, 0x10, 0x20, 0x30, 0x40, 0x50, 1, 0x380_0000, 0x290b)));
        }

        return notes.Bytes(w.Note("VMCOREINFO_XEN", 0, [.. "PAGESIZE=4096\n"u8, 0, 0])).ToArray();
    }
}
