using System.Text;

namespace XenDumpAdapter.GdbStub.Wire;

/// <summary>A cursor over the text of a packet from a client. Nothing throws; a failed read leaves the cursor where it was.</summary>
internal ref struct PacketText(ReadOnlySpan<byte> text)
{
    /// <summary>What has not been read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = text;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool AtEnd => Rest.IsEmpty;

    /// <summary>Passes over the character, if it is next.</summary>
    public bool TryTake(char c)
    {
        if (Rest.IsEmpty || Rest[0] != c) return false;
        Rest = Rest[1..];
        return true;
    }

    /// <summary>A number of one hexadecimal digit or more that fits 64 bits.</summary>
    public bool TryReadHex(out ulong value)
    {
        value = 0;
        int n = 0;
        while (n < Rest.Length && Hex.Digit(Rest[n]) is >= 0 and int digit)
        {
            if (value >> 60 != 0)
            {
                value = 0;
                return false;
            }

            value = value << 4 | (uint)digit;
            n++;
        }

        if (n == 0) return false;
        Rest = Rest[n..];
        return true;
    }

    /// <summary>A number, with a minus sign perhaps: the two special ids of the protocol are 0 (any) and -1 (all).</summary>
    public bool TryReadId(out long value)
    {
        value = 0;
        var before = Rest;
        bool negative = TryTake('-');
        if (TryReadHex(out ulong number) && number <= long.MaxValue)
        {
            value = negative ? -(long)number : (long)number;
            return true;
        }

        Rest = before;
        return false;
    }

    /// <summary><c>ADDRESS,LENGTH</c>.</summary>
    public bool TryReadRange(out ulong first, out ulong second)
    {
        second = 0;
        return TryReadHex(out first) && TryTake(',') && TryReadHex(out second);
    }

    /// <summary>Everything up to the separator, which is passed over; the rest where there is none.</summary>
    public ReadOnlySpan<byte> ReadUntil(char separator)
    {
        int at = Rest.IndexOf((byte)separator);
        var part = at < 0 ? Rest : Rest[..at];
        Rest = at < 0 ? default : Rest[(at + 1)..];
        return part;
    }

    /// <summary>Text whose bytes are written in hexadecimal, up to the separator; null where it is not that.</summary>
    public string? ReadHexText(char separator) => Hex.Decode(ReadUntil(separator)) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
