namespace XenDumpAdapter.TestKit;

/// <summary>
/// Writes ELF files, honest and otherwise. Layout: header, program headers, segment contents, section contents, section headers. What a test
/// wants to lie about it patches afterwards at the offsets that <see cref="Build"/> leaves in the properties.
/// </summary>
public sealed class ElfWriter(bool is64 = true, bool bigEndian = false)
{
    private readonly List<(uint Type, ulong Vaddr, ulong Paddr, byte[] Bytes, ulong MemorySize, ulong Alignment)> _segments = [];
    private readonly List<(string Name, uint Type, ulong Flags, ulong Address, byte[] Bytes, uint Link, ulong EntrySize, ulong Size, ulong Alignment)> _sections = [];
    private readonly List<(string Name, ulong Value, ulong Size, byte Info, string Section)> _symbols = [];

    public ushort Type { get; set; } = 4;

    public ushort Machine { get; set; } = (ushort)(is64 ? 62 : 3);

    /// <summary>e_ehsize; QEMU writes 8.</summary>
    public ushort HeaderSize { get; set; } = (ushort)(is64 ? 64 : 52);

    /// <summary>Whether the counts go into section header 0, as they do from 65,535 on.</summary>
    public bool ExtendedCounts { get; set; }

    /// <summary>Where the program headers were put.</summary>
    public int SegmentTable { get; private set; }

    /// <summary>Where the section headers were put.</summary>
    public int SectionTable { get; private set; }

    /// <summary>Where each segment's contents were put.</summary>
    public List<int> SegmentOffsets { get; } = [];

    /// <summary>Where each section's contents were put, by name.</summary>
    public Dictionary<string, int> SectionOffsets { get; } = [];

    public int ProgramHeaderSize => is64 ? 56 : 32;

    public int SectionHeaderSize => is64 ? 64 : 40;

    private int Word => is64 ? 8 : 4;

    public ElfWriter Load(ulong vaddr, ulong paddr, byte[] bytes, ulong? memorySize = null)
    {
        _segments.Add((1, vaddr, paddr, bytes, memorySize ?? (ulong)bytes.Length, 0));
        return this;
    }

    public ElfWriter Notes(byte[] bytes, ulong alignment = 0)
    {
        _segments.Add((4, 0, 0, bytes, (ulong)bytes.Length, alignment));
        return this;
    }

    /// <summary>A section. <paramref name="size"/> is what its header says where that is not the bytes' length (SHT_NOBITS).</summary>
    public ElfWriter Section(string name, uint type, byte[] bytes, ulong flags = 0, ulong address = 0, uint link = 0, ulong entrySize = 0, ulong? size = null, ulong alignment = 1)
    {
        _sections.Add((name, type, flags, address, bytes, link, entrySize, size ?? (ulong)bytes.Length, alignment));
        return this;
    }

    /// <summary>A symbol of a section that was or will be added. <paramref name="section"/> <c>"*ABS*"</c> and <c>"*UND*"</c> are the special ones.</summary>
    public ElfWriter Symbol(string name, ulong value, ulong size, int type, bool global, string section)
    {
        _symbols.Add((name, value, size, (byte)((global ? 0x10 : 0) | type), section));
        return this;
    }

    /// <summary>The file.</summary>
    public byte[] Build()
    {
        if (_symbols.Count > 0) AddSymbolSections();
        var w = new ByteWriter(bigEndian);
        bool sections = _sections.Count > 0 || ExtendedCounts;
        w.Zeros(is64 ? 64 : 52);
        SegmentTable = _segments.Count > 0 ? w.Length : 0;
        w.Zeros(_segments.Count * ProgramHeaderSize);
        SegmentOffsets.Clear();
        foreach (var s in _segments)
        {
            SegmentOffsets.Add(w.Length);
            w.Bytes(s.Bytes);
        }

        for (int i = 0; i < _segments.Count; i++) PutSegment(w, i);
        if (sections) PutSections(w);
        PutHeader(w, sections);
        return w.ToArray();
    }

    /// <summary>One note with its padding, in this file's byte order.</summary>
    public byte[] Note(string name, uint type, byte[] description, int alignment = 4)
    {
        var w = new ByteWriter(bigEndian);
        w.U32((uint)name.Length + 1).U32((uint)description.Length).U32(type).Text(name).Align(alignment);
        return w.Bytes(description).Align(alignment).ToArray();
    }

