using XenDumpAdapter.Core.Formats;

namespace XenDumpAdapter.TestKit;

/// <summary>A file of any length of which only some runs are not zero, and which counts what is read of it.</summary>
public sealed class SparseSource(long length, string name = "sparse") : IByteSource
{
    private readonly List<(long Offset, byte[] Bytes)> _runs = [];

    public long Length { get; } = length;

    public string Name { get; } = name;

    /// <summary>Bytes read so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Puts bytes somewhere; later ones count over earlier ones.</summary>
    public SparseSource Put(long offset, byte[] bytes)
    {
        _runs.Add((offset, bytes));
        return this;
    }

    public int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Length) return 0;
        destination = destination[..(int)Math.Min(destination.Length, Length - offset)];
        destination.Clear();
        BytesRead += destination.Length;
        foreach (var (at, bytes) in _runs)
        {
            long from = Math.Max(at, offset), to = Math.Min(at + bytes.Length, offset + destination.Length);
            if (from < to) bytes.AsSpan((int)(from - at), (int)(to - from)).CopyTo(destination[(int)(from - offset)..]);
        }

        return destination.Length;
    }
}
