using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// From a pc to its unit: .debug_aranges (DWARF 5, section 6.1.2) where it lists the unit, else what the unit's root entry covers. Units that
/// .debug_aranges leaves out (assembly by some tools, other compilers) are looked at only when an address is in none of its ranges.
/// Addresses are the file's.
/// </summary>
internal sealed class AddressIndex
{
    // Ranges of sound files do not overlap; this many starts before a pc are looked at in those that do.
    private const int OverlapsTried = 64;

    private readonly DwarfData _data;
    private readonly HashSet<int> _listed = [];
    private readonly Lazy<Entry[]> _aranges;
    private readonly Lazy<Entry[]> _roots;

    public AddressIndex(DwarfData data)
    {
        _data = data;
        _aranges = new Lazy<Entry[]>(ReadAranges);
        _roots = new Lazy<Entry[]>(ReadRoots);
    }

    private readonly record struct Entry(ulong Start, ulong Length, DwarfUnit Unit);

    /// <summary>The unit that covers a pc, or null.</summary>
    public DwarfUnit? Find(ulong pc) => Find(_aranges.Value, pc) ?? Find(_roots.Value, pc);

    private static DwarfUnit? Find(Entry[] entries, ulong pc)
    {
        int low = 0;
        int high = entries.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (entries[middle].Start <= pc) low = middle + 1;
            else high = middle;
        }

        for (int i = low - 1; i >= Math.Max(0, low - OverlapsTried); i--)
            if (pc - entries[i].Start < entries[i].Length) return entries[i].Unit;
        return null;
    }

    private Entry[] ReadAranges()
    {
        var entries = new List<Entry>();
        var section = _data.Sections.Aranges.Span;
        var reader = new SpanReader(section, _data.BigEndian);
        while (!reader.AtEnd)
        {
            int start = reader.Position;
            if (!UnitHeaders.TryReadLength(ref reader, out ulong length, out int offsetSize) || length > (ulong)reader.Remaining)
            {
                _data.Warn("aranges", $"the set at 0x{start:x} of .debug_aranges is cut off; units that it should list are searched one by one.");
                break;
            }

            int end = reader.Position + (int)length;
            var set = new SpanReader(section[..end], _data.BigEndian);
            set.TrySeek(reader.Position);
            ReadSet(ref set, start, offsetSize, entries);
            reader.TrySeek(end);
        }

        return Sorted(entries);
    }

    /// <summary>A set: version 2, the unit's offset, sizes; padded to a multiple of a pair; pairs of address and length up to (0, 0).</summary>
    private void ReadSet(ref SpanReader set, int start, int offsetSize, List<Entry> entries)
    {
        if (!set.TryReadU16(out ushort version) || version != 2 || !set.TryReadUnsigned(offsetSize, out ulong unitOffset)) return;
        if (!set.TryReadU8(out byte addressSize) || !set.TryReadU8(out byte segmentSize) || addressSize is not (4 or 8) || segmentSize != 0) return;
        var unit = _data.UnitStartingAt(unitOffset);
        int pair = addressSize * 2;
        int header = set.Position - start;
        if (unit is null || !set.TrySkip((pair - header % pair) % pair)) return;
        while (set.TryReadUnsigned(addressSize, out ulong address) && set.TryReadUnsigned(addressSize, out ulong length))
        {
            if (address == 0 && length == 0) break;
            if (length > 0) entries.Add(new Entry(address, length, unit));
            _listed.Add(unit.Offset);
        }
    }

    private Entry[] ReadRoots()
    {
        var entries = new List<Entry>();
        foreach (var unit in _data.Units)
        {
            if (_listed.Contains(unit.Offset) || unit.TypeSignature is not null) continue;
            var dies = new DieReader(unit);
            var ranges = RangeList.Of(ref dies, unit.Root.Die);
            while (ranges.TryRead(out ulong low, out ulong high)) entries.Add(new Entry(low, high - low, unit));
        }

        return Sorted(entries);
    }

    private static Entry[] Sorted(List<Entry> entries)
    {
        entries.Sort((a, b) => a.Start.CompareTo(b.Start));
        return [.. entries];
    }
}
