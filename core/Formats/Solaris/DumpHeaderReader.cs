using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// Reads <c>dumphdr_t</c> (illumos: usr/src/uts/common/sys/dumphdr.h). Everything up to <c>dump_panicstring</c> stands at the same place for both word sizes;
/// the eight numbers after it are longs of the machine that dumped, from byte 1800 on. Version 10 added <c>dump_fm_panic</c> and <c>dump_uuid</c> behind them.
/// </summary>
internal static class DumpHeaderReader
{
    /// <summary>DUMP_MAGIC.</summary>
    public const uint Magic = 0xdefec8ed;

    /// <summary>Bytes of the longest header that is known: version 10, LP64.</summary>
    public const int MostBytes = 1912;

    private const int Words = 8;
    private const int WordsAt = 1800;
    private const int NamesAt = 56;
    private const int NameBytes = 257;
    private const int PanicStringBytes = 200;
    private const int UuidBytes = 37;

    /// <summary>
    /// Low flags that no public header defines. Version 11, which encrypts (SmartOS, RFD 169: DF_ENCRYPTED), has one of them for that; which one is not documented.
    /// </summary>
    private const uint UnknownFlags = 0xfff0;

    /// <summary>Whether a header, of either byte order, begins with these bytes.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 4 && (BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic || BinaryPrimitives.ReadUInt32BigEndian(bytes) == Magic);

    /// <summary>Bytes of the header of this word size and version; that of version 9 for the versions before, of 10 for those after.</summary>
    public static int SizeOf(int wordSize, uint version) => wordSize == 64 ? (version >= 10 ? 1912 : 1864) : (version >= 10 ? 1876 : 1832);

