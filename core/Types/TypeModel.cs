using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types;

/// <summary>
/// A C type, whatever described it (DWARF, CTF). Members of aggregates are read when first asked for, so a type costs nothing until it
/// is looked into.
/// </summary>
public abstract class CType
{
    /// <summary>The name without keyword, or null for an anonymous type.</summary>
    public abstract string? Name { get; }

    /// <summary>Bytes of a value; 0 for void, functions, incomplete types and arrays of unknown length.</summary>
    public abstract ulong Size { get; }

    /// <summary>As C writes it: <c>struct vcpu *</c>, <c>char [16]</c>.</summary>
    public abstract string DisplayName { get; }

    /// <inheritdoc/>
    public override string ToString() => DisplayName;
}

/// <summary>void.</summary>
public sealed class VoidType : CType
{
    /// <summary>The one instance.</summary>
    public static VoidType Instance { get; } = new();

    /// <inheritdoc/>
    public override string? Name => "void";

    /// <inheritdoc/>
    public override ulong Size => 0;

    /// <inheritdoc/>
    public override string DisplayName => "void";
}

/// <summary>How the bits of a base type are read.</summary>
public enum BaseEncoding
{
    /// <summary>Two's complement.</summary>
    Signed,

    /// <summary>Unsigned.</summary>
    Unsigned,

    /// <summary>_Bool.</summary>
    Boolean,

    /// <summary>A character, signed or not: shown as number and character.</summary>
    Character,

    /// <summary>IEEE floating point.</summary>
    Float,
}

/// <summary>int, unsigned char, _Bool, double.</summary>
public sealed class BaseType(string name, ulong size, BaseEncoding encoding) : CType
{
    /// <inheritdoc/>
    public override string? Name => name;

    /// <inheritdoc/>
    public override ulong Size => size;

    /// <inheritdoc/>
    public override string DisplayName => name;

    /// <summary>How its bits are read.</summary>
    public BaseEncoding Encoding { get; } = encoding;
}

/// <summary>A pointer. The target is resolved when asked for, as it may lead back here.</summary>
public sealed class PointerType(Func<CType> target, ulong size) : CType
{
    /// <inheritdoc/>
    public override string? Name => null;

    /// <inheritdoc/>
    public override ulong Size => size;

    /// <summary>What it points at.</summary>
    public CType Target => target();

    /// <inheritdoc/>
    public override string DisplayName => Target switch
    {
        PointerType p => p.DisplayName + "*",
        FunctionType f => f.Declare("(*)"),
        var t => t.DisplayName + " *",
    };
}

/// <summary>const, volatile, restrict, _Atomic.</summary>
public sealed class QualifiedType(string qualifier, Func<CType> target) : CType
{
    /// <inheritdoc/>
    public override string? Name => Target.Name;

    /// <inheritdoc/>
    public override ulong Size => Target.Size;

    /// <summary>The C keyword.</summary>
    public string Qualifier { get; } = qualifier;

    /// <summary>What is qualified.</summary>
    public CType Target => target();

    /// <inheritdoc/>
    public override string DisplayName => Target is PointerType ? $"{Target.DisplayName} {Qualifier}" : $"{Qualifier} {Target.DisplayName}";
}

/// <summary>A typedef.</summary>
public sealed class TypedefType(string name, Func<CType> target) : CType
{
    /// <inheritdoc/>
    public override string? Name => name;

    /// <inheritdoc/>
    public override ulong Size => Target.Size;

    /// <summary>What it stands for.</summary>
    public CType Target => target();

    /// <inheritdoc/>
    public override string DisplayName => name;
}

/// <summary>An array; one dimension, nested for more.</summary>
public sealed class ArrayType(Func<CType> element, ulong? count) : CType
{
    /// <inheritdoc/>
    public override string? Name => null;

    /// <summary>What it holds.</summary>
    public CType Element => element();

    /// <summary>How many, or null for <c>[]</c>.</summary>
    public ulong? Count { get; } = count;

    /// <inheritdoc/>
    public override ulong Size => unchecked(Element.Size * (Count ?? 0));

    /// <inheritdoc/>
    public override string DisplayName
    {
        get
        {
            string dims = $"[{Count}]";
            CType e = Element;
            while (e is ArrayType a)
            {
                dims += $"[{a.Count}]";
                e = a.Element;
            }

            return $"{e.DisplayName} {dims}";
        }
    }
}

/// <summary>struct or union.</summary>
public sealed class AggregateType(string? name, bool union, ulong size, bool declaration, Func<IReadOnlyList<MemberInfo>> members) : CType
{
    private IReadOnlyList<MemberInfo>? _members;

