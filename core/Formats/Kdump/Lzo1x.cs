namespace XenDumpAdapter.Core.Formats.Kdump;

/// <summary>
/// Unpacks LZO1X streams, as makedumpfile -l and QEMU's kdump-lzo pack pages (liblzo's lzo1x_1). Written from the description of the stream in
/// Linux' Documentation/staging/lzo.rst, version 0 of it; where that and dumps differ, the dumps are right (a first byte of 18 to 20 means one to
/// three literals). See FORMAT.md.
/// </summary>
public ref struct Lzo1x
{
    /// <summary>What precedes an instruction below 16: no literals, one to three of them (that number), or a run of four and more.</summary>
    private const int AfterRun = 4;

    private readonly ReadOnlySpan<byte> _packed;
    private readonly Span<byte> _plain;
    private int _read;
    private int _written;

    private Lzo1x(ReadOnlySpan<byte> packed, Span<byte> plain)
    {
        _packed = packed;
        _plain = plain;
    }

    /// <summary>Unpacks a stream.</summary>
    /// <param name="packed">The whole stream with its end marker.</param>
    /// <param name="plain">Filled completely, or with anything where the answer is false.</param>
    /// <returns>Whether the stream is whole, ends where <paramref name="packed"/> ends, and makes exactly <paramref name="plain"/>.</returns>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain) => new Lzo1x(packed, plain).TryRun();

    /// <summary>Each turn reads at least one byte, so there are no more turns than bytes.</summary>
    private bool TryRun()
    {
        int state = 0;
        if (_packed.Length > 0 && _packed[0] > 17)
        {
            int count = _packed[_read++] - 17;
            if (!TryLiterals(count)) return false;
            state = Math.Min(count, AfterRun);
        }

        while (_read < _packed.Length)
        {
            int code = _packed[_read++];
            if (code < 16 && state == 0)
            {
                if (!TryLength(code, 15, 3, out int count) || !TryLiterals(count)) return false;
                state = AfterRun;
                continue;
            }

            if (!TryMatch(code, state, out int length, out int distance, out int literals)) return false;
            if (distance == 0) return length == 3 && _read == _packed.Length && _written == _plain.Length;
            if (!TryCopy(distance, length) || !TryLiterals(literals)) return false;
            state = literals;
        }

        return false;
    }

    /// <summary>Reads the rest of an instruction that copies what was written before; a distance of 0 is the end marker.</summary>
    private bool TryMatch(int code, int state, out int length, out int distance, out int literals)
    {
        if (code is < 16 or >= 64)
        {
            length = distance = literals = 0;
            if (_read >= _packed.Length) return false;
            int high = _packed[_read++];
            literals = code & 3;
            if (code >= 64)
            {
                // LLLDDDSS: L from 2 on.
                length = (code >> 5) + 1;
                distance = (high << 3) + ((code >> 2) & 7) + 1;
            }
            else
            {
                // 0000DDSS: 2 bytes from near after one to three literals, 3 bytes from behind what the codes above reach after a run.
                length = state == AfterRun ? 3 : 2;
                distance = (high << 2) + (code >> 2) + (state == AfterRun ? 2049 : 1);
            }

            return true;
        }

        // 001LLLLL: up to 16 KB back. 0001HLLL: 16 to 48 KB back, or the end.
        bool far = code < 32;
        distance = literals = 0;
        if (!TryLength(far ? code & 7 : code & 31, far ? 7 : 31, 2, out length) || _packed.Length - _read < 2) return false;
        int operand = _packed[_read] | (_packed[_read + 1] << 8);
        _read += 2;
        literals = operand & 3;
        distance = (operand >> 2) + (far ? (code & 8) << 11 : 1);
        if (far && distance != 0) distance += 1 << 14;
        return true;
    }

    /// <summary>A length whose bits are all clear goes on: 255 for each zero byte, then the first byte that is none.</summary>
    private bool TryLength(int bits, int most, int least, out int length)
    {
        length = bits + least;
        if (bits != 0) return true;
        var rest = _packed[_read..];
        int zeros = rest.IndexOfAnyExcept((byte)0);
        if (zeros < 0 || zeros > _plain.Length / 255) return false;
        _read += zeros + 1;
        length = most + least + (zeros * 255) + rest[zeros];
        return true;
    }

    private bool TryLiterals(int count)
    {
        if (count > _packed.Length - _read || count > _plain.Length - _written) return false;
        _packed.Slice(_read, count).CopyTo(_plain[_written..]);
        _read += count;
        _written += count;
        return true;
    }

    /// <summary>Copies from <paramref name="distance"/> bytes back; where that is less than the length, what was just copied repeats.</summary>
    private bool TryCopy(int distance, int length)
    {
        if (distance > _written || length > _plain.Length - _written) return false;
        int from = _written - distance;
        while (length > 0)
        {
            int part = Math.Min(length, _written - from);
            _plain.Slice(from, part).CopyTo(_plain[_written..]);
            _written += part;
            length -= part;
        }

        return true;
    }
}
