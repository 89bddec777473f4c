namespace XenDumpAdapter.TestKit;

/// <summary>
/// Writes LZO1X streams: instruction by instruction, each match in the shortest form that can say it, or whole by <see cref="Pack"/>, which finds
/// matches by their first three bytes. No match for the real packer, but every form of the stream occurs.
/// </summary>
public sealed class LzoWriter
{
    private readonly ByteWriter _stream = new();
    private int _bitsAt = -1;
    private int _literals;

    /// <summary>Bytes that stand for themselves. After a match and at the start there may be any number of them, else at least four.</summary>
    public LzoWriter Literals(ReadOnlySpan<byte> bytes)
    {
        int count = bytes.Length;
        if (count == 0) return this;
        if (_stream.Length == 0 && count <= 238) _stream.U8((byte)(17 + count));
        else if (count <= 3 && _bitsAt >= 0) _stream.Patch(_bitsAt, (ulong)(_stream.ToArray()[_bitsAt] | count), 1);
        else if (count >= 4 && _literals == 0) Length(count - 3, 15, 0);
        else throw new ArgumentException($"{count} literals have no form here", nameof(bytes));
        _stream.Bytes(bytes);
        (_literals, _bitsAt) = (count, -1);
        return this;
    }

    /// <summary>Bytes that stand <paramref name="distance"/> back.</summary>
    public LzoWriter Match(int distance, int length)
    {
        int near = distance - 1;
        if (length == 2 && distance <= 1024 && _literals is > 0 and < 4) Short((near & 3) << 2, near >> 2);
        else if (length == 3 && distance is > 2048 and <= 3072 && _literals >= 4) Short(((distance - 2049) & 3) << 2, (distance - 2049) >> 2);
        else if (length is >= 3 and <= 8 && distance <= 2048) Short(((length - 1) << 5) | ((near & 7) << 2), near >> 3);
        else if (length >= 3 && distance <= 16384)
        {
            Length(length - 2, 31, 32);
            Operand(near);
        }
        else if (length >= 3 && distance < 49152)
        {
            Length(length - 2, 7, distance >= 32768 ? 24 : 16);
            Operand(distance & 0x3fff);
        }
        else
        {
            throw new ArgumentOutOfRangeException(nameof(distance), $"{length} bytes from {distance} back have no form here");
        }

        _literals = 0;
        return this;
    }

    /// <summary>The stream with its end marker.</summary>
    public byte[] End() => _stream.Bytes([17, 0, 0]).ToArray();

    /// <summary>Packs bytes.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> bytes)
    {
        var writer = new LzoWriter();
        var seen = new Dictionary<int, int>();
        int from = 0;
        for (int at = 0; at + 3 <= bytes.Length;)
        {
            int key = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
            bool found = seen.TryGetValue(key, out int earlier) && at - earlier < 49152;
            seen[key] = at;
            if (!found)
            {
                at++;
                continue;
            }

            int length = 3 + bytes[(at + 3)..].CommonPrefixLength(bytes[(earlier + 3)..]);
            writer.Literals(bytes[from..at]).Match(at - earlier, length);
            from = at += length;
        }

        return writer.Literals(bytes[from..]).End();
    }

    private void Short(int code, int high)
    {
        _bitsAt = _stream.Length;
        _stream.U8((byte)code).U8((byte)high);
    }

    private void Operand(int distance)
    {
        _bitsAt = _stream.Length;
        _stream.U16((ushort)(distance << 2));
    }

    private void Length(int length, int most, int code)
    {
        _stream.U8((byte)(length <= most ? code | length : code));
        if (length <= most) return;
        for (length -= most; length > 255; length -= 255) _stream.U8(0);
        _stream.U8((byte)length);
    }
}
