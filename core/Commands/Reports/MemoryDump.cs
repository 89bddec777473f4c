using System.Globalization;
using System.Text;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>Memory in rows of sixteen bytes with their characters; absent bytes are <c>??</c>, and the reason follows.</summary>
public static class MemoryDump
{
    private const int Row = 16;

    /// <summary>The rows.</summary>
    public static IEnumerable<ReportLine> Lines(AddressSpace space, ulong address, ulong length, CancellationToken cancel = default)
    {
        var row = new RowBuilder(space.AddressBits);
        foreach (var segment in MemorySegment.Of(space, address, length, cancel))
        {
            if (segment.Bytes is { } bytes)
            {
                for (int i = 0; i < bytes.Length; i++)
                    if (row.Add(unchecked(segment.Address + (ulong)i), bytes[i]) is { } full) yield return new ReportLine(full);
                continue;
            }

            foreach (var line in AbsentLines(row, segment)) yield return line;
        }

        if (row.Flush() is { } last) yield return new ReportLine(last);
    }

    // The row that the hole starts in is completed; a row that is absent as a whole is shown once, however long the hole.
    private static IEnumerable<ReportLine> AbsentLines(RowBuilder row, MemorySegment hole)
    {
        ulong shown = Math.Min(hole.Length, Row - (hole.Address & (Row - 1)));
        for (ulong i = 0; i < shown; i++)
            if (row.Add(unchecked(hole.Address + i), null) is { } full) yield return new ReportLine(full);
        if (row.Flush() is { } rest) yield return new ReportLine(rest);
        string size = hole.Length == 1 ? "1 byte is" : string.Create(CultureInfo.InvariantCulture, $"{AddressText.Hex(hole.Length)} bytes are");
        yield return new ReportLine($"    from {AddressText.Hex(hole.Address)} {size} absent: {hole.Absent.Text}", LineStyle.Doubt);
    }

    private sealed class RowBuilder(int addressBits)
    {
        private readonly StringBuilder _hex = new();
        private readonly StringBuilder _text = new();
        private ulong _start;
        private int _count;

        /// <summary>Adds a byte (null for an absent one); the row's line when that was its last.</summary>
        public string? Add(ulong address, byte? value)
        {
            if (_count == 0) Begin(address);
            if (_count % 8 == 0) _hex.Append(' ');
            _hex.Append(value is { } b ? b.ToString("x2", CultureInfo.InvariantCulture) : "??").Append(' ');
            _text.Append(value is { } c ? c is >= 0x20 and < 0x7f ? (char)c : '.' : '?');
            return ++_count == Row ? Flush() : null;
        }

        /// <summary>The line of a row that is not full; null where there is none.</summary>
        public string? Flush()
        {
            if (_count == 0) return null;
            string width = addressBits > 32 ? "x16" : "x8";
            string line = $"0x{_start.ToString(width, CultureInfo.InvariantCulture)} {_hex.ToString(),-50} |{_text}|";
            _hex.Clear();
            _text.Clear();
            _count = 0;
            return line;
        }

        // A row starts at a multiple of sixteen; what comes before the range is blank.
        private void Begin(ulong address)
        {
            int lead = (int)(address & (Row - 1));
            _start = address - (ulong)lead;
            for (_count = 0; _count < lead; _count++)
            {
                _hex.Append(_count % 8 == 0 ? "    " : "   ");
                _text.Append(' ');
            }
        }
    }
}
