namespace XenDumpAdapter.Core.Formats;

/// <summary>Reading runs of bytes whose length a file states.</summary>
public static class ByteSourceReads
{
    /// <summary>
    /// The bytes at <paramref name="offset"/>: at most <paramref name="length"/> and at most <paramref name="limit"/>, fewer where the source ends. Where they
    /// stand already if the source has them in memory, else a copy. Never more memory than the source has bytes.
    /// </summary>
    public static ReadOnlyMemory<byte> ReadUpTo(this IByteSource source, ulong offset, ulong length, int limit)
    {
        if (offset >= (ulong)source.Length) return default;
        ulong there = (ulong)source.Length - offset;
        int want = (int)Math.Min(Math.Min(length, there), (ulong)limit);
        if (source is IMappedBytes mapped) return mapped.Memory((long)offset, want);
        byte[] bytes = new byte[want];
        int got = source.Read((long)offset, bytes);
        return bytes.AsMemory(0, got);
    }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on, or returns false.</summary>
    public static bool TryRead(this IByteSource source, ulong offset, Span<byte> destination) =>
        offset <= (ulong)source.Length && source.Read((long)offset, destination) == destination.Length;
}
