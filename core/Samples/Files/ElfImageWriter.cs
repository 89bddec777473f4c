using XenDumpAdapter.Core.Samples.Code;

namespace XenDumpAdapter.Core.Samples.Files;

/// <summary>Writes a program's ELF file: its sections, one segment over all that is in memory, symbols, debug sections (System V gABI, chapter 4).</summary>
internal sealed class ElfImageWriter(bool is64)
{
    private const int Page = 4096;
    private const int ProgramBits = 1;
    private const int SymbolTable = 2;
    private const int StringTable = 3;
    private const int Note = 7;
    private const int Write = 1;
    private const int Allocate = 2;
    private const int Execute = 4;

    private readonly List<Section> _sections = [];
    private readonly int _word = is64 ? 8 : 4;

    private sealed record Section(string Name, int Type, int Flags, ulong Address, ReadOnlyMemory<byte> Bytes)
    {
        public int Offset { get; set; }

        public int Link { get; set; }

        public int Info { get; set; }

        public int EntrySize { get; set; }

        public int Alignment { get; init; } = 1;
    }

    private int HeaderSize => is64 ? 64 : 52;

    private int SegmentHeaderSize => is64 ? 56 : 32;

    private int SectionHeaderSize => is64 ? 64 : 40;

    /// <summary>The file of an image with these debug sections.</summary>
    /// <param name="image">The image.</param>
    /// <param name="debug">Debug sections.</param>
    /// <param name="physical">The physical address that its first byte is loaded at.</param>
    /// <param name="entry">The symbol where it starts.</param>
    public byte[] Build(CodeImage image, IReadOnlyList<(string Name, byte[] Bytes)> debug, ulong physical, string entry)
    {
        foreach (var s in image.Sections)
        {
            int flags = Allocate | (s.IsCode ? Execute : 0) | (s.IsWritable ? Write : 0);
            _sections.Add(new Section(s.Name, s.IsNote ? Note : ProgramBits, flags, s.Address, s.Bytes) { Alignment = s.IsNote ? 4 : Page });
        }

        int inMemory = _sections.Count;
        foreach (var (name, bytes) in debug) _sections.Add(new Section(name, ProgramBits, 0, 0, bytes));
        AddSymbols(image);
        AddNames();
        var w = new ImageBytes().Zeros(HeaderSize + 2 * SegmentHeaderSize);
        Place(w, image, inMemory);
        int table = w.Align(8).Length;
        WriteSectionHeaders(w);
        WriteFront(w, image, physical, image[entry], table);
        return w.ToArray();
    }

    private void Place(ImageBytes w, CodeImage image, int inMemory)
    {
        w.Align(Page);
        int first = w.Length;
        for (int i = 0; i < _sections.Count; i++)
        {
            var section = _sections[i];
            if (i < inMemory) w.Zeros(first + (int)(section.Address - image.Start) - w.Length);
            else w.Align(section.Alignment);
            section.Offset = w.Length;
            w.Bytes(section.Bytes.Span);
        }
    }

    private void AddSymbols(CodeImage image)
    {
        var symbols = new List<(string Name, ulong Value, int Size, int Type, bool Local, int Section)>();
        foreach (var f in image.Functions) symbols.Add((f.Function.Name, f.Address, f.Function.IsAssembly ? 0 : f.Size, f.Function.IsAssembly ? 0 : 2, f.Function.IsStatic, 1));
        foreach (var d in image.Data) symbols.Add((d.Name, d.Address, d.Size, 1, false, _sections.FindIndex(s => s.Name == d.Section) + 1));
        symbols.Sort((a, b) => a.Local != b.Local ? (a.Local ? -1 : 1) : a.Value.CompareTo(b.Value));
        var names = new ImageBytes().U8(0);
        var table = new ImageBytes().Zeros(is64 ? 24 : 16);
        foreach (var s in symbols)
        {
            int info = (s.Local ? 0 : 0x10) | s.Type;
            if (is64) table.U32((ulong)names.Length).U8(info).U8(0).U16(s.Section).U64(s.Value).U64((ulong)s.Size);
            else table.U32((ulong)names.Length).U32(s.Value).U32((ulong)s.Size).U8(info).U8(0).U16(s.Section);
            names.Text(s.Name);
        }

        _sections.Add(new Section(".symtab", SymbolTable, 0, 0, table.ToArray())
        {
            Alignment = 8,
            Link = _sections.Count + 2,
            Info = symbols.Count(s => s.Local) + 1,
            EntrySize = is64 ? 24 : 16,
        });
        _sections.Add(new Section(".strtab", StringTable, 0, 0, names.ToArray()));
    }

    private void AddNames()
    {
        var names = new ImageBytes().U8(0);
        foreach (var s in _sections) names.Text(s.Name);
        _sections.Add(new Section(".shstrtab", StringTable, 0, 0, names.Text(".shstrtab").ToArray()));
    }

    private void WriteSectionHeaders(ImageBytes w)
    {
        w.Zeros(SectionHeaderSize);
        int name = 1;
        foreach (var s in _sections)
        {
            w.U32((ulong)name).U32((ulong)s.Type).Number((ulong)s.Flags, _word).Number(s.Address, _word).Number((ulong)s.Offset, _word).Number((ulong)s.Bytes.Length, _word);
            w.U32((ulong)s.Link).U32((ulong)s.Info).Number((ulong)s.Alignment, _word).Number((ulong)s.EntrySize, _word);
            name += s.Name.Length + 1;
        }
    }

    private void WriteFront(ImageBytes w, CodeImage image, ulong physical, ulong entry, int sectionTable)
    {
        var front = new ImageBytes().Bytes([0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(is64 ? 2 : 1), 1, 1]).Align(16);
        front.U16(2).U16(is64 ? 62 : 3).U32(1).Number(entry, _word).Number((ulong)HeaderSize, _word).Number((ulong)sectionTable, _word).U32(0);
        front.U16(HeaderSize).U16(SegmentHeaderSize).U16(2).U16(SectionHeaderSize).U16(_sections.Count + 1).U16(_sections.Count);
        SegmentHeader(front, 1, 7, _sections[0].Offset, image.Start, physical, image.End - image.Start, Page);
        var note = image.Sections.First(s => s.IsNote);
        int noteAt = _sections.Find(s => s.Type == Note)!.Offset;
        SegmentHeader(front, 4, 4, noteAt, note.Address, physical + (note.Address - image.Start), (ulong)note.Bytes.Length, 4);
        for (int i = 0; i < front.Length; i++) w.Put(i, front.Span[i], 1);
    }

    private void SegmentHeader(ImageBytes w, int type, int flags, int offset, ulong address, ulong physical, ulong size, int alignment)
    {
        w.U32((ulong)type);
        if (is64) w.U32((ulong)flags);
        w.Number((ulong)offset, _word).Number(address, _word).Number(physical, _word).Number(size, _word).Number(size, _word);
        if (!is64) w.U32((ulong)flags);
        w.Number((ulong)alignment, _word);
    }
}
