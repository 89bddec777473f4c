using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Kdump;

/// <summary>
/// The flattened stream that makedumpfile -F and QEMU write where they cannot seek: a header of 4096 bytes, then records of a big-endian file
/// offset and size with the bytes of that place of the real file, then a record whose offset and size are both -1. This is the real file: opening
/// hops from record header to record header, reading looks up the record. A later record overwrites an earlier one.
/// </summary>
public sealed class FlattenedStream : IByteSource
{
    private const int HeaderSize = 4096;
    private const int RecordHeaderSize = 16;
    private readonly IByteSource _file;
    private readonly Record[] _records;

    private FlattenedStream(IByteSource file, Record[] records, bool complete)
    {
        _file = file;
        _records = records;
        IsComplete = complete;
        Length = records.Length == 0 ? 0 : records[^1].End;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public string Name => _file.Name;

    /// <summary>Whether the end marker is there. Where it is, places that no record fills are holes of zeros; where not, they are unknown.</summary>
    public bool IsComplete { get; }

    /// <summary>Whether a file starts with the stream's signature (<c>makedumpfile</c>, diskdump_mod.h, SIG_LEN_MDF 16).</summary>
    public static bool IsFlattened(ReadOnlySpan<byte> head) => head.StartsWith("makedumpfile\0"u8);

    /// <summary>Indexes the records.</summary>
    /// <exception cref="DumpFormatException">Its header is cut off or of another type, or it has no record.</exception>
    public static FlattenedStream Open(IByteSource file, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        Span<byte> header = stackalloc byte[32];
        if (!file.TryRead(0, header) || !IsFlattened(header))
            throw new DumpFormatException($"{file.Name} ends inside the header of its flattened stream, after {file.Length} bytes; copy the whole file.");
        var reader = new SpanReader(header, bigEndian: true);
        reader.TrySkip(16);
        reader.TryReadU64(out ulong type);
        reader.TryReadU64(out ulong version);
        if (type != 1 || version != 1)
            throw new DumpFormatException($"{file.Name} is a flattened stream of type {type}, version {version}; only type 1, version 1 is known.");
        var records = Scan(file, diagnostics, cancel, out bool complete);
        if (records.Count == 0)
            throw new DumpFormatException($"{file.Name} is a flattened stream without a record in its {file.Length} bytes; it is cut off.");
        return new FlattenedStream(file, RecordOverlaps.Resolve(records), complete);
    }

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Length) return 0;
        int want = (int)Math.Min(destination.Length, Length - offset);
        int done = 0;
        for (int i = FirstEndingAfter(offset); i < _records.Length && done < want; i++)
        {
            var record = _records[i];
            long at = offset + done;
            if (record.Offset > at)
            {
                if (!IsComplete) break;
                int hole = (int)Math.Min(want - done, record.Offset - at);
                destination.Slice(done, hole).Clear();
                done += hole;
                at += hole;
                if (done == want) break;
            }

            int part = (int)Math.Min(want - done, record.End - at);
            int got = _file.Read(record.Position + (at - record.Offset), destination.Slice(done, part));
            done += got;
            if (got < part) break;
        }

        return done;
    }

    private static List<Record> Scan(IByteSource file, DiagnosticBag diagnostics, CancellationToken cancel, out bool complete)
    {
        var records = new List<Record>();
        var window = new byte[1 << 16];
        long windowAt = 0;
        int windowLength = 0;
        complete = false;
        for (long at = HeaderSize; at <= file.Length - RecordHeaderSize;)
        {
            if (at < windowAt || at + RecordHeaderSize > windowAt + windowLength)
            {
                // Small records follow each other: one read finds many. After a large one only the header is worth reading.
                bool far = at - (windowAt + windowLength) > window.Length;
                cancel.ThrowIfCancellationRequested();
                windowAt = at;
                windowLength = file.Read(at, window.AsSpan(0, far ? RecordHeaderSize : window.Length));
                if (windowLength < RecordHeaderSize) break;
            }

            var reader = new SpanReader(window.AsSpan((int)(at - windowAt), RecordHeaderSize), bigEndian: true);
            reader.TryReadU64(out ulong offset);
            reader.TryReadU64(out ulong size);
            at += RecordHeaderSize;
            if (offset == ulong.MaxValue && size == ulong.MaxValue)
            {
                complete = true;
                break;
            }

            if (!TryAdd(file, diagnostics, records, offset, size, at)) break;
            at += (long)Math.Min(size, (ulong)(file.Length - at));
        }

        if (!complete)
            diagnostics.Warn(DiagnosticIds.DumpTruncated, $"{file.Name} is cut off: its flattened stream has no end marker; {records.Count} records are there, what followed is missing.");
        return records;
    }

    private static bool TryAdd(IByteSource file, DiagnosticBag diagnostics, List<Record> records, ulong offset, ulong size, long at)
    {
        if (offset > long.MaxValue || size > long.MaxValue || size > long.MaxValue - offset || records.Count >= DumpLimits.FlattenedRecords)
        {
            diagnostics.Error("flattened/bad-record", $"{file.Name} has a record at byte {at - RecordHeaderSize} of its flattened stream with offset {AddressText.Hex(offset)} and size {AddressText.Hex(size)}, which cannot be; it and what follows are not read.");
            return false;
        }

        long there = Math.Min((long)size, file.Length - at);
        if (there > 0) records.Add(new Record((long)offset, there, at));
        return true;
    }

    private int FirstEndingAfter(long offset)
    {
        int low = 0, high = _records.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_records[middle].End <= offset) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Bytes of the real file and where they stand in the stream.</summary>
    /// <param name="Offset">Where in the real file.</param>
    /// <param name="Length">How many.</param>
    /// <param name="Position">Where in the stream.</param>
    internal readonly record struct Record(long Offset, long Length, long Position)
    {
        /// <summary>The offset behind the last byte.</summary>
        public long End => Offset + Length;

        /// <summary>The part from <paramref name="from"/> to <paramref name="to"/>, offsets of the real file.</summary>
        public Record Part(long from, long to) => new(from, to - from, Position + (from - Offset));
    }
}
