namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// Writes unix.N as the kernel's ksyms_snapshot() leaves it (usr/src/uts/common/os/ksyms_snapshot.c): two program headers without file bytes, four
/// sections, symbols that are all SHN_ABS, locals first, names in the order of the walk.
/// </summary>
public static class KsymsWriter
{
    private const ushort Absolute = 0xfff1;
    private const string SectionNames = "\0.symtab\0.strtab\0.shstrtab\0";

    /// <summary>The file.</summary>
    public static byte[] Build(SolarisMemoryImage image, bool bigEndian = false)
    {
        bool is64 = image.WordSize == 64;
        int word = image.WordBytes, headerBytes = is64 ? 64 : 52, programBytes = is64 ? 56 : 32, sectionBytes = is64 ? 64 : 40, symbolBytes = is64 ? 24 : 16;
        int sectionsAt = headerBytes + (2 * programBytes), namesAt = sectionsAt + (4 * sectionBytes);
        int symbolsAt = (namesAt + SectionNames.Length + 1 + word - 1) / word * word;
        int symbolsSize = (image.Symbols.Count + 1) * symbolBytes;
        byte[] names = Names(image.Symbols, out var offsets);
        int locals = 1 + image.Symbols.Count(s => s.Bind == 0);

        var w = new ByteWriter(bigEndian);
        FileHeader(w, is64, bigEndian, image.Text.Start, headerBytes, sectionsAt, programBytes, sectionBytes);
        ProgramHeader(w, is64, image.Text, 5);
        ProgramHeader(w, is64, image.Data, 7);
        w.Zeros(sectionBytes);
        Section(w, word, 1, 2, symbolsAt, symbolsSize, 2, locals, word, symbolBytes);
        Section(w, word, 9, 3, symbolsAt + symbolsSize, names.Length, 0, 0, 1, 0);
        Section(w, word, 17, 3, namesAt, SectionNames.Length + 1, 0, 0, 1, 0);
        w.Text(SectionNames).PadTo(symbolsAt).Zeros(symbolBytes);
        for (int globals = 0; globals < 2; globals++)
            for (int i = 0; i < image.Symbols.Count; i++)
                if (image.Symbols[i].Bind == 0 == (globals == 0)) Symbol(w, is64, image.Symbols[i], offsets[i]);
        return w.Bytes(names).ToArray();
    }

    private static byte[] Names(List<SolarisSymbol> symbols, out uint[] offsets)
    {
        var names = new ByteWriter().U8(0);
        offsets = new uint[symbols.Count];
        for (int i = 0; i < symbols.Count; i++)
        {
            offsets[i] = (uint)names.Length;
            names.Text(symbols[i].Name);
        }

        return names.ToArray();
    }

    private static void FileHeader(ByteWriter w, bool is64, bool bigEndian, ulong entry, int headerBytes, int sectionsAt, int programBytes, int sectionBytes)
    {
        int word = is64 ? 8 : 4;
        w.U8(0x7f).Text("ELF", false).U8((byte)(is64 ? 2 : 1)).U8((byte)(bigEndian ? 2 : 1)).U8(1).PadTo(16);

        // ET_EXEC; EM_386 or EM_X86_64, or EM_SPARCV9.
        w.U16(2).U16((ushort)(bigEndian ? 43 : is64 ? 62 : 3)).U32(1);
        w.Number(entry, word).Number((ulong)headerBytes, word).Number((ulong)sectionsAt, word).U32(0);
        w.U16((ushort)headerBytes).U16((ushort)programBytes).U16(2).U16((ushort)sectionBytes).U16(4).U16(3);
    }

    private static void ProgramHeader(ByteWriter w, bool is64, (ulong Start, ulong Size) part, uint flags)
    {
        if (is64) w.U32(1).U32(flags).U64(0).U64(part.Start).U64(0).U64(0).U64(part.Size).U64(0);
        else w.U32(1).U32(0).U32((uint)part.Start).U32(0).U32(0).U32((uint)part.Size).U32(flags).U32(0);
    }

    private static void Section(ByteWriter w, int word, uint name, uint type, int offset, int size, uint link, int info, int alignment, int entryBytes) => w
        .U32(name).U32(type).Number(0, word).Number(0, word).Number((ulong)offset, word).Number((ulong)size, word)
        .U32(link).U32((uint)info).Number((ulong)alignment, word).Number((ulong)entryBytes, word);

    private static void Symbol(ByteWriter w, bool is64, SolarisSymbol symbol, uint name)
    {
        byte info = (byte)((symbol.Bind << 4) | symbol.Type);
        if (is64) w.U32(name).U8(info).U8(0).U16(Absolute).U64(symbol.Value).U64(symbol.Size);
        else w.U32(name).U32((uint)symbol.Value).U32((uint)symbol.Size).U8(info).U8(0).U16(Absolute);
    }
}
