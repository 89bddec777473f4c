using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// Hops over .debug_info from unit header to unit header (DWARF 5, section 7.5.1). Versions 2 to 4: length, version, abbreviations' offset,
/// address size; version 5: length, version, kind, address size, abbreviations' offset, then 8 bytes more (and an offset) for some kinds.
/// </summary>
internal static class UnitHeaders
{
    public static DwarfUnit[] Read(DwarfData data)
    {
        var units = new List<DwarfUnit>();
        var info = data.Sections.Info.Span;
        var reader = new SpanReader(info, data.BigEndian);
        while (!reader.AtEnd)
        {
            int start = reader.Position;
            if (!TryReadLength(ref reader, out ulong length, out int offsetSize))
            {
                data.Warn("unit", $"the unit header at 0x{start:x} of .debug_info is broken; it and what follows are left out.");
                break;
            }

            bool cut = length > (ulong)reader.Remaining;
            int end = cut ? info.Length : reader.Position + (int)length;
            if (cut) data.Warn("unit", $"the unit at 0x{start:x} of .debug_info claims {length} bytes and has {info.Length - reader.Position}.");
            var unitReader = new SpanReader(info[..end], data.BigEndian);
            unitReader.TrySeek(reader.Position);
            if (TryReadHeader(data, ref unitReader, start, offsetSize, out var unit)) units.Add(unit!);
            else data.Warn("unit", $"the unit at 0x{start:x} of .debug_info has a header that is not DWARF 2 to 5; it is left out.");
            reader.TrySeek(end);
        }

        return [.. units];
    }

    /// <summary>A length as every section of DWARF starts with (section 7.4): 4 bytes, or 0xffffffff and 8 bytes for the 64-bit form.</summary>
    public static bool TryReadLength(ref SpanReader reader, out ulong length, out int offsetSize)
    {
        length = 0;
        offsetSize = 4;
        if (!reader.TryReadU32(out uint shortLength)) return false;
        length = shortLength;
        if (shortLength < 0xfffffff0) return true;
        offsetSize = 8;
        return shortLength == 0xffffffff && reader.TryReadU64(out length);
    }

    private static bool TryReadHeader(DwarfData data, ref SpanReader reader, int start, int offsetSize, out DwarfUnit? unit)
    {
        unit = null;
        byte kind = 1;
        byte addressSize = 0;
        if (!reader.TryReadU16(out ushort version) || version is < 2 or > 5) return false;
        if (version >= 5 && !(reader.TryReadU8(out kind) && reader.TryReadU8(out addressSize))) return false;
        if (!reader.TryReadUnsigned(offsetSize, out ulong abbrevs)) return false;
        if (version < 5 && !reader.TryReadU8(out addressSize)) return false;
        if (addressSize is not (4 or 8)) return false;
        ulong signature = 0;
        ulong typeOffset = 0;
        bool isType = kind is DwUt.Type or DwUt.SplitType && version >= 5;
        bool hasId = isType || (kind is DwUt.Skeleton or DwUt.SplitCompile && version >= 5);
        if (hasId && !reader.TryReadU64(out signature)) return false;
        if (isType && !reader.TryReadUnsigned(offsetSize, out typeOffset)) return false;
        unit = new DwarfUnit(data, start, reader.Position, reader.Length, new UnitEncoding(version, addressSize, offsetSize), abbrevs)
        {
            TypeSignature = isType ? signature : null,
            TypeOffset = typeOffset,
        };
        return true;
    }
}
