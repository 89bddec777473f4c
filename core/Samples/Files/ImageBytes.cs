using System.Buffers.Binary;
using System.Text;

namespace XenDumpAdapter.Core.Samples.Files;

/// <summary>Bytes that grow, little-endian: what every writer of the samples writes into.</summary>
internal sealed class ImageBytes
{
    private byte[] _bytes = new byte[64];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public byte[] ToArray() => Span.ToArray();

    public ImageBytes U8(int value) => Number((ulong)(value & 0xff), 1);

    public ImageBytes U16(int value) => Number((ulong)(value & 0xffff), 2);

    public ImageBytes U32(ulong value) => Number(value, 4);

    public ImageBytes U64(ulong value) => Number(value, 8);

    /// <summary>The low <paramref name="size"/> bytes of a number.</summary>
    public ImageBytes Number(ulong value, int size)
    {
        Grow(size);
        Put(Length - size, value, size);
        return this;
    }

    public ImageBytes Bytes(ReadOnlySpan<byte> bytes)
    {
        Grow(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length - bytes.Length));
        return this;
    }

    /// <summary>Text and its NUL.</summary>
    public ImageBytes Text(string text) => Bytes(Encoding.Latin1.GetBytes(text)).U8(0);

    public ImageBytes Zeros(int count)
    {
        Grow(count);
        return this;
    }

    public ImageBytes Align(int alignment, byte fill = 0)
    {
        int from = Length;
        Zeros((alignment - Length % alignment) % alignment);
        _bytes.AsSpan(from, Length - from).Fill(fill);
        return this;
    }

    public ImageBytes Uleb(ulong value)
    {
        do
        {
            ulong rest = value >> 7;
            U8((int)(value & 0x7f) | (rest != 0 ? 0x80 : 0));
            value = rest;
        }
        while (value != 0);
        return this;
    }

    public ImageBytes Sleb(long value)
    {
        while (true)
        {
            int low = (int)(value & 0x7f);
            value >>= 7;
            bool last = value == 0 && (low & 0x40) == 0 || value == -1 && (low & 0x40) != 0;
            U8(last ? low : low | 0x80);
            if (last) return this;
        }
    }

    /// <summary>Changes a number that was written before.</summary>
    public void Put(int at, ulong value, int size)
    {
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(whole, value);
        whole[..size].CopyTo(_bytes.AsSpan(at, size));
    }

    private void Grow(int more)
    {
        if (Length + more > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + more));
        Length += more;
    }
}
