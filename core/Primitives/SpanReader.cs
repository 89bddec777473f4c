using System.Buffers.Binary;
using System.Text;

namespace XenDumpAdapter.Core.Primitives;

/// <summary>
/// The only parser of bytes from a dump. A cursor over a span; every read says whether the bytes were there, and none goes past
/// the end. A failed read leaves the position where it was.
/// </summary>
public ref struct SpanReader
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>A reader at the start of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">What to read.</param>
    /// <param name="bigEndian">Whether multi-byte numbers have their most significant byte first.</param>
    public SpanReader(ReadOnlySpan<byte> bytes, bool bigEndian = false)
    {
        _bytes = bytes;
        BigEndian = bigEndian;
    }

    /// <summary>Whether multi-byte numbers have their most significant byte first.</summary>
    public bool BigEndian { get; }

    /// <summary>Bytes from the start of the span to the next read.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes of the whole span.</summary>
    public readonly int Length => _bytes.Length;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool AtEnd => Position >= _bytes.Length;

    /// <summary>Moves to <paramref name="position"/> (bytes from the start); false if that is outside the span.</summary>
    public bool TrySeek(long position)
    {
        if (position < 0 || position > _bytes.Length) return false;
        Position = (int)position;
        return true;
    }

    /// <summary>Moves on by <paramref name="count"/> bytes.</summary>
    public bool TrySkip(long count) => count >= 0 && count <= Remaining && TrySeek(Position + count);

    /// <summary>The next <paramref name="count"/> bytes, without copying.</summary>
    public bool TryReadBytes(long count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (count < 0 || count > Remaining) return false;
        bytes = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return true;
    }

    /// <summary>The next byte.</summary>
    public bool TryReadU8(out byte value)
    {
        bool ok = TryReadBytes(1, out var b);
        value = ok ? b[0] : (byte)0;
        return ok;
    }

    /// <summary>The next two bytes as a number.</summary>
    public bool TryReadU16(out ushort value)
    {
        bool ok = TryReadBytes(2, out var b);
        value = !ok ? (ushort)0 : BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b) : BinaryPrimitives.ReadUInt16LittleEndian(b);
        return ok;
    }

    /// <summary>The next four bytes as a number.</summary>
    public bool TryReadU32(out uint value)
    {
        bool ok = TryReadBytes(4, out var b);
        value = !ok ? 0 : BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b) : BinaryPrimitives.ReadUInt32LittleEndian(b);
        return ok;
    }

    /// <summary>The next eight bytes as a number.</summary>
    public bool TryReadU64(out ulong value)
    {
        bool ok = TryReadBytes(8, out var b);
        value = !ok ? 0 : BigEndian ? BinaryPrimitives.ReadUInt64BigEndian(b) : BinaryPrimitives.ReadUInt64LittleEndian(b);
        return ok;
    }

    /// <summary>The next <paramref name="size"/> bytes (1, 2, 4 or 8) as a number; false for any other size.</summary>
    public bool TryReadUnsigned(int size, out ulong value)
    {
        value = 0;
        switch (size)
        {
            case 1 when TryReadU8(out byte b): value = b; return true;
            case 2 when TryReadU16(out ushort s): value = s; return true;
            case 4 when TryReadU32(out uint i): value = i; return true;
            case 8 when TryReadU64(out value): return true;
            default: return false;
        }
    }

    /// <summary>An unsigned LEB128 number (DWARF 5, section 7.6). Fails where it does not end or does not fit 64 bits.</summary>
    public bool TryReadUleb128(out ulong value)
    {
        value = 0;
        int start = Position;
        for (int shift = 0; TryReadU8(out byte b); shift += 7)
        {
            ulong bits = (ulong)b & 0x7f;
            if (shift >= 64 ? bits != 0 : shift == 63 && bits > 1) break;
            if (shift < 64) value |= bits << shift;
            if ((b & 0x80) == 0) return true;
        }

        Position = start;
        value = 0;
        return false;
    }

    /// <summary>A signed LEB128 number (DWARF 5, section 7.6). Bits above the 64th are dropped.</summary>
    public bool TryReadSleb128(out long value)
    {
        value = 0;
        int start = Position;
        for (int shift = 0; shift < 140 && TryReadU8(out byte b); shift += 7)
        {
            if (shift < 64) value |= unchecked((long)((ulong)(b & 0x7f) << shift));
            if ((b & 0x80) != 0) continue;
            if (shift + 7 < 64 && (b & 0x40) != 0) value |= -1L << (shift + 7);
            return true;
        }

        Position = start;
        value = 0;
        return false;
    }

    /// <summary>Moves past the next NUL. Fails where there is none.</summary>
    public bool TrySkipCString()
    {
        int length = _bytes[Position..].IndexOf((byte)0);
        return length >= 0 && TrySkip(length + 1L);
    }

    /// <summary>A string up to its NUL (which is passed over), as Latin-1: every byte is kept. Fails where there is no NUL.</summary>
    public bool TryReadCString(out string value)
    {
        int length = _bytes[Position..].IndexOf((byte)0);
        value = "";
        if (length < 0) return false;
        value = Encoding.Latin1.GetString(_bytes.Slice(Position, length));
        Position += length + 1;
        return true;
    }
}
