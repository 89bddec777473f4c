using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>Dimensions of an array: DW_TAG_subrange_type children, outermost first (DWARF 5, section 5.5).</summary>
internal static class ArrayReader
{
    public static CType Read(ref DieReader dies, in Die array, Func<CType> element)
    {
        var counts = new List<ulong?>();
        if (array.Shape.HasChildren && dies.TryFindEnd(array, out int next))
        {
            while (dies.TryRead(next, out var die) && !die.IsNull && counts.Count < DumpLimits.Nesting)
            {
                if (die.Tag == DwTag.SubrangeType) counts.Add(CountOf(ref dies, die));
                if (!dies.TryFindNext(die, out next)) break;
            }
        }

        if (counts.Count == 0) counts.Add(null);
        for (int i = counts.Count - 1; i > 0; i--)
        {
            var inner = new ArrayType(element, counts[i]);
            element = () => inner;
        }

        return new ArrayType(element, counts[0]);
    }

    /// <summary>
    /// Elements of a dimension; null where it has no bound, or one that only the running program knew (an expression, a variable). An upper bound below
    /// the lower one, as gcc writes it for <c>[0]</c>, is none at all.
    /// </summary>
    private static ulong? CountOf(ref DieReader dies, in Die subrange)
    {
        if (dies.Constant(subrange, DwAt.Count) is { } count) return count;
        if (dies.Constant(subrange, DwAt.UpperBound) is not { } upper) return null;
        ulong lower = dies.Constant(subrange, DwAt.LowerBound) ?? 0;
        long difference = unchecked((long)(upper - lower));
        return difference < 0 ? 0 : (ulong)difference + 1;
    }
}
