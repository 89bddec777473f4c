using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Symbols;

/// <summary>One symbol as it is kept: numbers only.</summary>
internal struct ElfSymbolRow
{
    /// <summary>First address (st_value).</summary>
    public ulong Start;

    /// <summary>st_size.</summary>
    public ulong Size;

    /// <summary>Last address that it covers; for one without a size, the byte before the next symbol or the end of its section.</summary>
    public ulong Last;

    /// <summary>Last address of its section.</summary>
    public ulong SectionLast;

    /// <summary>Offset of the name (st_name).</summary>
    public uint Name;

    /// <summary>The entry's place in its table.</summary>
    public uint Index;

    /// <summary>st_shndx.</summary>
    public ushort Section;

    /// <summary>st_info.</summary>
    public byte Info;

    /// <summary>st_other.</summary>
    public byte Other;

    public SymbolKind Kind;

    public bool Global;

    /// <summary>Whether its section holds instructions.</summary>
    public bool InCode;

    public readonly bool Sized => Size != 0;

    /// <summary>A label in code: what assembly calls a function when it does not say so.</summary>
    public readonly bool IsCodeLabel => Kind == SymbolKind.None && InCode;

    public readonly int Rank => (Kind, Sized) switch
    {
        (SymbolKind.Function, true) => 0,
        (SymbolKind.Function, false) => 1,
        (_, true) => 2,
        _ => 3,
    };

    public readonly bool Covers(ulong address) => address >= Start && address <= Last;
}

/// <summary>Reads symbol tables (gABI, Elf32_Sym and Elf64_Sym).</summary>
internal static class ElfSymbolRows
{
    private const int TypeObject = 1;
    private const int TypeFunction = 2;
    private const int TypeCommon = 5;
    private const int TypeIndirectFunction = 10;
    private const int Undefined = 0;
    private const int FirstReservedSection = 0xff00;

    /// <summary>Bytes that a symbol without a size can reach outside of every section and segment.</summary>
    private const ulong LooseReach = 0x10000;

    /// <summary>
    /// Symbols that have an address in a section, in the file's order. Files, sections, undefined and absolute ones are left out; but in an image that has no section in memory
    /// at all, a Solaris kernel's symbol table (usr/src/uts/common/os/ksyms_snapshot.c), absolute symbols are the addresses.
    /// </summary>
    public static ElfSymbolRow[] Read(ElfFile file, DiagnosticBag diagnostics, out ReadOnlyMemory<byte> strings)
    {
        strings = default;
        var table = Pick(file);
        if (table is null)
        {
            diagnostics.Warn("elf/no-symbols", $"{file.Source.Name} has no symbol table; use a file that is not stripped.");
            return [];
        }

        if (table.Link < (uint)file.Sections.Count) strings = file.ReadSection(file.Sections[(int)table.Link]);
        int entry = file.Is64 ? 24 : 16;
        var bytes = file.ReadSection(table);
        if (table.EntrySize != 0 && table.EntrySize != (ulong)entry)
            diagnostics.Warn("elf/symbol-size", $"{file.Source.Name} states symbols of {table.EntrySize} bytes; {entry} are assumed.");
        int count = Math.Min(bytes.Length / entry, DumpLimits.ElfSymbols);
        bool isTable = !file.Sections.Any(s => (s.Flags & ElfConstants.FlagAlloc) != 0);
        return Read(new SpanReader(bytes.Span, file.BigEndian), file.Is64, count, (index, value) => isTable && index == ElfConstants.AbsoluteIndex ? SegmentOf(file, value) : SectionOf(file, index, value));
    }

    /// <summary>Symbols that have a home, in the table's order.</summary>
    /// <param name="reader">At the table's start.</param>
    /// <param name="is64">Whether entries are of the 64-bit form.</param>
    /// <param name="count">Entries to read.</param>
    /// <param name="homeOf">From section index and value to the end of what the symbol lies in and whether that is code; null for a symbol to leave out.</param>
    public static ElfSymbolRow[] Read(SpanReader reader, bool is64, int count, Func<int, ulong, (ulong Last, bool IsCode)?> homeOf)
    {
        var rows = new ElfSymbolRow[count];
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (!TryReadRow(ref reader, is64, homeOf, out var row)) continue;
            row.Index = (uint)i;
            rows[kept++] = row;
        }

