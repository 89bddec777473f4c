using System.Buffers.Binary;
using System.Text;

namespace XenDumpAdapter.TestKit;

/// <summary>Bytes of a file under construction: numbers in a chosen order, at the end or patched in place.</summary>
public sealed class ByteWriter(bool bigEndian = false)
{
    private byte[] _bytes = new byte[256];

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>A copy of the bytes so far.</summary>
    public byte[] ToArray() => _bytes.AsSpan(0, Length).ToArray();

    public ByteWriter U8(byte value) => Bytes([value]);

    public ByteWriter U16(ushort value) => Number(value, 2);

    public ByteWriter U32(uint value) => Number(value, 4);

    public ByteWriter U64(ulong value) => Number(value, 8);

    /// <summary>A number of <paramref name="size"/> bytes, cut to them.</summary>
    public ByteWriter Number(ulong value, int size)
    {
        Grow(size);
        Put(Length, value, size);
        Length += size;
        return this;
    }

    /// <summary>An unsigned LEB128 number.</summary>
    public ByteWriter Uleb(ulong value)
    {
        for (; value >= 0x80; value >>= 7) U8((byte)(value & 0x7f | 0x80));
        return U8((byte)value);
    }

    /// <summary>A signed LEB128 number.</summary>
    public ByteWriter Sleb(long value)
    {
        for (; value is < -64 or > 63; value >>= 7) U8((byte)(value & 0x7f | 0x80));
        return U8((byte)(value & 0x7f));
    }

    public ByteWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        Grow(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
        return this;
    }

    /// <summary>Latin-1 text and, if wanted, a NUL.</summary>
    public ByteWriter Text(string text, bool terminate = true)
    {
        Bytes(Encoding.Latin1.GetBytes(text));
        return terminate ? U8(0) : this;
    }

    public ByteWriter Zeros(int count)
    {
        Grow(count);
        _bytes.AsSpan(Length, count).Clear();
        Length += count;
        return this;
    }

    /// <summary>Zeros up to a multiple of <paramref name="alignment"/>.</summary>
    public ByteWriter Align(int alignment) => Zeros((alignment - (Length % alignment)) % alignment);

    /// <summary>Zeros up to <paramref name="position"/>.</summary>
    public ByteWriter PadTo(int position) => Zeros(position - Length);

    /// <summary>Changes a number that was written before.</summary>
    public ByteWriter Patch(int position, ulong value, int size)
    {
        if (position + size > Length) throw new ArgumentOutOfRangeException(nameof(position));
        Put(position, value, size);
        return this;
    }

    private void Put(int position, ulong value, int size)
    {
        Span<byte> whole = stackalloc byte[8];
        if (bigEndian) BinaryPrimitives.WriteUInt64BigEndian(whole, value);
        else BinaryPrimitives.WriteUInt64LittleEndian(whole, value);
        (bigEndian ? whole[(8 - size)..] : whole[..size]).CopyTo(_bytes.AsSpan(position));
    }

    private void Grow(int more)
    {
        if (Length + more > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + more));
    }
}
