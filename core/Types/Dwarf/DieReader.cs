using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>A debugging information entry, found but not decoded.</summary>
/// <param name="Offset">In .debug_info.</param>
/// <param name="Attributes">Offset of its first attribute in .debug_info.</param>
/// <param name="Shape">Its abbreviation; a tag of 0 for the null entry that ends a list of children.</param>
internal readonly record struct Die(int Offset, int Attributes, Abbrev Shape)
{
    public int Tag => Shape.Tag;

    public bool IsNull => Shape.Tag == 0;
}

/// <summary>
/// Reads the entries of one unit. Offsets only grow, so no walk runs for ever: each entry takes at least a byte, and DW_AT_sibling is believed only
/// where it points forward within the unit.
/// </summary>
internal ref struct DieReader
{
    private readonly AbbrevTable _abbrevs;
    private SpanReader _reader;

    public DieReader(DwarfUnit unit) : this(unit, unit.Abbrevs)
    {
    }

    public DieReader(DwarfUnit unit, AbbrevTable abbrevs)
    {
        Unit = unit;
        _abbrevs = abbrevs;
        _reader = new SpanReader(unit.Data.Sections.Info.Span[..unit.End], unit.Data.BigEndian);
    }

    public DwarfUnit Unit { get; }

    /// <summary>The entry at an offset; false past the unit's end or where it has no abbreviation.</summary>
    public bool TryRead(int offset, out Die die)
    {
        die = default;
        if (offset < Unit.FirstDie || !_reader.TrySeek(offset) || !_reader.TryReadUleb128(out ulong code)) return false;
        var shape = default(Abbrev);
        if (code != 0 && !_abbrevs.TryGet(code, out shape)) return false;
        die = new Die(offset, _reader.Position, shape);
        return true;
    }

    /// <summary>An attribute; false where the entry has none or it is cut off.</summary>
    public bool TryGet(in Die die, int attribute, out AttributeValue value)
    {
        value = default;
        var list = _abbrevs.AttributesOf(die.Shape);
        for (int i = 0; i < list.Length; i++)
            if (list[i].Attribute == attribute) return TryReadAt(die, list, i, out value);
        return false;
    }

    /// <summary>Whether the entry has the attribute.</summary>
    public readonly bool Has(in Die die, int attribute)
    {
        foreach (ref readonly var a in _abbrevs.AttributesOf(die.Shape))
            if (a.Attribute == attribute) return true;
        return false;
    }

    /// <summary>A flag: present and not 0.</summary>
    public bool Flag(in Die die, int attribute) => TryGet(die, attribute, out var value) && value.Number != 0;

    /// <summary>A constant; null where there is none.</summary>
    public ulong? Constant(in Die die, int attribute) => TryGet(die, attribute, out var value) && value.IsConstant ? value.Number : null;

    /// <summary>A string; null where there is none.</summary>
    public string? Text(in Die die, int attribute) => TryGet(die, attribute, out var value) ? Unit.StringOf(value) : null;

    /// <summary>An entry's offset in .debug_info that an attribute refers to; null where there is none.</summary>
    public int? Reference(in Die die, int attribute) => TryGet(die, attribute, out var value) ? Unit.ReferenceOf(value) : null;

    /// <summary>Offset of what follows the entry's attributes: its first child, or the next entry. False where it is cut off.</summary>
    public bool TryFindEnd(in Die die, out int end)
    {
        end = die.Attributes;
        if (die.IsNull) return true;
        if (die.Shape.Size >= 0)
        {
            end += Math.Min(die.Shape.Size, _reader.Length - end);
            return end - die.Attributes == die.Shape.Size;
        }

        var list = _abbrevs.AttributesOf(die.Shape);
        int first = LastFixed(list);
        if (!_reader.TrySeek(die.Attributes + (long)list[first].Offset)) return false;
        for (int i = first; i < list.Length; i++)
            if (!DwForm.TrySkip(ref _reader, list[i].Form, Unit.Encoding)) return false;
        end = _reader.Position;
        return true;
    }

    /// <summary>Offset of the entry after this one and all that is in it; false where that is cut off.</summary>
    public bool TryFindNext(in Die die, out int next)
    {
        if (!die.Shape.HasChildren) return TryFindEnd(die, out next);
        if (TryFindSibling(die, out next)) return true;
        if (!TryFindEnd(die, out next)) return false;
        for (int depth = 1; depth > 0;)
        {
            if (!TryRead(next, out var inner)) return false;
            int step;
            if (inner.Shape.HasChildren && TryFindSibling(inner, out step))
            {
                next = step;
                continue;
            }

            if (!TryFindEnd(inner, out step)) return false;
            depth += inner.IsNull ? -1 : inner.Shape.HasChildren ? 1 : 0;
            next = step;
        }

        return true;
    }

    private bool TryFindSibling(in Die die, out int sibling)
    {
        sibling = 0;
        if (!TryGet(die, DwAt.Sibling, out var value) || Unit.ReferenceOf(value) is not { } offset || offset <= die.Attributes) return false;
        sibling = offset;
        return offset < Unit.End;
    }

    private bool TryReadAt(in Die die, ReadOnlySpan<AbbrevAttribute> list, int index, out AttributeValue value)
    {
        value = default;
        int from = index;
        while (list[from].Offset < 0) from--;
        if (!_reader.TrySeek(die.Attributes + (long)list[from].Offset)) return false;
        for (; from < index; from++)
            if (!DwForm.TrySkip(ref _reader, list[from].Form, Unit.Encoding)) return false;
        return DwForm.TryRead(ref _reader, list[index].Form, list[index].Implicit, Unit.Encoding, out value);
    }

    private static int LastFixed(ReadOnlySpan<AbbrevAttribute> list)
    {
        int last = list.Length - 1;
        while (list[last].Offset < 0) last--;
        return last;
    }
}
