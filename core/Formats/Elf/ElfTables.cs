using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Elf;

/// <summary>Reads the program header and section header tables.</summary>
internal sealed class ElfTables
{
    private readonly IByteSource _source;
    private readonly ElfHeader _header;
    private readonly DiagnosticBag _diagnostics;
    private readonly ulong _segmentCount;
    private readonly ulong _sectionCount;
    private readonly ulong _nameSection;

    public ElfTables(IByteSource source, ElfHeader header, DiagnosticBag diagnostics)
    {
        _source = source;
        _header = header;
        _diagnostics = diagnostics;
        _segmentCount = (ulong)header.SegmentCount;
        _sectionCount = (ulong)header.SectionCount;
        _nameSection = (ulong)header.NameSection;
        if (!NeedsFirstSection(header) || !TryReadFirstSection(out var first)) return;

        // Counts that do not fit their 16 bits stand in section header 0 (gABI, e_phnum, e_shnum and e_shstrndx).
        if (header.SegmentCount == ElfConstants.ExtendedSegmentCount && first.Info != 0) _segmentCount = first.Info;
        if (header.SectionCount == 0) _sectionCount = first.Size;
        if (header.NameSection == ElfConstants.ExtendedSectionIndex) _nameSection = first.Link;
    }

    public ElfSegment[] ReadSegments()
    {
        int size = _header.Is64 ? 56 : 32;
        if (!TryReadTable("program header", _header.SegmentOffset, _header.SegmentSize, size, _segmentCount, DumpLimits.ElfProgramHeaders, out var table, out int count))
            return [];
        var segments = new ElfSegment[count];
        var reader = new SpanReader(table.Span, _header.BigEndian);
        for (int i = 0; i < count; i++)
        {
            reader.TrySeek((long)i * _header.SegmentSize);
            segments[i] = ReadSegment(ref reader);
        }

        return segments;
    }

    public ElfSection[] ReadSections()
    {
        int size = _header.Is64 ? 64 : 40;
        if (!TryReadTable("section header", _header.SectionOffset, _header.SectionSize, size, _sectionCount, DumpLimits.ElfSections, out var table, out int count))
            return [];
        var raw = new RawSection[count];
        var reader = new SpanReader(table.Span, _header.BigEndian);
        for (int i = 0; i < count; i++)
        {
            reader.TrySeek((long)i * _header.SectionSize);
            raw[i] = ReadRaw(ref reader);
        }

        var names = _nameSection < (ulong)count ? raw[(int)_nameSection] : default;
        var strings = names.Type == ElfConstants.SectionNobits ? default : _source.ReadUpTo(names.Offset, names.Size, DumpLimits.ElfNameBytes);
        var sections = new ElfSection[count];
        for (int i = 0; i < count; i++) sections[i] = raw[i].Named(i, NameAt(strings.Span, raw[i].Name));
        return sections;
    }

    private static bool NeedsFirstSection(ElfHeader header) =>
        header.SegmentCount == ElfConstants.ExtendedSegmentCount ||
        (header.SectionCount == 0 && header.SectionOffset != 0) ||
        header.NameSection == ElfConstants.ExtendedSectionIndex;

    private bool TryReadFirstSection(out RawSection first)
    {
        first = default;
        int size = _header.Is64 ? 64 : 40;
        var bytes = _source.ReadUpTo(_header.SectionOffset, (ulong)size, size);
        if (_header.SectionOffset == 0 || bytes.Length < size)
        {
            _diagnostics.Warn("elf/counts-lost", $"{_source.Name} keeps the number of its headers in a section header that the file does not hold; the file is cut off.");
            return false;
        }

        var reader = new SpanReader(bytes.Span, _header.BigEndian);
        first = ReadRaw(ref reader);
        return true;
    }

    /// <summary>The bytes of a header table and how many whole entries they hold.</summary>
    private bool TryReadTable(string what, ulong offset, int entrySize, int minimum, ulong stated, int limit, out ReadOnlyMemory<byte> table, out int count)
    {
        table = default;
        count = 0;
        if (stated == 0 || offset == 0) return false;
        if (entrySize < minimum)
        {
            _diagnostics.Error("elf/entry-size", $"{_source.Name} states {what}s of {entrySize} bytes; {minimum} are needed, so none is read.");
            return false;
        }

        if (stated > (ulong)limit)
        {
            _diagnostics.Warn("elf/too-many-headers", $"{_source.Name} states {stated} {what}s; only the first {limit} are read.");
            stated = (ulong)limit;
        }

        table = _source.ReadUpTo(offset, stated * (ulong)entrySize, int.MaxValue - 64);
        count = table.Length / entrySize;
        if ((ulong)count < stated)
            _diagnostics.Warn("elf/headers-truncated", $"{_source.Name} is cut off: {count} of {stated} {what}s are in the file.");
        return count > 0;
    }

    private ElfSegment ReadSegment(ref SpanReader r)
    {
        int word = _header.Is64 ? 8 : 4;
        uint flags = 0;
        r.TryReadU32(out uint type);
        if (_header.Is64) r.TryReadU32(out flags);
        r.TryReadUnsigned(word, out ulong offset);
        r.TryReadUnsigned(word, out ulong vaddr);
        r.TryReadUnsigned(word, out ulong paddr);
        r.TryReadUnsigned(word, out ulong filesz);
        r.TryReadUnsigned(word, out ulong memsz);
        if (!_header.Is64) r.TryReadU32(out flags);
        r.TryReadUnsigned(word, out ulong align);
        return new ElfSegment(type, flags, offset, vaddr, paddr, filesz, memsz, align);
    }

    private RawSection ReadRaw(ref SpanReader r)
    {
        int word = _header.Is64 ? 8 : 4;
        r.TryReadU32(out uint name);
        r.TryReadU32(out uint type);
        r.TryReadUnsigned(word, out ulong flags);
        r.TryReadUnsigned(word, out ulong address);
        r.TryReadUnsigned(word, out ulong offset);
        r.TryReadUnsigned(word, out ulong size);
        r.TryReadU32(out uint link);
        r.TryReadU32(out uint info);
        r.TryReadUnsigned(word, out ulong alignment);
        r.TryReadUnsigned(word, out ulong entrySize);
        return new RawSection(name, type, flags, address, offset, size, link, info, alignment, entrySize);
    }

    private static string NameAt(ReadOnlySpan<byte> strings, uint offset)
    {
        if (offset >= (uint)strings.Length) return "";
        var rest = strings[(int)offset..];
        if (rest.Length > DumpLimits.ElfNameLength) rest = rest[..DumpLimits.ElfNameLength];
        int end = rest.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? rest : rest[..end]);
    }

    private readonly record struct RawSection(
        uint Name, uint Type, ulong Flags, ulong Address, ulong Offset, ulong Size, uint Link, uint Info, ulong Alignment, ulong EntrySize)
    {
        public ElfSection Named(int index, string name) => new(index, name, Type, Flags, Address, Offset, Size, Link, Info, EntrySize, Alignment);
    }
}
