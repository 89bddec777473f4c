namespace XenDumpAdapter.Core.Formats;

/// <summary>A run of another source's bytes, as a source of its own.</summary>
public sealed class SliceByteSource : IByteSource
{
    private readonly IByteSource _inner;
    private readonly long _start;

    /// <summary>The bytes of <paramref name="inner"/> from <paramref name="start"/> on, cut where it ends.</summary>
    /// <param name="inner">The whole.</param>
    /// <param name="start">First byte; not negative.</param>
    /// <param name="length">Bytes wanted; not negative.</param>
    /// <param name="name">What a message calls the slice.</param>
    public SliceByteSource(IByteSource inner, long start, long length, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _inner = inner;
        _start = Math.Min(start, inner.Length);
        Length = Math.Min(length, inner.Length - _start);
        Name = name;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Length) return 0;
        int want = (int)Math.Min(destination.Length, Length - offset);
        return _inner.Read(_start + offset, destination[..want]);
    }
}
