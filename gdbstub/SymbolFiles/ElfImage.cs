using System.Buffers.Binary;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats.Elf;

namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>
/// Writes an ELF executable without contents: sections that only say which addresses there are, the symbols in them, and call frame information (System V gABI,
/// chapters 4 and 5).
/// </summary>
internal static class ElfImage
{
    private const uint Strings = 3, ProgramBits = 1;
    private const ulong Write = 1, Alloc = 2, Execute = 4;
    private const int Global = 1;

    /// <summary>The bytes of the file.</summary>
    /// <param name="architecture">Class and machine.</param>
    /// <param name="entry">Entry point: any address in a section, as nothing here can be run.</param>
    /// <param name="runs">Sections, by address.</param>
    /// <param name="symbols">Symbols, the local ones first.</param>
    /// <param name="frames">What <c>.debug_frame</c> holds.</param>
    public static byte[] Make(Architecture architecture, ulong entry, IReadOnlyList<ImageRun> runs, IReadOnlyList<ImageSymbol> symbols, ReadOnlySpan<byte> frames)
    {
        int word = architecture.PointerSize;
        var file = new LittleEndianBuffer(word);
        var names = new StringTable();
        var sections = new List<Section> { default };
        foreach (var run in runs)
            sections.Add(new Section(names.Add(run.Name), ElfConstants.SectionNobits, Alloc | (run.IsCode ? Execute : Write), run.First, 0, run.Length, 0, 0, run.IsCode ? 16u : 8u, 0));

        file.Zero(word == 8 ? 64 : 52);
        var strings = new StringTable();
        int locals = 1 + symbols.Count(s => !s.IsGlobal);
        int table = file.Length;
        file.Zero(word == 8 ? 24 : 16);
        foreach (var symbol in symbols) Symbol(file, symbol, strings.Add(symbol.Name));
        sections.Add(new Section(names.Add(".symtab"), ElfConstants.SectionSymbols, 0, 0, table, (ulong)(file.Length - table), sections.Count + 1, locals, (uint)word, word == 8 ? 24u : 16u));
        sections.Add(Blob(file, names.Add(".strtab"), Strings, strings.Bytes));
        file.Align(word);
        sections.Add(Blob(file, names.Add(".debug_frame"), ProgramBits, frames) with { Align = (uint)word });
        int shstrtab = names.Add(".shstrtab");
        sections.Add(Blob(file, shstrtab, Strings, names.Bytes));
        file.Align(word);
        int headers = file.Length;
        foreach (var section in sections) Header(file, section);
        byte[] bytes = file.ToArray();
        FileHeader(bytes, word, entry, headers, sections.Count);
        return bytes;
    }

    private static Section Blob(LittleEndianBuffer file, int name, uint type, ReadOnlySpan<byte> bytes)
    {
        int at = file.Length;
        file.Bytes(bytes);
        return new Section(name, type, 0, 0, at, (ulong)bytes.Length, 0, 0, 1, 0);
    }

    // Elf32_Sym: name value size info other shndx; Elf64_Sym: name info other shndx value size.
    private static void Symbol(LittleEndianBuffer file, ImageSymbol symbol, int name)
    {
        byte info = (byte)((symbol.IsGlobal ? Global << 4 : 0) | (symbol.Kind switch { Core.Symbols.SymbolKind.Function => 2, Core.Symbols.SymbolKind.Object => 1, _ => 0 }));
        ushort section = symbol.Run < 0 ? (ushort)ElfConstants.AbsoluteIndex : (ushort)(symbol.Run + 1);
        file.U32((uint)name);
        if (file.Word == 4)
        {
            file.Address(symbol.Address);
            file.Address(symbol.Size);
        }

        file.U8(info);
        file.U8(0);
        file.U16(section);
        if (file.Word == 4) return;
        file.Address(symbol.Address);
        file.Address(symbol.Size);
    }

    // Elf32_Shdr and Elf64_Shdr: name type flags addr offset size link info addralign entsize.
    private static void Header(LittleEndianBuffer file, Section section)
    {
        file.U32((uint)section.Name);
        file.U32(section.Type);
        file.Address(section.Flags);
        file.Address(section.Start);
        file.Address((ulong)section.Offset);
        file.Address(section.Length);
        file.U32((uint)section.Link);
        file.U32((uint)section.Info);
        file.Address(section.Type == ElfConstants.SectionNobits ? 1 : section.Align);
        file.Address(section.EntrySize);
    }

    private static void FileHeader(Span<byte> file, int word, ulong entry, int headers, int count)
    {
        ReadOnlySpan<byte> magic = [0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(word == 8 ? 2 : 1), 1, 1];
        magic.CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file[16..], ElfConstants.TypeExecutable);
        BinaryPrimitives.WriteUInt16LittleEndian(file[18..], (ushort)(word == 8 ? ElfConstants.MachineAmd64 : ElfConstants.Machine386));
        BinaryPrimitives.WriteUInt32LittleEndian(file[20..], 1);

        // e_phoff and e_flags stay 0. The entry's upper half, where there is none, is e_phoff.
        BinaryPrimitives.WriteUInt64LittleEndian(file[24..], word == 8 ? entry : (uint)entry);
        BinaryPrimitives.WriteInt32LittleEndian(file[(word == 8 ? 40 : 32)..], headers);
        var sizes = file[(word == 8 ? 52 : 40)..];
        BinaryPrimitives.WriteUInt16LittleEndian(sizes, (ushort)(word == 8 ? 64 : 52));
        BinaryPrimitives.WriteUInt16LittleEndian(sizes[6..], (ushort)(word == 8 ? 64 : 40));
        BinaryPrimitives.WriteUInt16LittleEndian(sizes[8..], (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(sizes[10..], (ushort)(count - 1));
    }

    private readonly record struct Section(int Name, uint Type, ulong Flags, ulong Start, int Offset, ulong Length, int Link, int Info, uint Align, uint EntrySize);

    /// <summary>A string table: the empty string first.</summary>
    private sealed class StringTable
    {
        private readonly LittleEndianBuffer _bytes = new(1);

        public StringTable() => _bytes.U8(0);

        public ReadOnlySpan<byte> Bytes => _bytes.Written;

        public int Add(string text)
        {
            int at = _bytes.Length;
            _bytes.Text(text);
            return at;
        }
    }
}
