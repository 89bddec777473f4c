using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>What is inside a type: members, enumeration constants, parameters.</summary>
internal sealed class MemberReader(TypeReader types)
{
    /// <summary>Members of the struct or union at an offset.</summary>
    public IReadOnlyList<MemberInfo> Members(DwarfUnit unit, int offset)
    {
        var list = new List<MemberInfo>();
        var dies = new DieReader(unit);
        if (!TryFindFirst(ref dies, offset, out int next)) return list;
        while (dies.TryRead(next, out var die) && !die.IsNull && list.Count < DumpLimits.Members)
        {
            bool isBase = die.Tag == DwTag.Inheritance;
            bool isStatic = dies.Flag(die, DwAt.External) || dies.Flag(die, DwAt.Declaration);
            if (isBase || (die.Tag == DwTag.Member && !isStatic)) list.Add(Member(ref dies, die));
            if (!dies.TryFindNext(die, out next)) break;
        }

        return list;
    }

    /// <summary>Constants of the enumeration at an offset.</summary>
    public static IReadOnlyList<Enumerator> Enumerators(DwarfUnit unit, int offset)
    {
        var list = new List<Enumerator>();
        var dies = new DieReader(unit);
        if (!TryFindFirst(ref dies, offset, out int next)) return list;
        while (dies.TryRead(next, out var die) && !die.IsNull && list.Count < DumpLimits.Members)
        {
            if (die.Tag == DwTag.Enumerator && dies.TryGet(die, DwAt.ConstValue, out var value) && value.IsConstant)
                list.Add(new Enumerator(dies.Text(die, DwAt.Name) ?? "", value.Signed));
            if (!dies.TryFindNext(die, out next)) break;
        }

        return list;
    }

    /// <summary>Parameters of the function or function type at an offset.</summary>
    public IReadOnlyList<CType> Parameters(DwarfUnit unit, int offset)
    {
        var list = new List<CType>();
        var dies = new DieReader(unit);
        if (!TryFindFirst(ref dies, offset, out int next)) return list;
        while (dies.TryRead(next, out var die) && !die.IsNull && list.Count < DumpLimits.Members)
        {
            if (die.Tag == DwTag.FormalParameter) list.Add(types.TypeOf(unit, die.Offset));
            if (!dies.TryFindNext(die, out next)) break;
        }

        return list;
    }

    /// <summary>Whether the function or function type at an offset ends in <c>...</c>.</summary>
    public static bool IsVariadic(DwarfUnit unit, int offset)
    {
        var dies = new DieReader(unit);
        if (!TryFindFirst(ref dies, offset, out int next)) return false;
        while (dies.TryRead(next, out var die) && !die.IsNull)
        {
            if (die.Tag == DwTag.UnspecifiedParameters) return true;
            if (!dies.TryFindNext(die, out next)) break;
        }

        return false;
    }

    private static bool TryFindFirst(ref DieReader dies, int offset, out int first)
    {
        first = 0;
        return dies.TryRead(offset, out var die) && die.Shape.HasChildren && dies.TryFindEnd(die, out first);
    }

    private MemberInfo Member(ref DieReader dies, in Die die)
    {
        var type = types.TypeOf(dies.Unit, die.Offset);
        string? name = dies.Text(die, DwAt.Name);
        ulong? bits = dies.Constant(die, DwAt.BitSize);
        ulong bytes = ByteOffset(ref dies, die);
        if (bytes > long.MaxValue / 8 || bits > 64) return new MemberInfo(name, new BrokenType($"a member at {bytes} of {bits} bits"), 0);
        ulong start = bytes * 8;
        if (bits is null) return new MemberInfo(name, type, start);
        if (dies.Constant(die, DwAt.DataBitOffset) is { } fromStart)
            return new MemberInfo(name, type, unchecked(start + fromStart), (int)bits);
        ulong unit = Math.Min(dies.Constant(die, DwAt.ByteSize) ?? type.Size, 16) * 8;
        ulong fromTop = dies.Constant(die, DwAt.BitOffset) ?? 0;

        // DWARF 2 and 3 count a bit field from the top of the integer that holds it (DWARF 3, section 5.6.6).
        return new MemberInfo(name, type, unchecked(start + (dies.Unit.Data.BigEndian ? fromTop : unit - fromTop - bits.Value)), (int)bits);
    }

    /// <summary>DW_AT_data_member_location: a number, or an expression that starts from the aggregate's address.</summary>
    private static ulong ByteOffset(ref DieReader dies, in Die die)
    {
        if (!dies.TryGet(die, DwAt.DataMemberLocation, out var value)) return 0;
        if (!value.IsBlock) return value.Number;
        var context = new ExpressionContext { AddressSize = dies.Unit.Encoding.AddressSize, Initial = 0 };
        bool ok = DwarfExpression.TryEvaluateNumber(dies.Unit.BlockOf(value), null, context, out ulong offset, out _);
        return ok ? offset : ulong.MaxValue;
    }
}
