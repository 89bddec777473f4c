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

    /// <summary>Bytes of a value; 0 for void, functions, incomplete types, arrays of unknown length and types that contain themselves.</summary>
    public ulong Size => SizeWithin(DumpLimits.Nesting);

    /// <summary>As C writes it: <c>struct vcpu *</c>, <c>char [16]</c>, <c>int (*)(long)</c>.</summary>
    public string DisplayName => Declare("");

    /// <summary>The declaration of something of this type: <c>char name[16]</c>. An empty name gives the type alone.</summary>
    public string Declare(string name)
    {
        int parts = DumpLimits.Nesting;
        return Declare(name, ref parts);
    }

    /// <inheritdoc/>
    public override string ToString() => DisplayName;

    /// <summary>The size, looking through at most <paramref name="depth"/> types: a broken file may have one that is its own base.</summary>
    internal abstract ulong SizeWithin(int depth);

    /// <summary>The declaration around a declarator, of at most <paramref name="parts"/> types.</summary>
    internal string Declare(string declarator, ref int parts) => parts-- > 0 ? DeclareAround(declarator, ref parts) : Spell("...", declarator);

    /// <summary>The same, within the limit.</summary>
    internal abstract string DeclareAround(string declarator, ref int parts);

    /// <summary>A name, a space and a declarator, if there is one.</summary>
    private protected static string Spell(string name, string declarator) => declarator.Length == 0 ? name : $"{name} {declarator.TrimStart()}";
}

/// <summary>void.</summary>
public sealed class VoidType : CType
{
    /// <summary>The one instance.</summary>
    public static VoidType Instance { get; } = new();

    /// <inheritdoc/>
    public override string? Name => "void";

    internal override ulong SizeWithin(int depth) => 0;

    internal override string DeclareAround(string declarator, ref int parts) => Spell("void", declarator);
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
/// <param name="name">Its name.</param>
/// <param name="size">Bytes.</param>
/// <param name="encoding">How its bits are read.</param>
/// <param name="signed">Whether it can be negative, where that is known apart from the encoding; of characters the name tells otherwise.</param>
public sealed class BaseType(string name, ulong size, BaseEncoding encoding, bool? signed = null) : CType
{
    /// <inheritdoc/>
    public override string? Name => name;

    /// <summary>How its bits are read.</summary>
    public BaseEncoding Encoding { get; } = encoding;

    /// <summary>Whether numbers of it can be negative. Plain <c>char</c> is signed on x86.</summary>
    public bool IsSigned { get; } = signed ?? encoding switch
    {
        BaseEncoding.Signed => true,
        BaseEncoding.Character => name is "char" or "signed char",
        _ => false,
    };

    internal override ulong SizeWithin(int depth) => size;

    internal override string DeclareAround(string declarator, ref int parts) => Spell(name, declarator);
}

/// <summary>A pointer. The target is resolved when asked for, as it may lead back here.</summary>
public sealed class PointerType(Func<CType> target, ulong size) : CType
{
    /// <inheritdoc/>
    public override string? Name => null;

    /// <summary>What it points at.</summary>
    public CType Target => target();

    internal override ulong SizeWithin(int depth) => size;

    internal override string DeclareAround(string declarator, ref int parts)
    {
        var t = Target;
        return t.Declare(t is ArrayType or FunctionType ? $"(*{declarator})" : "*" + declarator, ref parts);
    }
}

/// <summary>const, volatile, restrict, _Atomic.</summary>
public sealed class QualifiedType(string qualifier, Func<CType> target) : CType
{
    /// <inheritdoc/>
    public override string? Name => this.Unqualified() is var t and not QualifiedType ? t.Name : null;

    /// <summary>The C keyword.</summary>
    public string Qualifier { get; } = qualifier;

    /// <summary>What is qualified.</summary>
    public CType Target => target();

    internal override ulong SizeWithin(int depth) => depth > 0 ? Target.SizeWithin(depth - 1) : 0;

    internal override string DeclareAround(string declarator, ref int parts)
    {
        var t = Target;

        // gcc writes both an array and its elements as const, where C's declaration says it once.
        if (t is ArrayType { Element: QualifiedType element } && element.Qualifier == Qualifier) return t.Declare(declarator, ref parts);
        return t is PointerType ? t.Declare($" {Qualifier}{(declarator.Length == 0 ? "" : " ")}{declarator.TrimStart()}", ref parts)
            : $"{Qualifier} {t.Declare(declarator, ref parts)}";
    }
}

/// <summary>A typedef.</summary>
public sealed class TypedefType(string name, Func<CType> target) : CType
{
    /// <inheritdoc/>
    public override string? Name => name;

    /// <summary>What it stands for.</summary>
    public CType Target => target();

    internal override ulong SizeWithin(int depth) => depth > 0 ? Target.SizeWithin(depth - 1) : 0;

    internal override string DeclareAround(string declarator, ref int parts) => Spell(name, declarator);
}

/// <summary>An array; one dimension, nested for more.</summary>
public sealed class ArrayType(Func<CType> element, ulong? count) : CType
{
    private ulong _size;
    private volatile bool _isSizeKnown;

    /// <inheritdoc/>
    public override string? Name => null;

    /// <summary>What it holds.</summary>
    public CType Element => element();

    /// <summary>How many, or null for <c>[]</c>.</summary>
    public ulong? Count { get; } = count;

