using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// The functions of one unit by the code they cover: one pass over its entries, made when a function is first asked for, serves every pc. Functions stand at the
/// top of a unit as in C; those nested deeper (C++ and Ada) are looked for where none at the top covers a pc. Addresses are the file's.
/// </summary>
internal sealed class FunctionIndex
{
    private readonly Lazy<Entry[]> _top;
    private readonly Lazy<Entry[]> _nested;

    public FunctionIndex(DwarfUnit unit)
    {
        _top = new Lazy<Entry[]>(() => Read(unit, everywhere: false));
        _nested = new Lazy<Entry[]>(() => Read(unit, everywhere: true));
    }

    /// <param name="Low">First address.</param>
    /// <param name="High">Address after the last.</param>
    /// <param name="Reach">The greatest <paramref name="High"/> of this entry and all before it: where it is not above a pc, nothing before covers that.</param>
    /// <param name="Die">The function's entry in .debug_info.</param>
    private readonly record struct Entry(ulong Low, ulong High, ulong Reach, int Die);

    /// <summary>The offset of the function that covers a pc, or null. Of several the first in the unit.</summary>
    public int? Find(ulong pc) => Find(_top.Value, pc) ?? Find(_nested.Value, pc);

    private static int? Find(Entry[] entries, ulong pc)
    {
        int low = 0;
        int high = entries.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (entries[middle].Low <= pc) low = middle + 1;
            else high = middle;
        }

        int? found = null;
        for (int i = low - 1; i >= 0 && entries[i].Reach > pc; i--)
            if (entries[i].High > pc && (found is null || entries[i].Die < found)) found = entries[i].Die;
        return found;
    }

    private static Entry[] Read(DwarfUnit unit, bool everywhere)
    {
        var entries = new List<Entry>();
        var dies = new DieReader(unit);
        if (!dies.TryRead(unit.FirstDie, out var root) || !dies.TryFindEnd(root, out int next)) return [];
        while (next < unit.End)
        {
            if (!dies.TryRead(next, out var die))
            {
                Broken(unit, next);
                break;
            }

            if (die.IsNull && !everywhere) break;
            if (die.Tag == DwTag.Subprogram) AddRanges(ref dies, die, entries);
            if (everywhere ? dies.TryFindEnd(die, out next) : dies.TryFindNext(die, out next)) continue;
            Broken(unit, die.Offset);
            break;
        }

        return Sorted(entries);
    }

    private static void AddRanges(ref DieReader dies, in Die function, List<Entry> entries)
    {
        if (!dies.Has(function, DwAt.LowPc) && !dies.Has(function, DwAt.Ranges)) return;
        var ranges = RangeList.Of(ref dies, function);
        while (entries.Count < DumpLimits.DwarfFunctionRanges && ranges.TryRead(out ulong low, out ulong high)) entries.Add(new Entry(low, high, 0, function.Offset));
    }

    private static Entry[] Sorted(List<Entry> entries)
    {
        entries.Sort((a, b) => a.Low.CompareTo(b.Low));
        Entry[] sorted = [.. entries];
        ulong reach = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            reach = Math.Max(reach, sorted[i].High);
            sorted[i] = sorted[i] with { Reach = reach };
        }

        return sorted;
    }

    private static void Broken(DwarfUnit unit, int at) =>
        unit.Data.Warn("die", $"the entries of the unit at 0x{unit.Offset:x} of .debug_info break off at 0x{at:x}; functions after it are not found.");
}
