using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Elf;

/// <summary>
/// The ELF header (gABI, Elf32_Ehdr and Elf64_Ehdr). e_ehsize is not looked at: QEMU writes 8 there, and puts the section headers
/// right behind the header, before the program headers.
/// </summary>
internal readonly record struct ElfHeader
{
    public bool Is64 { get; private init; }

    public bool BigEndian { get; private init; }

    public int Type { get; private init; }

    public int Machine { get; private init; }

    public ulong SegmentOffset { get; private init; }

    public int SegmentSize { get; private init; }

    public int SegmentCount { get; private init; }

    public ulong SectionOffset { get; private init; }

    public int SectionSize { get; private init; }

    public int SectionCount { get; private init; }

    public int NameSection { get; private init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="DumpFormatException">It is no ELF file, of no known class, or cut off.</exception>
    public static ElfHeader Read(IByteSource source)
    {
        Span<byte> bytes = stackalloc byte[64];
        int got = source.Read(0, bytes);
        if (got == 0) throw new DumpFormatException($"{source.Name} is empty.");
        if (!ElfFile.IsElf(bytes[..got])) throw new DumpFormatException($"{source.Name} is not an ELF file: it does not start with the ELF magic.");
        if (got < 16) throw CutOff(source);
        int fileClass = bytes[4];
        int order = bytes[5];
        if (fileClass is not (1 or 2) || order is not (1 or 2))
            throw new DumpFormatException($"{source.Name} has a damaged ELF header: class {fileClass}, byte order {order}.");
        var reader = new SpanReader(bytes[..got], order == 2);
        reader.TrySeek(16);
        return TryParse(ref reader, fileClass == 2, out var header) ? header : throw CutOff(source);
    }

    private static bool TryParse(ref SpanReader r, bool is64, out ElfHeader header)
    {
        header = default;
        int word = is64 ? 8 : 4;
        if (!r.TryReadU16(out ushort type) || !r.TryReadU16(out ushort machine) || !r.TryReadU32(out _)) return false;
        if (!r.TryReadUnsigned(word, out _) || !r.TryReadUnsigned(word, out ulong phoff) || !r.TryReadUnsigned(word, out ulong shoff)) return false;
        if (!r.TryReadU32(out _) || !r.TryReadU16(out _)) return false;
        if (!r.TryReadU16(out ushort phentsize) || !r.TryReadU16(out ushort phnum)) return false;
        if (!r.TryReadU16(out ushort shentsize) || !r.TryReadU16(out ushort shnum) || !r.TryReadU16(out ushort shstrndx)) return false;
        header = new ElfHeader
        {
            Is64 = is64,
            BigEndian = r.BigEndian,
            Type = type,
            Machine = machine,
            SegmentOffset = phoff,
            SegmentSize = phentsize,
            SegmentCount = phnum,
            SectionOffset = shoff,
            SectionSize = shentsize,
            SectionCount = shnum,
            NameSection = shstrndx,
        };
        return true;
    }

    private static DumpFormatException CutOff(IByteSource source) =>
        new($"{source.Name} ends inside its ELF header, after {source.Length} bytes; copy the whole file.");
}
