using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// Reads <c>dumphdr_t</c> (usr/src/uts/common/sys/dumphdr.h). Up to <c>dump_panicstring</c> members lie alike in both word sizes; behind it a long is a word.
/// Versions 8 to 10 agree in what is read here; the members that version 10 added are read where it is 10 or later.
/// </summary>
internal static class DumpHeaderReader
{
    /// <summary>DUMP_MAGIC.</summary>
    public const uint Magic = 0xdefec8ed;

    /// <summary>Bytes of the largest header that is read: version 10, 64 bits.</summary>
    public const int Size = 1912;

    private const int FirstKnown = 8;
    private const int LastKnown = 10;
    private const int NameLength = 257;
    private const int PanicStringLength = 200;
    private const int AfterText = 1800;

    /// <summary>Bytes of the header of a version, as its writer's structure is.</summary>
    public static int SizeOf(uint version, int wordSize) => (version >= 10, wordSize) switch
    {
        (true, 64) => 1912,
        (true, _) => 1876,
        (_, 64) => 1864,
        _ => 1832,
    };

    /// <summary>Reads the header at a place in the file; null where there is none (no magic, or cut off).</summary>
    /// <param name="file">The dump.</param>
    /// <param name="offset">Where.</param>
    /// <param name="diagnostics">Told of a version that is not known.</param>
    public static DumpHeader? Read(IByteSource file, long offset, DiagnosticBag diagnostics)
    {
        byte[] bytes = new byte[Size];
        int got = offset < 0 ? 0 : file.Read(offset, bytes);
        return Read(bytes.AsSpan(0, got), file.Name, diagnostics);
    }

    private static DumpHeader? Read(ReadOnlySpan<byte> bytes, string name, DiagnosticBag diagnostics)
    {
        var reader = new SpanReader(bytes);
        if (!reader.TryReadU32(out uint magic) || magic != Magic) return null;
        if (!reader.TryReadU32(out uint version) || !reader.TryReadU32(out uint flags) || !reader.TryReadU32(out uint wordSize)) return null;
        if (wordSize is not (32 or 64)) return null;
        long[] places = new long[5];
        for (int i = 0; i < places.Length; i++)
        {
            if (!reader.TryReadU64(out ulong value)) return null;
            places[i] = unchecked((long)value);
        }

        if (version is < FirstKnown or > LastKnown)
            diagnostics.Warn("solaris/version", $"{name} has dump version {version}; versions {FirstKnown} to {LastKnown} are known, and it is read as if it were the nearest of them.");
        string[] text = new string[7];
        for (int i = 0; i < text.Length; i++)
        {
            if (!reader.TryReadBytes(i == 6 ? PanicStringLength : NameLength, out var field)) return null;
            text[i] = Text(field);
        }

        return Rest(ref reader, version, (DumpFlags)flags, (int)wordSize, places, text);
    }

    private static DumpHeader? Rest(ref SpanReader reader, uint version, DumpFlags flags, int wordSize, long[] places, string[] text)
    {
        if (!reader.TrySeek(AfterText)) return null;
        int word = wordSize / 8;
        Span<ulong> numbers = stackalloc ulong[8];
        for (int i = 0; i < numbers.Length; i++)
            if (!reader.TryReadUnsigned(word, out numbers[i])) return null;
        string? uuid = null;
        if (version >= 10 && reader.TrySkip(4) && reader.TryReadBytes(37, out var id)) uuid = Text(id);
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
            Sysname = text[0],
            Nodename = text[1],
            Release = text[2],
            KernelVersion = text[3],
            Machine = text[4],
            Platform = text[5],
            PanicString = text[6],
            CrashTime = Time(numbers[0], word),
            PageShift = (int)Math.Min(numbers[1], 255),
            PageSize = (int)Math.Min(numbers[2], int.MaxValue),
            HashMask = numbers[3],
            Translations = numbers[4],
            Pages = numbers[5],
            KsymsSize = numbers[6],
            KsymsStoredSize = numbers[7],
            Uuid = string.IsNullOrEmpty(uuid) ? null : uuid,
        };
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    private static DateTimeOffset? Time(ulong seconds, int word)
    {
        long signed = word == 4 ? unchecked((int)seconds) : unchecked((long)seconds);
        return signed is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(signed) : null;
    }
}
