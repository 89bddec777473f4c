using System.Buffers;
using System.Buffers.Binary;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>A translation as a dump records it.</summary>
/// <param name="Space">Address of the <c>struct as</c>.</param>
/// <param name="Address">Virtual address of the page.</param>
/// <param name="Target">What is there: a page frame number (<c>mem_vtop_t</c>), or the file offset of the page (<c>dump_map_t</c>).</param>
/// <param name="Next">File offset of the next node of the chain (<c>dump_map_t</c>).</param>
internal readonly record struct TranslationRecord(ulong Space, ulong Address, ulong Target, ulong Next);

/// <summary>
/// A table of translations in the file: the hashed map of a vmcore (<c>dump_map_t</c>) or the flat list of a vmdump or device (<c>mem_vtop_t</c>), both of
/// illumos: usr/src/uts/common/sys/dumphdr.h and mem.h.
/// <code>
///   dump_map_t: dm_first 0 (8)  dm_next 8 (8)  dm_data 16 (8)  dm_as 24 (word)  dm_va 24 + word (word)     32 or 40 bytes
///   mem_vtop_t: m_as 0 (word)   m_va word (word)               m_pfn 2 * word (word)                       12 or 24 bytes
/// </code>
/// </summary>
/// <param name="file">The dump.</param>
/// <param name="offset">Where the table starts; not negative.</param>
/// <param name="count">Records that are in the file.</param>
/// <param name="wordBytes">Bytes of a word: 4 or 8.</param>
/// <param name="isHashed">Whether they are <c>dump_map_t</c>.</param>
internal sealed class TranslationRecords(IByteSource file, long offset, long count, int wordBytes, bool isHashed)
{
    /// <summary>Bytes of the longest record.</summary>
    public const int MostBytes = 40;

    private const int ChunkBytes = 1 << 18;

    /// <summary>Where the table starts.</summary>
    public long Offset { get; } = offset;

    /// <summary>Records.</summary>
    public long Count { get; } = count;

    /// <summary>Bytes of a record.</summary>
    public int RecordBytes { get; } = isHashed ? 24 + (2 * wordBytes) : 3 * wordBytes;

    /// <summary>Reads a record by its place in the table; false where the file ends before it.</summary>
    public bool TryRead(long ordinal, out TranslationRecord record)
    {
        record = default;
        Span<byte> bytes = stackalloc byte[MostBytes];
        bytes = bytes[..RecordBytes];
        if (ordinal < 0 || ordinal >= Count || file.Read(Offset + (ordinal * RecordBytes), bytes) != RecordBytes) return false;
        record = Parse(bytes);
        return true;
    }

    /// <summary>Shows the first <paramref name="most"/> records, in order, to <paramref name="visit"/>; those that stand for nothing are left out.</summary>
    public void Scan(long most, Action<long, TranslationRecord> visit, CancellationToken cancel)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        int each = ChunkBytes / RecordBytes;
        long end = Math.Min(most, Count);
        for (long at = 0; at < end;)
        {
            cancel.ThrowIfCancellationRequested();
            int want = (int)Math.Min(each, end - at) * RecordBytes;
            int got = file.Read(Offset + (at * RecordBytes), bytes.AsSpan(0, want)) / RecordBytes;
            for (int i = 0; i < got; i++)
            {
                var record = Parse(bytes.AsSpan(i * RecordBytes, RecordBytes));
                if (record.Space != 0 || record.Address != 0 || record.Target != 0) visit(at + i, record);
            }

            if (got == 0) break;
            at += got;
        }

        ArrayPool<byte>.Shared.Return(bytes);
    }

    private TranslationRecord Parse(ReadOnlySpan<byte> bytes) => isHashed
        ? new TranslationRecord(Word(bytes[24..]), Word(bytes[(24 + wordBytes)..]), Quad(bytes[16..]), Quad(bytes[8..]))
        : new TranslationRecord(Word(bytes), Word(bytes[wordBytes..]), Word(bytes[(2 * wordBytes)..]), 0);

    private ulong Word(ReadOnlySpan<byte> bytes) => wordBytes == 8 ? Quad(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ulong Quad(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
