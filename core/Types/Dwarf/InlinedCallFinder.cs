using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>A call that the compiler has put into its caller (DW_TAG_inlined_subroutine).</summary>
/// <param name="CallSite">Where it is called from.</param>
/// <param name="Code">What of the caller's code it is.</param>
public sealed record DwarfInlinedCall(SourceLine CallSite, IReadOnlyList<AddressRange> Code);

/// <summary>All calls that were inlined into a function, of every depth, in one pass over its entries.</summary>
internal static class InlinedCallFinder
{
    /// <summary>The calls of a function, given by its entry's offset. Those that say nothing of their place in the source are left out.</summary>
    public static IEnumerable<DwarfInlinedCall> Find(DwarfUnit unit, int function)
    {
        int end = EndOf(unit, function);
        int left = DumpLimits.DwarfListEntries;
        for (int next = function; next < end;)
        {
            if (!TryStep(unit, ref next, ref left, out var call)) yield break;
            if (call is not null) yield return call;
        }
    }

    private static int EndOf(DwarfUnit unit, int function)
    {
        var dies = new DieReader(unit);
        return dies.TryRead(function, out var die) && dies.TryFindNext(die, out int end) ? end : unit.End;
    }

    private static bool TryStep(DwarfUnit unit, ref int next, ref int left, out DwarfInlinedCall? call)
    {
        call = null;
        var dies = new DieReader(unit);
        if (!dies.TryRead(next, out var die)) return false;
        if (die.Tag == DwTag.InlinedSubroutine && CallSiteOf(ref dies, die) is { } site)
        {
            var code = new List<AddressRange>();
            var ranges = RangeList.Of(ref dies, die);
            while (left > 0 && ranges.TryRead(out ulong low, out ulong high))
            {
                code.Add(new AddressRange(new VirtualAddress(unit.ToProgram(low)), high - low));
                left--;
            }

            call = new DwarfInlinedCall(site, code);
        }

        return dies.TryFindEnd(die, out next);
    }

    /// <summary>DW_AT_call_file, DW_AT_call_line, DW_AT_call_column; null where the file is not known.</summary>
    public static SourceLine? CallSiteOf(ref DieReader dies, in Die call)
    {
        if (dies.Constant(call, DwAt.CallFile) is not { } file || dies.Unit.Lines.Header?.PathOf(file) is not { } path) return null;
        ulong line = dies.Constant(call, DwAt.CallLine) ?? 0;
        ulong column = dies.Constant(call, DwAt.CallColumn) ?? 0;
        return new SourceLine(path, line <= int.MaxValue ? (int)line : 0, column <= int.MaxValue ? (int)column : 0);
    }
}
