namespace XenDumpAdapter.Core.Formats;

/// <summary>Bytes in memory that stand for a file: samples, files inside dumps.</summary>
/// <param name="bytes">The bytes. Not copied: whoever keeps the array must not change it.</param>
/// <param name="name">What a message calls it.</param>
public sealed class BytesByteSource(ReadOnlyMemory<byte> bytes, string name) : IMappedBytes
{
    /// <inheritdoc/>
    public long Length => bytes.Length;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> destination)
    {
        var found = Memory(offset, destination.Length);
        found.Span.CopyTo(destination);
        return found.Length;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Memory(long offset, int length)
    {
        if (offset < 0 || offset >= bytes.Length || length <= 0) return default;
        return bytes.Slice((int)offset, (int)Math.Min(length, bytes.Length - offset));
    }
}