    private void PutHeader(ByteWriter w, bool sections)
    {
        var h = new ByteWriter(bigEndian);
        h.Bytes([0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(is64 ? 2 : 1), (byte)(bigEndian ? 2 : 1), 1]).PadTo(16);
        h.U16(Type).U16(Machine).U32(1).Number(0, Word).Number((ulong)SegmentTable, Word).Number((ulong)SectionTable, Word).U32(0);
        h.U16(HeaderSize).U16((ushort)ProgramHeaderSize).U16(ExtendedCounts ? (ushort)0xffff : (ushort)_segments.Count);
        h.U16((ushort)SectionHeaderSize);
        int count = sections ? _sections.Count + 2 : 0;
        h.U16(ExtendedCounts ? (ushort)0 : (ushort)count).U16(ExtendedCounts ? (ushort)0xffff : (ushort)Math.Max(0, count - 1));
        byte[] bytes = h.ToArray();
        for (int i = 0; i < bytes.Length; i++) w.Patch(i, bytes[i], 1);
    }

    private void PutSegment(ByteWriter w, int index)
    {
        var s = _segments[index];
        var p = new ByteWriter(bigEndian);
        p.U32(s.Type);
        if (is64) p.U32(7);
        p.Number((ulong)SegmentOffsets[index], Word).Number(s.Vaddr, Word).Number(s.Paddr, Word).Number((ulong)s.Bytes.Length, Word).Number(s.MemorySize, Word);
        if (!is64) p.U32(7);
        p.Number(s.Alignment, Word);
        byte[] bytes = p.ToArray();
        for (int i = 0; i < bytes.Length; i++) w.Patch(SegmentTable + (index * ProgramHeaderSize) + i, bytes[i], 1);
    }

    private void PutSections(ByteWriter w)
    {
        var names = new ByteWriter(bigEndian).U8(0);
        var nameAt = new List<uint>();
        SectionOffsets.Clear();
        foreach (var s in _sections)
        {
            nameAt.Add((uint)names.Length);
            names.Text(s.Name);
            w.Align(8);
            SectionOffsets[s.Name] = w.Length;
            w.Bytes(s.Bytes);
        }

        uint ownName = (uint)names.Length;
        names.Text(".shstrtab");
        int namesAt = w.Length;
        w.Bytes(names.ToArray()).Align(8);
        SectionTable = w.Length;
        PutSectionHeader(w, 0, 0, 0, 0, 0, ExtendedCounts ? (ulong)_sections.Count + 2 : 0, ExtendedCounts ? (uint)_sections.Count + 1 : 0, ExtendedCounts ? (uint)_segments.Count : 0, 0, 0);
        for (int i = 0; i < _sections.Count; i++)
        {
            var s = _sections[i];
            PutSectionHeader(w, nameAt[i], s.Type, s.Flags, s.Address, (ulong)SectionOffsets[s.Name], s.Size, s.Link, 0, s.Alignment, s.EntrySize);
        }

        PutSectionHeader(w, ownName, 3, 0, 0, (ulong)namesAt, (ulong)names.Length, 0, 0, 1, 0);
    }

    private void PutSectionHeader(ByteWriter w, uint name, uint type, ulong flags, ulong address, ulong offset, ulong size, uint link, uint info, ulong alignment, ulong entrySize) =>
        w.U32(name).U32(type).Number(flags, Word).Number(address, Word).Number(offset, Word).Number(size, Word).U32(link).U32(info).Number(alignment, Word).Number(entrySize, Word);

    private void AddSymbolSections()
    {
        var strings = new ByteWriter(bigEndian).U8(0);
        var table = new ByteWriter(bigEndian).Zeros(is64 ? 24 : 16);
        foreach (var s in _symbols)
        {
            ushort index = s.Section switch
            {
                "*UND*" => 0,
                "*ABS*" => 0xfff1,
                _ => (ushort)(_sections.FindIndex(x => x.Name == s.Section) + 1),
            };
            uint name = (uint)strings.Length;
            strings.Text(s.Name);
            if (is64) table.U32(name).U8(s.Info).U8(0).U16(index).U64(s.Value).U64(s.Size);
            else table.U32(name).Number(s.Value, 4).Number(s.Size, 4).U8(s.Info).U8(0).U16(index);
        }

        Section(".symtab", 2, table.ToArray(), link: (uint)_sections.Count + 2, entrySize: (ulong)(is64 ? 24 : 16), alignment: 8);
        Section(".strtab", 3, strings.ToArray());
        _symbols.Clear();
    }
}
