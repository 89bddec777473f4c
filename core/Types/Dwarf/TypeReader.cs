using System.Collections.Concurrent;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>Turns type entries into <see cref="CType"/>s: each once, and no further than its own attributes until somebody looks.</summary>
internal sealed class TypeReader(DwarfData data, NameIndex names)
{
    private readonly ConcurrentDictionary<int, CType> _types = new();

    /// <summary>The type at an offset of .debug_info; a <see cref="BrokenType"/> where there is none.</summary>
    public CType TypeAt(int offset) => _types.TryGetValue(offset, out var known) ? known : _types.GetOrAdd(offset, Create);

    /// <summary>The type that an entry's DW_AT_type names, by its chain of origins; void where it has none.</summary>
    public CType TypeOf(DwarfUnit unit, int offset)
    {
        if (!DieChain.TryGet(unit, offset, DwAt.Type, out var value, out var owner)) return VoidType.Instance;
        return owner.ReferenceOf(value) is { } target ? TypeAt(target) : new BrokenType($"reference 0x{value.Number:x} in the unit at 0x{owner.Offset:x} leads nowhere");
    }

    private CType Create(int offset)
    {
        if (data.FindUnit((ulong)offset) is not { } unit) return new BrokenType($"nothing is at 0x{offset:x}");
        var dies = new DieReader(unit);
        if (!dies.TryRead(offset, out var die) || die.IsNull) return new BrokenType($"nothing is at 0x{offset:x}");
        ulong size = dies.Constant(die, DwAt.ByteSize) ?? 0;
        string? name = dies.Text(die, DwAt.Name);
        CType Target() => TypeOf(unit, offset);
        switch (die.Tag)
        {
            case DwTag.BaseType: return Base(name, size, dies.Constant(die, DwAt.Encoding) ?? 0);
            case DwTag.UnspecifiedType: return VoidType.Instance;
            case DwTag.PointerType or DwTag.ReferenceType or DwTag.RvalueReferenceType:
                return new PointerType(Target, size is 4 or 8 ? size : (ulong)unit.Encoding.AddressSize);
            case DwTag.ConstType: return new QualifiedType("const", Target);
            case DwTag.VolatileType: return new QualifiedType("volatile", Target);
            case DwTag.RestrictType: return new QualifiedType("restrict", Target);
            case DwTag.AtomicType: return new QualifiedType("_Atomic", Target);
            case DwTag.Typedef: return name is null ? new BrokenType("a typedef without a name") : new TypedefType(name, Target);
            case DwTag.SubrangeType: return Target();
            case DwTag.ArrayType: return ArrayReader.Read(ref dies, die, Target);
            case DwTag.StructureType or DwTag.ClassType or DwTag.UnionType: return Aggregate(ref dies, die, name, size);
            case DwTag.EnumerationType: return Enumeration(ref dies, die, name, size);
            case DwTag.SubroutineType or DwTag.Subprogram: return Function(unit, offset);
            default: return new BrokenType($"DWARF tag 0x{die.Tag:x} is not supported");
        }
    }

    private static BaseType Base(string? name, ulong size, ulong encoding)
    {
        var kind = encoding switch
        {
            DwAte.Boolean => BaseEncoding.Boolean,
            DwAte.Float => BaseEncoding.Float,
            DwAte.Signed => BaseEncoding.Signed,
            DwAte.SignedChar or DwAte.UnsignedChar or DwAte.Utf => BaseEncoding.Character,
            _ => BaseEncoding.Unsigned,
        };
        return new BaseType(name ?? "?", size, kind);
    }

    private CType Aggregate(ref DieReader dies, in Die die, string? name, ulong size)
    {
        var unit = dies.Unit;
        int offset = die.Offset;
        if (dies.Reference(die, DwAt.Signature) is { } elsewhere && elsewhere != offset) return TypeAt(elsewhere);
        bool isUnion = die.Tag == DwTag.UnionType;
        bool isDeclaration = dies.Flag(die, DwAt.Declaration);
        Func<AggregateType?>? definition = !isDeclaration || name is null ? null
            : () => names.FindDefinition(isUnion ? DwarfNameKind.Union : DwarfNameKind.Struct, [name]) is { } at ? TypeAt(at) as AggregateType : null;
        return new AggregateType(name, isUnion, size, isDeclaration, () => new MemberReader(this).Members(unit, offset), definition);
    }

    private EnumType Enumeration(ref DieReader dies, in Die die, string? name, ulong size)
    {
        var unit = dies.Unit;
        int offset = die.Offset;
        bool? isSigned = null;
        if (dies.Has(die, DwAt.Type) && TypeOf(unit, offset).Strip() is BaseType underlying)
        {
            size = size == 0 ? underlying.Size : size;
            isSigned = underlying.Encoding == BaseEncoding.Signed;
        }

        // Without an underlying type (before DWARF 3), a negative constant tells; gcc writes those, and only those, with DW_FORM_sdata.
        isSigned ??= MemberReader.Enumerators(unit, offset).Any(e => e.Value < 0);
        return new EnumType(name, size, isSigned.Value, () => MemberReader.Enumerators(unit, offset));
    }

    private FunctionType Function(DwarfUnit unit, int offset) => new(
        () => TypeOf(unit, offset),
        () => new MemberReader(this).Parameters(unit, offset),
        MemberReader.IsVariadic(unit, offset));
}