        Array.Resize(ref rows, kept);
        return rows;
    }

    /// <summary>Gives symbols without a size the reach that they have: to the next symbol that begins later, at most to the end of their section.</summary>
    public static void CloseOpenEnds(ElfSymbolRow[] sorted)
    {
        ulong next = 0;
        bool hasNext = false;
        for (int i = sorted.Length - 1; i >= 0; i--)
        {
            ref var row = ref sorted[i];
            if (i + 1 < sorted.Length && sorted[i + 1].Start != row.Start) (next, hasNext) = (sorted[i + 1].Start, true);
            if (!row.Sized) row.Last = hasNext ? Math.Min(next - 1, row.SectionLast) : row.SectionLast;
        }
    }

    /// <summary>The bytes of a name, without its NUL; empty where the offset is outside the table.</summary>
    public static ReadOnlySpan<byte> NameBytes(ReadOnlySpan<byte> strings, uint offset)
    {
        if (offset >= (uint)strings.Length) return default;
        var rest = strings[(int)offset..];
        if (rest.Length > DumpLimits.ElfNameLength) rest = rest[..DumpLimits.ElfNameLength];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    private static ElfSection? Pick(ElfFile file)
    {
        ElfSection? dynamic = null;
        foreach (var section in file.Sections)
        {
            if (section.Type == ElfConstants.SectionSymbols && section.Size > 0) return section;
            if (section.Type == ElfConstants.SectionDynamicSymbols) dynamic ??= section;
        }

        return dynamic;
    }

    private static bool TryReadRow(ref SpanReader r, bool is64, Func<int, ulong, (ulong Last, bool IsCode)?> homeOf, out ElfSymbolRow row)
    {
        row = default;
        ulong value, size;
        byte info, other;
        ushort index;
        r.TryReadU32(out uint name);
        if (is64)
        {
            r.TryReadU8(out info);
            r.TryReadU8(out other);
            r.TryReadU16(out index);
            r.TryReadU64(out value);
            r.TryReadU64(out size);
        }
        else
        {
            r.TryReadUnsigned(4, out value);
            r.TryReadUnsigned(4, out size);
            r.TryReadU8(out info);
            r.TryReadU8(out other);
            r.TryReadU16(out index);
        }

        int type = info & 0xf;
        if (type is not (0 or TypeObject or TypeFunction or TypeCommon or TypeIndirectFunction) || name == 0) return false;
        if (homeOf(index, value) is not { } home) return false;
        row.Start = value;
        row.Size = size;
        row.Name = name;
        row.Kind = type switch
        {
            TypeFunction or TypeIndirectFunction => SymbolKind.Function,
            TypeObject or TypeCommon => SymbolKind.Object,
            _ => SymbolKind.None,
        };
        row.Global = info >> 4 != 0;
        (row.Info, row.Other, row.Section) = (info, other, index);
        row.InCode = home.IsCode;
        row.SectionLast = home.Last;
        if (row.SectionLast < value) row.SectionLast = value;
        row.Last = size == 0 ? row.SectionLast : LastOf(value, size);
        return true;
    }

    private static (ulong Last, bool IsCode)? SectionOf(ElfFile file, int index, ulong value)
    {
        if (index == Undefined) return null;
        if (index < FirstReservedSection) return index < file.Sections.Count ? Extent(file.Sections[index]) : null;
        if (index != ElfConstants.ExtendedSectionIndex) return null;
        foreach (var section in file.Sections)
        {
            if ((section.Flags & ElfConstants.FlagAlloc) != 0 && unchecked(value - section.Address) < section.Size) return Extent(section);
        }

        return null;
    }

    private static (ulong Last, bool IsCode) Extent(ElfSection section) => (LastOf(section.Address, section.Size), (section.Flags & ElfConstants.FlagExecute) != 0);

    /// <summary>The kernel's text or data, or a module's place outside of both. The kernel's data may be executed too, so code is what cannot be written.</summary>
    private static (ulong Last, bool IsCode) SegmentOf(ElfFile file, ulong value)
    {
        const uint Execute = 1, Write = 2;
        foreach (var segment in file.Segments)
        {
            if (unchecked(value - segment.VirtualAddress) < segment.MemorySize)
                return (LastOf(segment.VirtualAddress, segment.MemorySize), (segment.Flags & (Execute | Write)) == Execute);
        }

        return (LastOf(value, LooseReach), false);
    }

    /// <summary>The last address of a run that may end at, or lie about going past, 2^64.</summary>
    private static ulong LastOf(ulong start, ulong size) => size == 0 ? start : size - 1 > ulong.MaxValue - start ? ulong.MaxValue : start + (size - 1);
}
