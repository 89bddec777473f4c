using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// The code that an entry covers: DW_AT_low_pc with DW_AT_high_pc, or DW_AT_ranges, a list in .debug_ranges (DWARF 4, section 2.17.3) or
/// .debug_rnglists (DWARF 5, section 7.25). Addresses are the file's. Use: <c>while (list.TryRead(out low, out high))</c>.
/// </summary>
internal ref struct RangeList
{
    private const byte EndOfList = 0x00;
    private const byte BaseAddressx = 0x01;
    private const byte StartxEndx = 0x02;
    private const byte StartxLength = 0x03;
    private const byte OffsetPair = 0x04;
    private const byte BaseAddress = 0x05;
    private const byte StartEnd = 0x06;
    private const byte StartLength = 0x07;

    private readonly DwarfUnit _unit;
    private readonly bool _isV5;
    private SpanReader _reader;
    private ulong _base;
    private int _left;
    private (ulong Low, ulong High)? _single;

    private RangeList(DwarfUnit unit, ReadOnlySpan<byte> section, bool isV5)
    {
        _unit = unit;
        _isV5 = isV5;
        _reader = new SpanReader(section, unit.Data.BigEndian);
        _base = unit.Root.LowPc ?? 0;
        _left = DumpLimits.DwarfListEntries;
    }

    /// <summary>What an entry covers; nothing where it does not say.</summary>
    public static RangeList Of(ref DieReader dies, in Die die)
    {
        var unit = dies.Unit;
        if (dies.TryGet(die, DwAt.Ranges, out var ranges)) return OfAttribute(unit, ranges);
        var list = new RangeList(unit, default, isV5: false);
        if (!dies.TryGet(die, DwAt.LowPc, out var lowValue) || unit.AddressOf(lowValue) is not { } low) return list;
        if (!dies.TryGet(die, DwAt.HighPc, out var highValue)) return list;
        ulong? high = highValue.IsAddress ? unit.AddressOf(highValue) : unchecked(low + highValue.Number);
        if (high is { } end) list._single = (low, end);
        return list;
    }

    /// <summary>Whether an entry covers a pc (of the file).</summary>
    public static bool Covers(ref DieReader dies, in Die die, ulong pc)
    {
        if (!dies.Has(die, DwAt.LowPc) && !dies.Has(die, DwAt.Ranges)) return false;
        var list = Of(ref dies, die);
        while (list.TryRead(out ulong low, out ulong high))
            if (unchecked(pc - low < high - low)) return true;
        return false;
    }

    /// <summary>The next range, half open and not empty; false at the end, and where the list is broken.</summary>
    public bool TryRead(out ulong low, out ulong high)
    {
        if (_single is { } single)
        {
            (low, high) = single;
            _single = null;
            return high > low;
        }

        low = high = 0;
        while (_left-- > 0)
        {
            bool more = _isV5 ? TryReadV5(out low, out high) : TryReadV4(out low, out high);
            if (!more) return false;
            if (high > low) return true;
        }

        return false;
    }

    private static RangeList OfAttribute(DwarfUnit unit, AttributeValue ranges)
    {
        bool isV5 = unit.Encoding.Version >= 5;
        var section = isV5 ? unit.Data.Sections.RngLists : unit.Data.Sections.Ranges;
        ulong? offset = ranges.Number;
        if (ranges.Form == DwForm.Rnglistx)
        {
            ulong start = unit.Root.RnglistsBase;
            offset = unit.NumberAt(section, start, ranges.Number, unit.Encoding.OffsetSize) is { } relative ? unchecked(start + relative) : null;
        }

        var list = new RangeList(unit, section.Span, isV5);
        if (offset is not { } at || at > int.MaxValue || !list._reader.TrySeek((long)at)) list._left = 0;
        return list;
    }

    private bool TryReadV4(out ulong low, out ulong high)
    {
        int size = _unit.Encoding.AddressSize;
        high = 0;
        if (!_reader.TryReadUnsigned(size, out low) || !_reader.TryReadUnsigned(size, out high) || (low == 0 && high == 0)) return false;
        if (low == (size == 4 ? uint.MaxValue : ulong.MaxValue))
        {
            _base = high;
            low = high = 0;
            return true;
        }

        (low, high) = unchecked((low + _base, high + _base));
        return true;
    }

    private bool TryReadV5(out ulong low, out ulong high)
    {
        low = high = 0;
        int size = _unit.Encoding.AddressSize;
        if (!_reader.TryReadU8(out byte kind) || kind == EndOfList) return false;
        switch (kind)
        {
            case BaseAddressx: return TryReadIndexed(out _base);
            case BaseAddress: return _reader.TryReadUnsigned(size, out _base);
            case StartxEndx: return TryReadIndexed(out low) && TryReadIndexed(out high);
            case StartEnd: return _reader.TryReadUnsigned(size, out low) && _reader.TryReadUnsigned(size, out high);
            case OffsetPair:
                bool both = _reader.TryReadUleb128(out low) & _reader.TryReadUleb128(out high);
                (low, high) = unchecked((low + _base, high + _base));
                return both;
            case StartxLength or StartLength:
                if (!(kind == StartxLength ? TryReadIndexed(out low) : _reader.TryReadUnsigned(size, out low))) return false;
                bool ok = _reader.TryReadUleb128(out ulong length);
                high = unchecked(low + length);
                return ok;
            default: return false;
        }
    }

    private bool TryReadIndexed(out ulong address)
    {
        ulong? found = _reader.TryReadUleb128(out ulong index) ? _unit.AddressAt(index) : null;
        address = found ?? 0;
        return found is not null;
    }
}