    /// <summary>
    /// A product that does not fit 64 bits counts as the largest number that does: no memory holds it either way. Kept once it was asked for: every element
    /// that is looked at asks.
    /// </summary>
    internal override ulong SizeWithin(int depth)
    {
        if (depth < DumpLimits.Nesting) return Product(depth);
        if (_isSizeKnown) return _size;
        _size = Product(depth);
        _isSizeKnown = true;
        return _size;
    }

    internal override string DeclareAround(string declarator, ref int parts) => Element.Declare($"{declarator}[{Count}]", ref parts);

    private ulong Product(int depth)
    {
        if (depth <= 0 || Count is not { } n) return 0;
        ulong high = Math.BigMul(Element.SizeWithin(depth - 1), n, out ulong low);
        return high == 0 ? low : ulong.MaxValue;
    }
}

/// <summary>
/// struct or union. One that only its name is known of (<c>struct foo;</c>) shows the members of the full definition, where the image has one
/// elsewhere; that is looked for when a member or the size is asked for.
/// </summary>
/// <param name="name">Its tag, or null.</param>
/// <param name="union">Whether it is a union.</param>
/// <param name="size">Bytes; 0 of a declaration.</param>
/// <param name="declaration">Whether only its name is known at this place.</param>
/// <param name="members">Reads the members.</param>
/// <param name="definition">Of a declaration: looks for the full definition; null for none.</param>
public sealed class AggregateType(
    string? name, bool union, ulong size, bool declaration, Func<IReadOnlyList<MemberInfo>> members, Func<AggregateType?>? definition = null) : CType
{
    private IReadOnlyList<MemberInfo>? _members;
    private AggregateType? _definition;

    /// <inheritdoc/>
    public override string? Name => name;

    /// <summary>Whether it is a union.</summary>
    public bool IsUnion { get; } = union;

    /// <summary>Whether only its name is known, here and everywhere else in the image.</summary>
    public bool IsDeclaration => Definition is null;

    /// <summary>Members in order; empty for a declaration. Anonymous ones have a null name; <see cref="FindMember(string)"/> looks through them.</summary>
    public IReadOnlyList<MemberInfo> Members => _members ??= Definition is not { } d ? [] : d == this ? members() : d.Members;

    private AggregateType? Definition => !declaration ? this : _definition ??= definition?.Invoke() is { IsOnlyName: false } d ? d : null;

    /// <summary>Whether only its name is known at this place; nothing is looked for elsewhere.</summary>
    internal bool IsOnlyName => declaration;

    /// <summary>
    /// The member of that name, also inside anonymous members (the offset is then from this type's start); null where this version of the
    /// type has none.
    /// </summary>
    public MemberInfo? FindMember(string memberName)
    {
        int visits = DumpLimits.Members;
        return FindMember(memberName, DumpLimits.Nesting, ref visits);
    }

    internal override ulong SizeWithin(int depth) => !declaration ? size : Definition?.SizeWithin(depth) ?? 0;

    internal override string DeclareAround(string declarator, ref int parts) => Spell((IsUnion ? "union " : "struct ") + (name ?? "{...}"), declarator);

    private MemberInfo? FindMember(string memberName, int depth, ref int visits)
    {
        foreach (var m in Members)
            if (m.Name == memberName) return m;
        foreach (var m in Members)
        {
            if (depth <= 0 || visits-- <= 0) return null;
            if (m.Name is null && m.Type.Strip() is AggregateType inner && inner.FindMember(memberName, depth - 1, ref visits) is { } found)
                return found with { BitOffset = unchecked(found.BitOffset + m.BitOffset) };
        }

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

    /// <summary>Whether values are signed.</summary>
    public bool IsSigned { get; } = signed;

    /// <summary>Whether only its name is known at this place; <see cref="Values"/> are those of the full definition, where there is one elsewhere.</summary>
    internal bool IsOnlyName { get; init; }

    /// <summary>Its constants.</summary>
    public IReadOnlyList<Enumerator> Values => _values ??= values();

    internal override ulong SizeWithin(int depth) => size;

    internal override string DeclareAround(string declarator, ref int parts) => Spell("enum " + (name ?? "{...}"), declarator);
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

    /// <summary>What it returns.</summary>
    public CType Result => result();

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<CType> Parameters => parameters();

    /// <summary>Whether it ends in <c>...</c>.</summary>
    public bool IsVariadic { get; } = variadic;

    internal override ulong SizeWithin(int depth) => 0;

    internal override string DeclareAround(string declarator, ref int parts)
    {
        var list = new List<string>();
        foreach (var parameter in Parameters)
        {
            if (parts <= 0) break;
            list.Add(parameter.Declare("", ref parts));
        }

        if (IsVariadic) list.Add("...");
        return Result.Declare($"{declarator}({string.Join(", ", list)})", ref parts);
    }
}

/// <summary>A type that could not be read; the reason is shown in its place.</summary>
public sealed class BrokenType(string reason) : CType
{
    /// <inheritdoc/>
    public override string? Name => null;

    internal override ulong SizeWithin(int depth) => 0;

    internal override string DeclareAround(string declarator, ref int parts) => Spell($"<broken type: {reason}>", declarator);
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

    /// <summary>The type under qualifiers only; the last one that was seen where they do not end.</summary>
    public static CType Unqualified(this CType type)
    {
        for (int i = 0; i < DumpLimits.Nesting && type is QualifiedType q; i++) type = q.Target;
        return type;
    }
}
