using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Machine;

namespace XenDumpAdapter.Core.Samples.Files;

/// <summary>What QEMU knows of a CPU besides what it runs.</summary>
internal sealed record CpuTables(ulong Cr3, ulong Tss, ulong Idt);

/// <summary>
/// Writes a machine dump as QEMU does (qemu/dump/dump.c, target/i386/arch_dump.c): an ELF header that says it is 8 bytes long, section headers before the
/// program headers, one note of each kind for each CPU, then the RAM.
/// </summary>
internal static class MachineDumpWriter
{
    private const int SegmentHeadersAt = 192;
    private const int NotesAt = SegmentHeadersAt + 2 * 56;
    private const int PrStatusBytes = 336;
    private const int QemuStateBytes = 440;

    /// <summary>The dump's file.</summary>
    public static byte[] Build(Ram ram, IReadOnlyList<(Processor Cpu, CpuTables Tables)> cpus)
    {
        var notes = new ImageBytes();
        for (int i = 0; i < cpus.Count; i++) Note(notes, "CORE", 1, PrStatus(cpus[i].Cpu, i + 1));
        foreach (var (cpu, tables) in cpus) Note(notes, "QEMU", 0, QemuState(cpu, tables));
        int memoryAt = NotesAt + notes.Length;
        int namesAt = memoryAt + ram.Bytes.Length;
        byte[] names = [0, .. ".shstrtab\0"u8];
        var w = new ImageBytes();
        w.Bytes([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).Align(16).U16(4).U16(62).U32(1).U64(0).U64(SegmentHeadersAt).U64(64).U32(0);
        w.U16(8).U16(56).U16(2).U16(64).U16(2).U16(1).Zeros(64);
        w.U32(1).U32(3).U64(0).U64(0).U64((ulong)namesAt).U64((ulong)names.Length).U32(0).U32(0).U64(0).U64(0);
        w.U32(4).U32(0).U64(NotesAt).U64(0).U64(0).U64((ulong)notes.Length).U64((ulong)notes.Length).U64(0);
        w.U32(1).U32(0).U64((ulong)memoryAt).U64(0).U64(0).U64((ulong)ram.Bytes.Length).U64((ulong)ram.Bytes.Length).U64(0);
        return [.. w.Span, .. notes.Span, .. ram.Bytes, .. names];
    }

    private static void Note(ImageBytes w, string name, int type, ImageBytes description) =>
        w.U32((ulong)name.Length + 1).U32((ulong)description.Length).U32((ulong)type).Text(name).Align(4).Bytes(description.Span).Align(4);

    private static ImageBytes PrStatus(Processor cpu, int id)
    {
        var w = new ImageBytes().Zeros(32).U32((ulong)id).Zeros(76);
        Reg[] order =
        [
            Reg.R15, Reg.R14, Reg.R13, Reg.R12, Reg.Rbp, Reg.Rbx, Reg.R11, Reg.R10, Reg.R9, Reg.R8, Reg.Rax, Reg.Rcx, Reg.Rdx, Reg.Rsi, Reg.Rdi,
        ];
        foreach (var register in order) w.U64(cpu[register]);
        w.U64(0).U64(cpu.Pc).U64(cpu.Cs).U64(cpu.Flags).U64(cpu[Reg.Rsp]).U64(cpu.Ss);
        return w.Zeros(PrStatusBytes - w.Length);
    }

    private static ImageBytes QemuState(Processor cpu, CpuTables tables)
    {
        var w = new ImageBytes().U32(1).U32(QemuStateBytes);
        foreach (var register in new[] { Reg.Rax, Reg.Rbx, Reg.Rcx, Reg.Rdx, Reg.Rsi, Reg.Rdi, Reg.Rsp, Reg.Rbp }) w.U64(cpu[register]);
        for (var register = Reg.R8; register <= Reg.R15; register++) w.U64(cpu[register]);
        w.U64(cpu.Pc).U64(cpu.Flags);
        Segment(w, cpu.Cs, 0xffff_ffff, 0x00af_9b00, 0);
        for (int i = 0; i < 4; i++) Segment(w, 0, 0, 0, 0);
        Segment(w, cpu.Ss, 0xffff_ffff, 0x00cf_9300, 0);
        Segment(w, 0, 0xffff, 0x0000_8200, 0);
        Segment(w, 0xe040, 0x67, 0x0000_8b00, tables.Tss);
        Segment(w, 0, 0xefff, 0, 0);
        Segment(w, 0, 0xfff, 0, tables.Idt);
        return w.U64(0x8005_003b).U64(0).U64(cpu.Cr2).U64(tables.Cr3).U64(0x14_0660).U64(0);
    }

    private static void Segment(ImageBytes w, int selector, uint limit, uint flags, ulong start) =>
        w.U32((ulong)selector).U32(limit).U32(flags).U32(0).U64(start);
}
