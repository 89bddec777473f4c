using System.Buffers.Binary;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The headers of a vmdump or dump device. Both have the dump header twice: a vmdump at its beginning and in its last 64 KB, a device at <c>dump_start</c> and in
/// its last 64 KB, where the data header follows. The two differ in DF_VALID at most, which savecore clears.
/// </summary>
internal sealed record PackedHeaders
{
    /// <summary>DUMP_OFFSET: what the end of a device or vmdump is rounded to.</summary>
    private const long Unit = 65536;

    /// <summary>A device's data end before its ereports: DUMP_ERPTSIZE, DUMP_LOGSIZE and DUMP_OFFSET from the end.</summary>
    private const long AreasBytes = 0x5d0000;

    private const int MessagesFromEnd = MessageArea.Bytes + (int)Unit;

    private const int FlagsAt = 8;

    /// <summary>Places in a file without a header at its end where the other one is looked for.</summary>
    private const int MostProbes = 1 << 14;

    /// <summary>The one of the two headers that is used.</summary>
    public required DumpHeader Header { get; init; }

    /// <summary>Vmdump or Device.</summary>
    public required SolarisCarrier Carrier { get; init; }

    /// <summary>Whether the file has the header at its end; without it, it is cut off.</summary>
    public required bool HasEnd { get; init; }

    /// <summary>The data header; null where there is none.</summary>
    public required DataHeader? Packing { get; init; }

    /// <summary>Where the packed pages end at the latest.</summary>
    public required long DataEnd { get; init; }

    /// <summary>Where the message area of a device starts; 0 where there is none.</summary>
    public required long Messages { get; init; }

    /// <summary>Where the header at the end would be.</summary>
    public static long EndOf(IByteSource file) => (file.Length - Unit) & ~(Unit - 1);

    /// <summary>Whether a file that has no header at its beginning is a device: it has one at its end, or where <c>dumpadm</c> puts the first one.</summary>
    public static bool IsDevice(IByteSource file) => HasHeader(file, EndOf(file)) || FirstOf(file) > 0;

    /// <summary>Reads the headers.</summary>
    /// <exception cref="DumpFormatException">Neither of them can be used.</exception>
    public static PackedHeaders Read(IByteSource file, DiagnosticBag diagnostics)
    {
        bool isVmdump = HasHeader(file, 0);
        long end = EndOf(file);
        var last = end > 0 && HasHeader(file, end) ? DumpHeaderReader.Read(file, end, diagnostics) : null;

        // What stands there may be the first header of a device that is cut off not far behind it.
        if (last is not null && !isVmdump && last.Start == end) last = null;
        bool hasEnd = last is not null;

        // A vmdump whose first header is gone: its last one says that the dump starts at 0, and no device has a header of its own further on.
        isVmdump |= last is { Start: 0 } && FirstOf(file) < 0;
        if (!hasEnd)
            diagnostics.Warn(DiagnosticIds.DumpTruncated, $"{file.Name} is cut off: it has no dump header in its last 64 KB; copy it whole for all of its memory.");
        long first = isVmdump ? 0 : last?.Start ?? FirstOf(file);
        var header = Choose(file, first, end, last, isVmdump, diagnostics);
        var carrier = isVmdump ? SolarisCarrier.Vmdump : SolarisCarrier.Device;
        long dataEnd = !hasEnd ? file.Length : isVmdump ? end : Math.Max(end + Unit - AreasBytes, Math.Min(header.Data, end));
        return new PackedHeaders
        {
            Header = header,
            Carrier = carrier,
            HasEnd = hasEnd,
            Packing = hasEnd ? DataHeader.Read(file, end, header) : null,
            DataEnd = dataEnd,
            Messages = hasEnd && !isVmdump ? Math.Max(0, end + Unit - MessagesFromEnd) : 0,
        };
    }

    /// <summary>Of two headers that differ, the one whose places fit the file; the one at the end if both do.</summary>
    private static DumpHeader Choose(IByteSource file, long first, long end, DumpHeader? last, bool isVmdump, DiagnosticBag diagnostics)
    {
        bool hasFirst = first >= 0 && HasHeader(file, first);
        if (last is null) return DumpHeaderReader.Read(file, first, diagnostics);
        if (!hasFirst)
        {
            diagnostics.Warn("solaris/headers-differ", $"{file.Name} has no dump header at byte {first}, where the one at its end (byte {end}) puts the first; the one at the end is used.");
            return last;
        }

        if (AreEqual(file, first, end, DumpHeaderReader.SizeOf(last.WordSize, last.Version))) return last;
        bool useLast = IsSane(last, file, isVmdump);
        var other = useLast ? last : DumpHeaderReader.Read(file, first, diagnostics);
        useLast = useLast || !IsSane(other, file, isVmdump);
        diagnostics.Warn("solaris/headers-differ", $"the dump headers of {file.Name} at bytes {first} and {end} differ, so one is damaged; the one at byte {(useLast ? end : first)} is used.");
        return useLast ? last : other;
    }

    private static bool IsSane(DumpHeader header, IByteSource file, bool isVmdump) =>
        SectionPlaces.AreSane(header, file.Length, !isVmdump, (UInt128)header.Translations * (ulong)(3 * header.WordBytes));

    /// <summary>Byte for byte, but for DF_VALID.</summary>
    private static bool AreEqual(IByteSource file, long first, long end, int length)
    {
        byte[] one = new byte[length], other = new byte[length];
        if (!file.TryRead((ulong)first, one) || !file.TryRead((ulong)end, other)) return false;
        one[FlagsAt] &= 0xff & ~(int)DumpFlags.Valid;
        other[FlagsAt] &= 0xff & ~(int)DumpFlags.Valid;
        return one.AsSpan().SequenceEqual(other);
    }

    private static bool HasHeader(IByteSource file, long offset)
    {
        Span<byte> magic = stackalloc byte[4];
        return offset >= 0 && file.TryRead((ulong)offset, magic) && DumpHeaderReader.IsHeader(magic);
    }

    /// <summary>The first header of a device that is cut off: on a multiple of 64 KB that is its own <c>dump_start</c>; -1 if there is none.</summary>
    private static long FirstOf(IByteSource file)
    {
        Span<byte> bytes = stackalloc byte[24];
        for (int i = 1; i <= MostProbes && i * Unit < file.Length; i++)
        {
            if (file.TryRead((ulong)(i * Unit), bytes) && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == DumpHeaderReader.Magic &&
                BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]) == i * Unit) return i * Unit;
        }

        return -1;
    }
}
