using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// <c>dumpdatahdr_t</c> (illumos: usr/src/uts/common/sys/dumphdr.h), behind the last header of a device or vmdump since October 2009: how the pages are packed.
/// 32 bytes: magic, version (u32), data_csize (u64), maxcsize, maxrange (u32), nstreams, clevel (u16), metrics (u32).
/// </summary>
/// <param name="MostBlockBytes"><c>dump_maxcsize</c>: bytes of a block at most, within what the record's word can state.</param>
/// <param name="MostGroupPages"><c>dump_maxrange</c>: pages of a group at most.</param>
/// <param name="Streams"><c>dump_nstreams</c>: tags that are in use.</param>
/// <param name="Level"><c>dump_clevel</c>: 0 page by page, 1 lzjb streams, 2 bzip2 streams.</param>
internal sealed record DataHeader(int MostBlockBytes, ulong MostGroupPages, int Streams, int Level)
{
    /// <summary>DUMP_DATAHDR_MAGIC.</summary>
    private const uint Magic = 0x64686472;

    private const int Bytes = 32;
    private const ulong MostGroup = 1 << 20;

    /// <summary>Behind a header of a version that is not known, it is looked for so far.</summary>
    private const int Search = 1024;

    /// <summary>What blocks and groups are held to where nothing says it: CBUF_SIZE, and CBUF_MAPSIZE in pages of 4 KB.</summary>
    public static DataHeader Unknown { get; } = new(131072, 1024, 4095, -1);

    /// <summary>Finds it behind the header at <paramref name="offset"/>; null where there is none, as before October 2009.</summary>
    public static DataHeader? Read(IByteSource file, long offset, DumpHeader header)
    {
        Span<byte> bytes = stackalloc byte[DumpHeaderReader.MostBytes + Search];
        bytes = bytes[..file.Read(offset, bytes)];
        int expected = DumpHeaderReader.SizeOf(header.WordSize, header.Version);
        if (At(bytes, expected) is { } found) return found;
        if (header.Version is 9 or 10) return null;
        for (int at = DumpHeaderReader.SizeOf(header.WordSize, 9); at + Bytes <= bytes.Length; at += 4)
        {
            if (At(bytes, at) is { } elsewhere) return elsewhere;
        }

        return null;
    }

    private static DataHeader? At(ReadOnlySpan<byte> bytes, int at)
    {
        var reader = new SpanReader(bytes);
        if (!reader.TrySeek(at) || reader.Remaining < Bytes || !reader.TryReadU32(out uint magic) || magic != Magic) return null;
        reader.TrySkip(12);
        reader.TryReadU32(out uint block);
        reader.TryReadU32(out uint group);
        reader.TryReadU16(out ushort streams);
        reader.TryReadU16(out ushort level);

        // No kernel has written less than the constants; what is less is damage.
        int mostBlock = (int)Math.Clamp(block, (uint)Unknown.MostBlockBytes, RecordScan.MostSize);
        return new DataHeader(mostBlock, Math.Clamp(group, Unknown.MostGroupPages, MostGroup), Math.Min(streams, Unknown.Streams), level);
    }
}
