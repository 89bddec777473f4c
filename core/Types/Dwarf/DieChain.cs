using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// Attributes that an entry may leave to another: an inlined call to its function (DW_AT_abstract_origin), a definition to its declaration
/// (DW_AT_specification). A chain may cross units; one that does not end gives nothing.
/// </summary>
internal static class DieChain
{
    /// <summary>An attribute of the entry or of those it refers to, with the unit that its value is of.</summary>
    public static bool TryGet(DwarfUnit unit, int offset, int attribute, out AttributeValue value, out DwarfUnit owner)
    {
        owner = unit;
        value = default;
        for (int steps = 0; steps < DumpLimits.Nesting; steps++)
        {
            var dies = new DieReader(owner);
            if (!dies.TryRead(offset, out var die) || die.IsNull) return false;
            if (dies.TryGet(die, attribute, out value)) return true;
            if (OriginOf(ref dies, die) is not { } origin || owner.Data.FindUnit((ulong)origin) is not { } next) return false;
            (offset, owner) = (origin, next);
        }

        return false;
    }

    /// <summary>The entry that this one refers to, or null.</summary>
    public static int? OriginOf(ref DieReader dies, in Die die) => dies.Reference(die, DwAt.AbstractOrigin) ?? dies.Reference(die, DwAt.Specification);

    /// <summary>The last entry of the chain that starts here (perhaps itself): what two entries for one thing have in common.</summary>
    public static int RootOf(DwarfUnit unit, int offset)
    {
        for (int steps = 0; steps < DumpLimits.Nesting; steps++)
        {
            var dies = new DieReader(unit);
            if (!dies.TryRead(offset, out var die) || die.IsNull || OriginOf(ref dies, die) is not { } origin) break;
            if (unit.Data.FindUnit((ulong)origin) is not { } next) break;
            (offset, unit) = (origin, next);
        }

        return offset;
    }

    /// <summary>The name, by the chain; the linkage name where there is no other.</summary>
    public static string? NameOf(DwarfUnit unit, int offset) =>
        TryGet(unit, offset, DwAt.Name, out var name, out var owner) || TryGet(unit, offset, DwAt.LinkageName, out name, out owner) ? owner.StringOf(name) : null;
}