    /// <summary>Reads the header at <paramref name="offset"/>, which <see cref="IsHeader"/>.</summary>
    /// <exception cref="DumpFormatException">It is of a machine that is not supported, encrypted, cut off, or makes no sense.</exception>
    public static DumpHeader Read(IByteSource file, long offset, DiagnosticBag diagnostics)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        bytes = bytes[..file.Read(offset, bytes)];
        if (bytes.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(bytes) == Magic)
            throw new DumpFormatException($"{file.Name} is a Solaris crash dump of a SPARC machine; only x86 is supported.");
        if (bytes.Length < SizeOf(32, 9))
            throw new DumpFormatException($"{file.Name} ends inside its dump header, after {bytes.Length} of at least {SizeOf(32, 9)} bytes; copy the whole file.");
        var reader = new SpanReader(bytes);
        reader.TrySeek(4);
        reader.TryReadU32(out uint version);
        reader.TryReadU32(out uint flags);
        reader.TryReadU32(out uint stated);
        if (version >= 11 && (flags & UnknownFlags) != 0)
            throw new DumpFormatException($"{file.Name} is an encrypted Solaris dump (version {version}, flags {AddressText.Hex(flags)}); let savecore decrypt it on the machine that has the key.");
        if (version is < 8 or > 10)
            diagnostics.Warn("solaris/version", $"{file.Name} has dump version {version}; 8 to 10 are known, and it is read as version {(version < 10 ? 9 : 10)}.");
        int wordSize = WordSizeOf(file, bytes, stated, diagnostics);
        return Read(file, bytes, version, (DumpFlags)flags, wordSize, diagnostics);
    }

    /// <summary>The stated word size, unless only the other one gives a page size.</summary>
    private static int WordSizeOf(IByteSource file, ReadOnlySpan<byte> bytes, uint stated, DiagnosticBag diagnostics)
    {
        bool is32 = PageShiftOf(WordsOf(bytes, 32), strict: true) is not null, is64 = PageShiftOf(WordsOf(bytes, 64), strict: true) is not null;
        int wordSize = is32 == is64 ? (int)Math.Min(stated, 128) : is64 ? 64 : 32;
        if (wordSize is not (32 or 64))
            throw new DumpFormatException($"{file.Name} has a Solaris dump header that states words of {stated} bits and no page size; it is damaged, and nothing after it can be found.");
        if (wordSize != stated)
            diagnostics.Warn("solaris/word-size", $"{file.Name} states words of {stated} bits, but its header is laid out for {wordSize}, and it is read as that.");
        return wordSize;
    }

    private static ulong[] WordsOf(ReadOnlySpan<byte> bytes, int wordSize)
    {
        ulong[] words = new ulong[Words];
        var reader = new SpanReader(bytes);
        reader.TrySeek(WordsAt);
        for (int i = 0; i < words.Length; i++) reader.TryReadUnsigned(wordSize / 8, out words[i]);
        return words;
    }

    /// <summary>log2 of the page size where shift and size agree; else, if not strict, what one of the two says, or that of x86 where each says something else.</summary>
    private static int? PageShiftOf(ulong[] words, bool strict)
    {
        ulong shift = words[1], size = words[2];
        bool shiftFits = shift is >= 12 and <= 16, sizeFits = size is >= 1 << 12 and <= 1 << 16 && BitOperations.IsPow2(size);
        if (shiftFits && sizeFits && size == 1UL << (int)shift) return (int)shift;
        if (strict) return null;
        if (sizeFits && shiftFits) return 12;
        return sizeFits ? BitOperations.Log2(size) : shiftFits ? (int)shift : null;
    }

    private static DumpHeader Read(IByteSource file, ReadOnlySpan<byte> bytes, uint version, DumpFlags flags, int wordSize, DiagnosticBag diagnostics)
    {
        ulong[] words = WordsOf(bytes, wordSize);
        int shift = PageShiftOf(words, strict: true) ?? DoubtfulPageShift(file, words, diagnostics);
        var reader = new SpanReader(bytes);
        reader.TrySeek(16);
        Span<long> places = stackalloc long[5];
        foreach (ref long place in places)
        {
            reader.TryReadU64(out ulong value);
            place = unchecked((long)value);
        }

        reader.TrySeek(WordsAt + (Words * (wordSize / 8)));
        uint faultManager = 0;
        if (version >= 10) reader.TryReadU32(out faultManager);
        string uuid = version >= 10 ? Text(bytes, reader.Position, UuidBytes) : "";
        return new DumpHeader
        {
            Version = version,
            Flags = flags,
            WordSize = wordSize,
            Start = places[0],
            Ksyms = places[1],
            Pfn = places[2],
            Map = places[3],
            Data = places[4],
            Sysname = Name(bytes, 0),
            Nodename = Name(bytes, 1),
            Release = Name(bytes, 2),
            KernelVersion = Name(bytes, 3),
            Machine = Name(bytes, 4),
            Platform = Name(bytes, 5),
            PanicString = Text(bytes, NamesAt + (6 * NameBytes), PanicStringBytes),
            CrashTime = TimeOf(words[0], wordSize),
            PageShift = shift,
            PageSize = 1 << shift,
            HashMask = words[3],
            Translations = words[4],
            Pages = words[5],
            KsymsSize = words[6],
            KsymsStoredSize = words[7],
            FaultManagerPanic = faultManager != 0,
            Uuid = uuid.Length > 0 ? uuid : null,
        };
    }

    /// <summary>x86 has had one page size only, so a header that lost it can still be used.</summary>
    private static int DoubtfulPageShift(IByteSource file, ulong[] words, DiagnosticBag diagnostics)
    {
        int shift = PageShiftOf(words, strict: false) ?? 12;
        diagnostics.Warn("solaris/page-size", $"{file.Name} states pages of {words[2]} bytes and a shift of {words[1]}, which do not fit each other; it is read with pages of {1 << shift} bytes.");
        return shift;
    }

    private static string Name(ReadOnlySpan<byte> bytes, int index) => Text(bytes, NamesAt + (index * NameBytes), NameBytes);

    /// <summary>A field of text, up to its NUL or its end.</summary>
    private static string Text(ReadOnlySpan<byte> bytes, int at, int length)
    {
        var field = bytes[Math.Min(at, bytes.Length)..Math.Min(at + length, bytes.Length)];
        int nul = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(nul >= 0 ? field[..nul] : field);
    }

    /// <summary>Seconds since 1970, a signed long.</summary>
    private static DateTimeOffset? TimeOf(ulong word, int wordSize)
    {
        long seconds = wordSize == 64 ? unchecked((long)word) : unchecked((int)(uint)word);
        return seconds > 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }
}
