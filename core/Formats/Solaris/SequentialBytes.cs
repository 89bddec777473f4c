using System.Buffers.Binary;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>Bytes of a file, read more or less in order: a window that moves along. For one thread.</summary>
/// <param name="file">The file.</param>
/// <param name="windowBytes">Bytes that are read at once.</param>
internal sealed class SequentialBytes(IByteSource file, int windowBytes = 1 << 18)
{
    private readonly byte[] _window = new byte[windowBytes];
    private long _start;
    private int _length;

    /// <summary>The bytes at <paramref name="offset"/>: <paramref name="count"/>, or fewer where the file ends. At most as many as the window has; good until the next call.</summary>
    public ReadOnlySpan<byte> At(long offset, int count)
    {
        if (offset < _start || offset + count > _start + _length)
        {
            _start = offset;
            _length = file.Read(offset, _window);
        }

        int into = (int)(offset - _start);
        return _window.AsSpan(into, Math.Min(count, Math.Max(0, _length - into)));
    }

    /// <summary>The four bytes at <paramref name="offset"/> as a number; false where the file ends.</summary>
    public bool TryWord(long offset, out uint word)
    {
        var bytes = At(offset, 4);
        word = bytes.Length == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        return bytes.Length == 4;
    }
}
