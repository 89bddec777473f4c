using System.Buffers.Binary;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// Whether a file that begins with a dump header is a vmcore or a vmdump. DF_COMPRESSED says so; where that flag contradicts the file, what is at the file's end does: the pages
/// of a vmcore fill it exactly, and a vmdump has the header again in its last 64 KB.
/// </summary>
internal static class CarrierFlags
{
    private const int FlagsAt = 8;
    private const int WordSizeAt = 12;
    private const int DataAt = 48;

    /// <summary>Where dump_pageshift and dump_npages are: the second and the sixth of the longs from byte 1800 on.</summary>
    private const int LongsAt = 1800;

    /// <summary>Whether it is a vmcore.</summary>
    public static bool SaysVmcore(ReadOnlySpan<byte> head, IByteSource file) =>
        IsCompressed(head) ? HasPlainPages(head, file) && !IsPackedAtEnd(file) : HasPlainPages(head, file) || !IsPackedAtEnd(file);

    private static bool IsCompressed(ReadOnlySpan<byte> head) =>
        head.Length >= FlagsAt + 4 && ((DumpFlags)BinaryPrimitives.ReadUInt32LittleEndian(head[FlagsAt..]) & DumpFlags.Compressed) != 0;

    private static bool IsPackedAtEnd(IByteSource file)
    {
        byte[] bytes = new byte[FlagsAt + 4];
        long end = PackedHeaders.EndOf(file);
        return end > 0 && file.TryRead((ulong)end, bytes) && DumpHeaderReader.IsHeader(bytes) && IsCompressed(bytes);
    }

    private static bool HasPlainPages(ReadOnlySpan<byte> head, IByteSource file)
    {
        if (head.Length < LongsAt + 64) return false;
        bool is64 = BinaryPrimitives.ReadUInt32LittleEndian(head[WordSizeAt..]) == 64;
        ulong shift = Long(head, 1, is64), pages = Long(head, 5, is64), data = BinaryPrimitives.ReadUInt64LittleEndian(head[DataAt..]);
        return shift is >= 12 and <= 16 && pages > 0 && data + ((UInt128)pages << (int)shift) == (UInt128)(ulong)file.Length;
    }

    private static ulong Long(ReadOnlySpan<byte> head, int index, bool is64) =>
        is64 ? BinaryPrimitives.ReadUInt64LittleEndian(head[(LongsAt + (8 * index))..]) : BinaryPrimitives.ReadUInt32LittleEndian(head[(LongsAt + (4 * index))..]);
}
