using System.Buffers.Binary;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// What stands before each group of pages in a stream (<c>dumpstreamhdr_t</c>, illumos: usr/src/uts/common/sys/dumphdr.h): magic, number of the first page, number
/// of pages; the numbers are words of the machine.
/// </summary>
internal static class StreamHeader
{
    /// <summary>DUMP_STREAM_MAGIC.</summary>
    public static ReadOnlySpan<byte> Magic => "StrmHdr\0"u8;

    /// <summary>Bytes of a header.</summary>
    public static int Bytes(int wordBytes) => 8 + (2 * wordBytes);

    /// <summary>Reads a header; false if it is none, or cannot be one of this dump.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, PackedLayout layout, out ulong page, out ulong count)
    {
        page = count = 0;
        int word = layout.WordBytes;
        if (bytes.Length < Bytes(word) || !bytes.StartsWith(Magic)) return false;
        page = word == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        count = word == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        return count > 0 && count <= layout.Packing.MostGroupPages && page < layout.MostPages && count <= layout.MostPages - page;
    }
}

/// <summary>What came of putting a stream's pages into the index.</summary>
/// <param name="End">One past the highest page that its groups announce.</param>
/// <param name="Damage">What was wrong, a clause each.</param>
internal sealed record StreamPages(ulong End, IReadOnlyList<string> Damage);
