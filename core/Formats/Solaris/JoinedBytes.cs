namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>The blocks of one tag, joined to one run of bytes.</summary>
internal sealed class JoinedBytes : IByteSource
{
    private readonly IByteSource _file;
    private readonly long[] _offsets;
    private readonly long[] _starts;

    /// <summary>Joins blocks of a file.</summary>
    public JoinedBytes(IByteSource file, IReadOnlyList<(long Offset, int Size)> blocks)
    {
        _file = file;
        _offsets = [.. blocks.Select(b => b.Offset)];
        _starts = new long[blocks.Count];
        for (int i = 0; i < blocks.Count; i++)
        {
            _starts[i] = Length;
            Length += blocks[i].Size;
        }
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public string Name => _file.Name;

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Length) return 0;
        int block = Array.BinarySearch(_starts, offset);
        if (block < 0) block = ~block - 1;
        int done = 0;
        for (; block < _starts.Length && done < destination.Length; block++)
        {
            long into = offset + done - _starts[block], end = block + 1 < _starts.Length ? _starts[block + 1] : Length;
            int want = (int)Math.Min(destination.Length - done, end - _starts[block] - into);
            int got = _file.Read(_offsets[block] + into, destination.Slice(done, want));
            done += got;
            if (got < want) break;
        }

        return done;
    }
}
