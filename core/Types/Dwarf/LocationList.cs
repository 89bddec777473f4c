using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// The expression that says where something is at one pc: DW_AT_location and its kin, which hold one, or name a list in .debug_loc (DWARF 4,
/// section 2.6.2) or .debug_loclists (DWARF 5, section 7.7.3).
/// </summary>
internal static class LocationList
{
    private const byte EndOfList = 0x00;
    private const byte BaseAddressx = 0x01;
    private const byte StartxEndx = 0x02;
    private const byte StartxLength = 0x03;
    private const byte OffsetPair = 0x04;
    private const byte DefaultLocation = 0x05;
    private const byte BaseAddress = 0x06;
    private const byte StartEnd = 0x07;
    private const byte StartLength = 0x08;

    // GNU's, of gcc -gvariable-location-views=incompat5 (include/dwarf2.h of binutils): two numbers that no debugger needs here.
    private const byte ViewPair = 0x09;

    /// <summary>The expression at a pc (of the file), or null where none holds there.</summary>
    public static ReadOnlyMemory<byte>? Find(DwarfUnit unit, AttributeValue value, ulong pc)
    {
        if (value.IsBlock)
        {
            var block = unit.BlockOf(value);
            return block.IsEmpty ? null : block;
        }

        bool isV5 = unit.Encoding.Version >= 5;
        var section = isV5 ? unit.Data.Sections.LocLists : unit.Data.Sections.Loc;
        ulong? offset = value.Form is DwForm.SecOffset or DwForm.Data4 or DwForm.Data8 ? value.Number : null;
        if (value.Form == DwForm.Loclistx)
        {
            ulong start = unit.Root.LoclistsBase;
            offset = unit.NumberAt(section, start, value.Number, unit.Encoding.OffsetSize) is { } relative ? unchecked(start + relative) : null;
        }

        if (offset is not { } at || at > (ulong)section.Length) return null;
        return isV5 ? FindV5(unit, section, (int)at, pc) : FindV4(unit, section, (int)at, pc);
    }

    private static ReadOnlyMemory<byte>? FindV4(DwarfUnit unit, ReadOnlyMemory<byte> section, int offset, ulong pc)
    {
        var reader = new SpanReader(section.Span, unit.Data.BigEndian);
        reader.TrySeek(offset);
        int size = unit.Encoding.AddressSize;
        ulong start = unit.Root.LowPc ?? 0;
        for (int i = 0; i < DumpLimits.DwarfListEntries; i++)
        {
            if (!reader.TryReadUnsigned(size, out ulong low) || !reader.TryReadUnsigned(size, out ulong high) || (low == 0 && high == 0)) return null;
            if (low == (size == 4 ? uint.MaxValue : ulong.MaxValue))
            {
                start = high;
                continue;
            }

            if (!reader.TryReadU16(out ushort length) || length > reader.Remaining) return null;
            if (unchecked(pc - (start + low) < high - low) && high > low) return section.Slice(reader.Position, length);
            reader.TrySkip(length);
        }

        return null;
    }

    private static ReadOnlyMemory<byte>? FindV5(DwarfUnit unit, ReadOnlyMemory<byte> section, int offset, ulong pc)
    {
        var reader = new SpanReader(section.Span, unit.Data.BigEndian);
        reader.TrySeek(offset);
        ulong start = unit.Root.LowPc ?? 0;
        ReadOnlyMemory<byte>? fallback = null;
        for (int i = 0; i < DumpLimits.DwarfListEntries; i++)
        {
            if (!reader.TryReadU8(out byte kind) || kind == EndOfList) return fallback;
            if (!TryReadBounds(unit, ref reader, kind, ref start, out ulong low, out ulong high)) return fallback;
            if (kind is BaseAddressx or BaseAddress or ViewPair) continue;
            if (!reader.TryReadUleb128(out ulong length) || length > (ulong)reader.Remaining) return fallback;
            var expression = section.Slice(reader.Position, (int)length);
            if (kind == DefaultLocation) fallback = expression;
            else if (high > low && unchecked(pc - low < high - low)) return expression;
            reader.TrySkip((long)length);
        }

        return fallback;
    }

    private static bool TryReadBounds(DwarfUnit unit, ref SpanReader reader, byte kind, ref ulong start, out ulong low, out ulong high)
    {
        low = high = 0;
        int size = unit.Encoding.AddressSize;
        switch (kind)
        {
            case DefaultLocation: return true;
            case ViewPair: return reader.TryReadUleb128(out _) && reader.TryReadUleb128(out _);
            case BaseAddressx: return TryReadIndexed(unit, ref reader, out start);
            case BaseAddress: return reader.TryReadUnsigned(size, out start);
            case StartxEndx: return TryReadIndexed(unit, ref reader, out low) && TryReadIndexed(unit, ref reader, out high);
            case StartEnd: return reader.TryReadUnsigned(size, out low) && reader.TryReadUnsigned(size, out high);
            case OffsetPair:
                bool both = reader.TryReadUleb128(out low) & reader.TryReadUleb128(out high);
                (low, high) = unchecked((low + start, high + start));
                return both;
            case StartxLength or StartLength:
                if (!(kind == StartxLength ? TryReadIndexed(unit, ref reader, out low) : reader.TryReadUnsigned(size, out low))) return false;
                bool ok = reader.TryReadUleb128(out ulong length);
                high = unchecked(low + length);
                return ok;
            default: return false;
        }
    }

    private static bool TryReadIndexed(DwarfUnit unit, ref SpanReader reader, out ulong address)
    {
        ulong? found = reader.TryReadUleb128(out ulong index) ? unit.AddressAt(index) : null;
        address = found ?? 0;
        return found is not null;
    }
}