    /// <inheritdoc/>
    public override string? Name => name;

    /// <inheritdoc/>
    public override ulong Size => size;

    /// <summary>Whether it is a union.</summary>
    public bool IsUnion { get; } = union;

    /// <summary>Whether only its name is known here (<c>struct foo;</c>).</summary>
    public bool IsDeclaration { get; } = declaration;

    /// <summary>Members in order. Anonymous ones have a null name; <c>FindMember</c> looks through them.</summary>
    public IReadOnlyList<MemberInfo> Members => _members ??= members();

    /// <inheritdoc/>
    public override string DisplayName => (IsUnion ? "union " : "struct ") + (name ?? "{...}");

    /// <summary>
    /// The member of that name, also inside anonymous members (the offset is then from this type's start); null where this version of the
    /// type has none.
    /// </summary>
    public MemberInfo? FindMember(string memberName) => FindMember(memberName, 0);

    private MemberInfo? FindMember(string memberName, int depth)
    {
        foreach (var m in Members)
            if (m.Name == memberName) return m;
        if (depth >= DumpLimits.Nesting) return null;
        foreach (var m in Members)
            if (m.Name is null && m.Type.Strip() is AggregateType inner && inner.FindMember(memberName, depth + 1) is { } found)
                return found with { BitOffset = unchecked(found.BitOffset + m.BitOffset) };
        return null;
    }
}

/// <summary>A member of a struct or union.</summary>
/// <param name="Name">Its name; null for an anonymous struct or union.</param>
/// <param name="Type">Its type.</param>
/// <param name="BitOffset">Bits from the start of the aggregate, counted as DW_AT_data_bit_offset does on little-endian machines.</param>
/// <param name="BitSize">Bits of a bit field; null for an ordinary member.</param>
public sealed record MemberInfo(string? Name, CType Type, ulong BitOffset, int? BitSize = null)
{
    /// <summary>Bytes from the start of the aggregate to the byte that holds its first bit.</summary>
    public ulong Offset => BitOffset / 8;
}

/// <summary>An enumeration.</summary>
public sealed class EnumType(string? name, ulong size, bool signed, Func<IReadOnlyList<Enumerator>> values) : CType
{
    private IReadOnlyList<Enumerator>? _values;

    /// <inheritdoc/>
    public override string? Name => name;

    /// <inheritdoc/>
    public override ulong Size => size;

    /// <summary>Whether values are signed.</summary>
    public bool IsSigned { get; } = signed;

    /// <summary>Its constants.</summary>
    public IReadOnlyList<Enumerator> Values => _values ??= values();

    /// <inheritdoc/>
    public override string DisplayName => "enum " + (name ?? "{...}");
}

/// <summary>A constant of an enumeration.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record Enumerator(string Name, long Value);

/// <summary>A function's type.</summary>
public sealed class FunctionType(Func<CType> result, Func<IReadOnlyList<CType>> parameters, bool variadic) : CType
{
    /// <inheritdoc/>
    public override string? Name => null;

    /// <inheritdoc/>
    public override ulong Size => 0;

    /// <summary>What it returns.</summary>
    public CType Result => result();

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<CType> Parameters => parameters();

    /// <summary>Whether it ends in <c>...</c>.</summary>
    public bool IsVariadic { get; } = variadic;

    /// <inheritdoc/>
    public override string DisplayName => Declare("");

    /// <summary>The declaration around a declarator: <c>int (*)(long)</c> for <c>(*)</c>.</summary>
    public string Declare(string declarator) =>
        $"{Result.DisplayName} {declarator}({string.Join(", ", Parameters.Select(p => p.DisplayName).Concat(IsVariadic ? ["..."] : []))})";
}

/// <summary>A type that could not be read; the reason is shown in its place.</summary>
public sealed class BrokenType(string reason) : CType
{
    /// <inheritdoc/>
    public override string? Name => null;

    /// <inheritdoc/>
    public override ulong Size => 0;

    /// <inheritdoc/>
    public override string DisplayName => $"<broken type: {reason}>";
}

/// <summary>Questions that every user of types asks.</summary>
public static class CTypes
{
    /// <summary>The type under typedefs and qualifiers; a chain that does not end gives a <see cref="BrokenType"/>.</summary>
    public static CType Strip(this CType type)
    {
        for (int i = 0; i < DumpLimits.Nesting; i++)
        {
            switch (type)
            {
                case TypedefType t: type = t.Target; break;
                case QualifiedType q: type = q.Target; break;
                default: return type;
            }
        }

        return new BrokenType("typedefs without end");
    }
}
