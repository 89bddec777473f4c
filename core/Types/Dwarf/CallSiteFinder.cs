using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>A call as the compiler describes it: what it passed, in terms of what the caller still knows when the call returns.</summary>
/// <param name="Target">The expression for the address that is called; empty where the description has none (a direct call).</param>
/// <param name="Parameters">What was passed.</param>
/// <param name="Unit">The unit that the expressions belong to.</param>
public sealed record DwarfCallSite(ReadOnlyMemory<byte> Target, IReadOnlyList<DwarfCallParameter> Parameters, DwarfUnitInfo Unit);

/// <summary>A parameter of a call.</summary>
/// <param name="Place">Where the callee finds it when it is entered: an expression such as DW_OP_reg5.</param>
/// <param name="Value">The expression for its value, to be evaluated in the caller.</param>
public readonly record struct DwarfCallParameter(ReadOnlyMemory<byte> Place, ReadOnlyMemory<byte> Value);

/// <summary>Finds DW_TAG_call_site entries (DWARF 5, section 3.4) and GNU's of DWARF 4, by the address that the call returns to.</summary>
internal static class CallSiteFinder
{
    /// <summary>The call in a function that returns to an address; null where it is not described. The address is the file's.</summary>
    public static DwarfCallSite? Find(DwarfUnit unit, in Die function, ulong returnAddress, TypeReader types)
    {
        var dies = new DieReader(unit);
        if (!dies.TryFindEnd(function, out int next) || !dies.TryFindNext(function, out int end)) return null;
        while (next < end && dies.TryRead(next, out var die))
        {
            if (ReturnOf(ref dies, die) == returnAddress) return Read(ref dies, die, types);
            if (!dies.TryFindEnd(die, out next)) return null;
        }

        return null;
    }

    private static ulong? ReturnOf(ref DieReader dies, in Die die)
    {
        int attribute = die.Tag == DwTag.CallSite ? DwAt.CallReturnPc : DwAt.LowPc;
        return die.Tag is DwTag.CallSite or DwTag.GnuCallSite && dies.TryGet(die, attribute, out var value) ? dies.Unit.AddressOf(value) : null;
    }

    private static DwarfCallSite Read(ref DieReader dies, in Die call, TypeReader types)
    {
        var parameters = new List<DwarfCallParameter>();
        bool more = dies.TryFindEnd(call, out int next) && call.Shape.HasChildren;
        while (more && dies.TryRead(next, out var die) && !die.IsNull)
        {
            if (die.Tag is DwTag.CallSiteParameter or DwTag.GnuCallSiteParameter)
                parameters.Add(new DwarfCallParameter(Block(ref dies, die, DwAt.Location), Block(ref dies, die, DwAt.CallValue, DwAt.GnuCallSiteValue)));
            more = dies.TryFindNext(die, out next) && parameters.Count < DumpLimits.DwarfAttributes;
        }

        return new DwarfCallSite(Block(ref dies, call, DwAt.CallTarget, DwAt.GnuCallSiteTarget), parameters, dies.Unit.InfoFor(types));
    }

    private static ReadOnlyMemory<byte> Block(ref DieReader dies, in Die die, int attribute, int older = 0) =>
        dies.TryGet(die, attribute, out var value) || (older != 0 && dies.TryGet(die, older, out value)) ? dies.Unit.BlockOf(value) : default;
}
