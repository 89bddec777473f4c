using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Elf;

/// <summary>
/// An ELF file, 32 or 64 bit, either byte order, read lazily: opening reads the header and the two header tables. The seam behind
/// which another ELF reader could stand.
/// </summary>
public sealed class ElfFile
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _contents = [];
    private readonly DiagnosticBag _diagnostics;
    private Dictionary<string, ElfSection>? _byName;

    private ElfFile(IByteSource source, DiagnosticBag diagnostics)
    {
        Source = source;
        _diagnostics = diagnostics;
    }

    /// <summary>The bytes.</summary>
    public IByteSource Source { get; }

    /// <summary>e_type: 2 ET_EXEC, 3 ET_DYN, 4 ET_CORE.</summary>
    public int Type { get; private init; }

    /// <summary>e_machine: 3 EM_386, 62 EM_X86_64, 2/43 SPARC, ….</summary>
    public int Machine { get; private init; }

    /// <summary>Whether it is ELFCLASS64.</summary>
    public bool Is64 { get; private init; }

    /// <summary>Whether it is ELFDATA2MSB.</summary>
    public bool BigEndian { get; private init; }

    /// <summary>Program headers. Those that lie past the end of a truncated file are left out, with a diagnostic.</summary>
    public IReadOnlyList<ElfSegment> Segments { get; private init; } = [];

    /// <summary>Section headers, likewise.</summary>
    public IReadOnlyList<ElfSection> Sections { get; private init; } = [];

    /// <summary>Whether the first bytes of a file are ELF's magic.</summary>
    public static bool IsElf(ReadOnlySpan<byte> head) => head.StartsWith("\u007fELF"u8);

    /// <summary>Opens the headers.</summary>
    /// <exception cref="DumpFormatException">It is no ELF file, or its header is cut off.</exception>
    public static ElfFile Open(IByteSource source, DiagnosticBag diagnostics)
    {
        var header = ElfHeader.Read(source);
        var tables = new ElfTables(source, header, diagnostics);
        return new ElfFile(source, diagnostics)
        {
            Type = header.Type,
            Machine = header.Machine,
            Is64 = header.Is64,
            BigEndian = header.BigEndian,
            Segments = tables.ReadSegments(),
            Sections = tables.ReadSections(),
        };
    }

    /// <summary>The section of that name, or null. <c>.debug_x</c> also finds a section that is compressed the old way, <c>.zdebug_x</c>.</summary>
    public ElfSection? FindSection(string name)
    {
        lock (_lock)
        {
            if (_byName is null)
            {
                _byName = new Dictionary<string, ElfSection>(StringComparer.Ordinal);
                foreach (var section in Sections) _byName.TryAdd(section.Name, section);
            }

            if (_byName.TryGetValue(name, out var found)) return found;
            return name.StartsWith(".debug_", StringComparison.Ordinal) ? _byName.GetValueOrDefault(".z" + name[1..]) : null;
        }
    }

    /// <summary>
    /// A section's bytes, decompressed where SHF_COMPRESSED (zlib, zstd) or <c>.zdebug_</c> says so. Empty for SHT_NOBITS; what the file has of a section
    /// that is cut off. Read once, then kept; files are mapped where possible so that large sections cost address space, not memory.
    /// </summary>
    public ReadOnlyMemory<byte> ReadSection(ElfSection section)
    {
        lock (_lock)
        {
            if (_contents.TryGetValue(section.Index, out var bytes)) return bytes;
            bytes = Load(section);
            _contents.Add(section.Index, bytes);
            return bytes;
        }
    }

    /// <summary>The bytes of a segment that the file holds, at most <paramref name="limit"/>.</summary>
    public ReadOnlyMemory<byte> ReadSegment(ElfSegment segment, int limit) => Source.ReadUpTo(segment.Offset, segment.FileSize, limit);

    private ReadOnlyMemory<byte> Load(ElfSection section)
    {
        if (section.Type is ElfConstants.SectionNobits or ElfConstants.SectionNull) return default;
        if (section.Size > DumpLimits.DebugSectionBytes)
            _diagnostics.Warn("elf/section-too-large", $"section {section.Name} of {Source.Name} claims {section.Size} bytes; more than {DumpLimits.DebugSectionBytes} are not read.");
        var raw = Source.ReadUpTo(section.Offset, section.Size, DumpLimits.DebugSectionBytes);
        if ((ulong)raw.Length < Math.Min(section.Size, DumpLimits.DebugSectionBytes))
            _diagnostics.Warn("elf/section-truncated", $"section {section.Name} of {Source.Name} is cut off: {raw.Length} of {section.Size} bytes are in the file.");
        return ElfCompression.Expand(this, section, raw, _diagnostics);
    }
}

/// <summary>A program header.</summary>
/// <param name="Type">p_type: 1 PT_LOAD, 4 PT_NOTE.</param>
/// <param name="Flags">p_flags: 1 execute, 2 write, 4 read.</param>
/// <param name="Offset">p_offset, bytes in the file.</param>
/// <param name="VirtualAddress">p_vaddr.</param>
/// <param name="PhysicalAddress">p_paddr.</param>
/// <param name="FileSize">p_filesz.</param>
/// <param name="MemorySize">p_memsz.</param>
/// <param name="Alignment">p_align; for notes, the alignment of their fields.</param>
public readonly record struct ElfSegment(
    uint Type, uint Flags, ulong Offset, ulong VirtualAddress, ulong PhysicalAddress, ulong FileSize, ulong MemorySize, ulong Alignment = 0);

/// <summary>A section header.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">sh_type: 1 PROGBITS, 2 SYMTAB, 3 STRTAB, 7 NOTE, 8 NOBITS, 11 DYNSYM.</param>
/// <param name="Flags">sh_flags: 1 write, 2 alloc, 4 exec, 0x800 compressed.</param>
/// <param name="Address">sh_addr.</param>
/// <param name="Offset">sh_offset.</param>
/// <param name="Size">sh_size.</param>
/// <param name="Link">sh_link.</param>
/// <param name="Info">sh_info.</param>
/// <param name="EntrySize">sh_entsize.</param>
/// <param name="Alignment">sh_addralign; for notes, the alignment of their fields.</param>
public sealed record ElfSection(
    int Index, string Name, uint Type, ulong Flags, ulong Address, ulong Offset, ulong Size, uint Link, uint Info, ulong EntrySize, ulong Alignment = 0);
