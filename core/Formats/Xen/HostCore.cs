using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Xen;

/// <summary>
/// An ELF core of a whole machine: what QEMU's dump-guest-memory writes (with paging=true too), and /proc/vmcore of a kdump kernel under Xen or on
/// bare metal. In all of them p_paddr is the machine address. See FORMAT.md.
/// </summary>
public sealed class HostCore : IDumpFormat
{
    /// <summary>The physical address that makedumpfile writes where it does not know it (NOT_PADDR).</summary>
    private const ulong NoAddress = ulong.MaxValue;

    /// <inheritdoc/>
    public string Name => "ELF machine dump";

    /// <inheritdoc/>
    public bool Probe(ReadOnlySpan<byte> head, IByteSource file) => ElfFile.IsElf(head);

    /// <inheritdoc/>
    public DumpImage Open(IByteSource file, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var elf = ElfFile.Open(file, diagnostics);
        Refuse(elf);
        var notes = new MachineNotes(ElfNotes.Read(elf, diagnostics), file.Name, elf.BigEndian, diagnostics);
        cancel.ThrowIfCancellationRequested();
        if (notes.IsProcess && !notes.IsQemu && !notes.IsXen)
            throw new DumpFormatException($"{file.Name} is the core file of a process, not of a machine; open it with gdb.");
        var pages = ReadSegments(elf, diagnostics);
        if (notes.Cpus.Count == 0)
            diagnostics.Warn("dump/no-cpus", $"{file.Name} has no notes with registers{(IsCut(elf) ? " (it is cut off)" : "")}; no stack can start from a CPU.");
        bool paging = notes.IsQemu && RecordsPaging(elf);
        return new DumpImage
        {
            FormatName = NameOf(notes, paging) + (file is Kdump.FlattenedStream ? ", flattened" : ""),
            ElfMachine = elf.Machine,
            Pages = pages,
            Cpus = notes.Cpus,
            XenCrash = notes.XenCrash,
            XenVmcoreInfo = notes.XenVmcoreInfo,
            KernelVmcoreInfo = notes.KernelVmcoreInfo,
            Mappings = paging ? ReadMappings(elf, notes) : [],
        };
    }

    private static void Refuse(ElfFile elf)
    {
        string name = elf.Source.Name;
        if (elf.Type is ElfConstants.TypeExecutable or ElfConstants.TypeShared)
            throw new DumpFormatException($"{name} is an ELF program, not a dump; symbol files are given with --xen-syms FILE or --kernel FILE.");
        if (elf.Type != ElfConstants.TypeCore)
            throw new DumpFormatException($"{name} is an ELF file of type {elf.Type}, not a core file (type {ElfConstants.TypeCore}).");
        if (elf.FindSection(".note.Xen") is not null)
            throw new DumpFormatException($"{name} is a Xen domain core (xl dump-core); this version opens dumps of whole machines only.");
        if (elf.Machine is not (ElfConstants.MachineAmd64 or ElfConstants.Machine386))
            throw new DumpFormatException($"{name} is a dump of a machine of ELF type {elf.Machine}; only x86 (3 and 62) is supported.");
        if (elf.Segments.Count == 0)
            throw new DumpFormatException($"{name} has no program headers in its {elf.Source.Length} bytes, so none of its memory can be found; it is cut off or damaged.");
    }

    private static string NameOf(MachineNotes notes, bool paging)
    {
        if (notes.IsXen) return "Xen kdump vmcore";
        if (notes.IsQemu) return paging ? "ELF machine dump (QEMU, paging)" : "ELF machine dump (QEMU)";
        return notes.KernelVmcoreInfo is not null ? "kdump vmcore" : "ELF machine dump";
    }

    private static LoadPages ReadSegments(ElfFile elf, DiagnosticBag diagnostics)
    {
        var extents = new List<FileExtent>();
        var leftOut = new List<MachineRange>();
        ulong missing = 0;
        foreach (var s in elf.Segments)
        {
            if (s.Type != ElfConstants.SegmentLoad || s.PhysicalAddress == NoAddress) continue;

            // Lengths that would go past 2^64 are cut there.
            ulong room = ulong.MaxValue - s.PhysicalAddress;
            ulong saved = Math.Min(s.FileSize, room);
            ulong whole = Math.Min(Math.Max(s.MemorySize, s.FileSize), room);
            if (saved > 0) extents.Add(new FileExtent(s.PhysicalAddress, saved, s.Offset));
            if (whole > saved) leftOut.Add(new MachineRange(new MachineAddress(s.PhysicalAddress + saved), whole - saved));
            if (saved > 0 && (s.Offset >= (ulong)elf.Source.Length || saved > (ulong)elf.Source.Length - s.Offset)) missing++;
        }

        if (missing > 0)
            diagnostics.Warn(DiagnosticIds.DumpTruncated, $"{elf.Source.Name} is cut off: it ends at byte {elf.Source.Length}, before the end of {missing} of its {extents.Count} memory segments; copy it whole for the rest.");
        if (extents.Count == 0)
            diagnostics.Error("dump/no-memory", $"{elf.Source.Name} has no segment with memory.");
        return new LoadPages(elf.Source, extents, leftOut);
    }

    private static bool IsCut(ElfFile elf)
    {
        foreach (var s in elf.Segments)
        {
            if (s.FileSize > 0 && (s.Offset >= (ulong)elf.Source.Length || s.FileSize > (ulong)elf.Source.Length - s.Offset)) return true;
        }

        return false;
    }

    /// <summary>Without paging QEMU writes p_paddr or 0 as p_vaddr.</summary>
    private static bool RecordsPaging(ElfFile elf)
    {
        foreach (var s in elf.Segments)
        {
            if (s.Type == ElfConstants.SegmentLoad && s.VirtualAddress != 0 && s.VirtualAddress != s.PhysicalAddress) return true;
        }

        return false;
    }

    private static RecordedMapping[] ReadMappings(ElfFile elf, MachineNotes notes)
    {
        bool fiveLevels = notes.Cpus.Any(c => (c["cr4"] & LinearAddress57) == LinearAddress57);
        var mappings = new List<RecordedMapping>();
        foreach (var s in elf.Segments)
        {
            if (s.Type != ElfConstants.SegmentLoad || s.MemorySize == 0 || s.PhysicalAddress == NoAddress) continue;
            ulong address = elf.Is64 ? Canonical(s.VirtualAddress, fiveLevels ? 57 : 48) : s.VirtualAddress;
            mappings.Add(new RecordedMapping(new VirtualAddress(address), new MachineAddress(s.PhysicalAddress), s.MemorySize));
        }

        mappings.Sort(static (a, b) => a.Virtual.CompareTo(b.Virtual));
        return [.. mappings];
    }

    /// <summary>
    /// QEMU sets the top bits of every address that it finds through four-level tables (walk_pml4e in target/i386/arch_memory_mapping.c), of
    /// those in the lower half too; they follow bit 47, or bit 56 with five levels.
    /// </summary>
    private static ulong Canonical(ulong address, int bits) => unchecked((ulong)((long)(address << (64 - bits)) >> (64 - bits)));

    /// <summary>CR4.LA57.</summary>
    private const ulong LinearAddress57 = 1 << 12;
}
