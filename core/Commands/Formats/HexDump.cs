using System.Globalization;
using System.Text;

namespace XenDumpAdapter.Core.Commands.Formats;

/// <summary>How <c>::dump</c> writes its lines (usr/src/cmd/mdb/common/mdb/mdb_dump.c).</summary>
internal sealed record HexDump
{
    /// <summary>Bytes of a line.</summary>
    public required int Width { get; init; }

    /// <summary>Bytes that stand together.</summary>
    public required int Group { get; init; }

    /// <summary>Digits of an address.</summary>
    public required int Digits { get; init; }

    /// <summary>Whether characters stand behind the bytes.</summary>
    public bool Characters { get; init; }

    /// <summary>Whether the bytes of a group are turned round: numbers of a little-endian machine.</summary>
    public bool Turned { get; init; }

    /// <summary>Whether lines begin at multiples of 16.</summary>
    public bool Aligned { get; init; }

    /// <summary>The head: the last digits of addresses, with a mark over the byte at <paramref name="offset"/>.</summary>
    public string Head(int offset)
    {
        int shift = Aligned ? 0 : offset;
        var line = new StringBuilder(new string(' ', Digits + 2));
        for (int i = 0; i < Width; i++)
        {
            Separate(line, i);
            if (i == offset && Aligned) line.Append(@"\/");
            else line.Append(CultureInfo.InvariantCulture, $"{(i + shift) & 0xf,2:x}");
        }

        if (!Characters) return line.ToString();
        line.Append("  ");
        for (int i = 0; i < Width; i++)
        {
            if (i == offset && Aligned) line.Append('v');
            else line.Append(CultureInfo.InvariantCulture, $"{(i + shift) & 0xf:x}");
        }

        return line.ToString();
    }

    /// <summary>A line. <paramref name="left"/> bytes at its begin and <paramref name="right"/> at its end are blank.</summary>
    public string Line(ulong address, ReadOnlySpan<byte> bytes, int left, int right)
    {
        var line = new StringBuilder(address.ToString($"x{Math.Max(1, Digits)}", CultureInfo.InvariantCulture)).Append(": ");
        for (int i = 0; i < Width; i++)
        {
            Separate(line, i);
            int from = Turned ? Group * (i / Group + 1) - i % Group - 1 : i;
            if (i < left || Width - i <= right) line.Append("  ");
            else line.Append(CultureInfo.InvariantCulture, $"{bytes[from]:x2}");
        }

        if (!Characters) return line.ToString();
        line.Append("  ");
        for (int i = 0; i < Width; i++) line.Append(i < left || Width - i <= right ? ' ' : bytes[i] is >= 0x20 and <= 0x7e ? (char)bytes[i] : '.');
        return line.ToString();
    }

    private void Separate(StringBuilder line, int at)
    {
        if (at % Group == 0) line.Append(Group == 1 && at > 0 && at % 8 == 0 ? "  " : " ");
    }
}
