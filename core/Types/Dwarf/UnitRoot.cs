namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>What a unit's root entry says of the whole unit.</summary>
internal sealed class UnitRoot
{
    private UnitRoot()
    {
    }

    /// <summary>The source file's name as the compiler was given it, or null.</summary>
    public string? Name { get; private init; }

    /// <summary>The folder that the compiler ran in, or null.</summary>
    public string? CompDir { get; private init; }

    /// <summary>Offset of its line program in .debug_line, or null.</summary>
    public ulong? LineOffset { get; private init; }

    /// <summary>What range and location lists count from until they say otherwise (of the file), or null.</summary>
    public ulong? LowPc { get; private init; }

    public ulong StrOffsetsBase { get; private init; }

    public ulong AddrBase { get; private init; }

    public ulong RnglistsBase { get; private init; }

    public ulong LoclistsBase { get; private init; }

    /// <summary>The entry itself; a null entry where it cannot be read.</summary>
    public Die Die { get; private init; }

    public static UnitRoot Read(DwarfUnit unit)
    {
        var dies = new DieReader(unit);
        if (!dies.TryRead(unit.FirstDie, out var die) || die.IsNull)
        {
            unit.Data.Warn("unit", $"the first entry of the unit at 0x{unit.Offset:x} of .debug_info cannot be read.");
            return new UnitRoot();
        }

        // Without the attribute, a table starts after the header of a section that has only one (DWARF 5, sections 7.26 and 7.27).
        ulong header = unit.Encoding.Version < 5 ? 0UL : unit.Encoding.OffsetSize == 4 ? 8UL : 16;
        ulong strOffsets = Number(ref dies, die, DwAt.StrOffsetsBase) ?? header;
        ulong addrBase = Number(ref dies, die, DwAt.AddrBase) ?? header;
        ulong? lowPc = null;
        if (dies.TryGet(die, DwAt.LowPc, out var low))
        {
            lowPc = low.Form == DwForm.Addr ? low.Number
                : low.IsAddress ? unit.NumberAt(unit.Data.Sections.Addr, addrBase, low.Number, unit.Encoding.AddressSize) : null;
        }

        return new UnitRoot
        {
            Die = die,
            Name = dies.TryGet(die, DwAt.Name, out var name) ? unit.StringOf(name, strOffsets) : null,
            CompDir = dies.TryGet(die, DwAt.CompDir, out var folder) ? unit.StringOf(folder, strOffsets) : null,
            LineOffset = Number(ref dies, die, DwAt.StmtList),
            LowPc = lowPc,
            StrOffsetsBase = strOffsets,
            AddrBase = addrBase,
            RnglistsBase = Number(ref dies, die, DwAt.RnglistsBase) ?? 0,
            LoclistsBase = Number(ref dies, die, DwAt.LoclistsBase) ?? 0,
        };
    }

    private static ulong? Number(ref DieReader dies, in Die die, int attribute) => dies.TryGet(die, attribute, out var value) ? value.Number : null;
}
