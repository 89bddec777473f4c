using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>The value of a parsed expression. Memory is read only where a number is needed: of pointers that are followed, of operands.</summary>
internal sealed class Evaluator(NameScope names)
{
    private readonly AddressSpace _space = names.Space ?? throw new ExpressionException(0, "the dump has no address space to look into");

    /// <summary>The value.</summary>
    /// <exception cref="ExpressionException">A name is unknown, an operand does not fit, or memory that is needed is not there.</exception>
    public TypedValue Evaluate(Node node) => node switch
    {
        NumberNode n => new Number(n.Value, n.Unsigned).ToValue(_space),
        NameNode n => new NameValue(names, _space).Of(n),
        RegisterNode n => new RegisterValue(names, _space).Of(n),
        SpaceNode n => InSpace(n),
        CastNode n => Cast(n),
        SizeofTypeNode n => Size(TypeResolver.Resolve(n.Type, names, _space), n.Position),
        MemberNode n => Member(n),
        IndexNode n => Index(n),
        UnaryNode n => Unary(n),
        BinaryNode n => Binary(n),
        ConditionalNode n => Evaluate(ToNumber(n.Condition).IsTrue ? n.Then : n.Else),
        _ => throw new InvalidOperationException($"no evaluation of {node.GetType().Name}"),
    };

    private TypedValue InSpace(SpaceNode n)
    {
        var inner = names.In(n.Space) ?? throw new ExpressionException(n.Position, $"no address space is called {n.Space}; there are: {names.SpaceNames}");
        var value = new Evaluator(inner).Evaluate(n.Operand);
        if (value.Address is not null || value.Type.Strip() is not BaseType || !value.TryGetUnsigned(out ulong address)) return value;
        return Number.Of(BasicTypes.VoidPointer(inner.Space!.AddressBits), inner.Space, address);
    }

    private TypedValue Unary(UnaryNode n)
    {
        switch (n.Operator)
        {
            case "sizeof": return Size(Evaluate(n.Operand).Type, n.Position);
            case "&": return AddressOf(n);
            case "*": return Dereference(Evaluate(n.Operand), n.Operand);
            case "!": return Number.Of(BasicTypes.Int, _space, ToNumber(n.Operand).IsTrue ? 0UL : 1UL);
        }

        var value = Evaluate(n.Operand);
        var number = ToNumber(value, n.Operand);
        ulong bits = unchecked(n.Operator switch { "-" => 0 - number.Bits, "~" => ~number.Bits, _ => number.Bits });
        return (number with { Bits = bits }).ToValue(value.Space);
    }

    private TypedValue Size(CType type, int position)
    {
        if (type.Strip() is AggregateType { IsDeclaration: true } or BrokenType)
            throw new ExpressionException(position, $"{type.DisplayName} is only declared here: its size is not known");
        return new Number(type.Size, true).ToValue(_space);
    }

    private TypedValue AddressOf(UnaryNode n)
    {
        var value = Evaluate(n.Operand);
        if (value.BitSize is not null) throw new ExpressionException(n.Operand.Position, "a bit field has no address");
        if (value.Address is { } address) return PointerTo(value.Type, value.Space, address);
        if (n.Operand is NameNode && value.Type.Strip() is PointerType && value.Status == ValueStatus.Available) return value;
        throw new ExpressionException(n.Operand.Position, value.Status == ValueStatus.Available ? "it has no address: it is in no memory" : Absence(value));
    }

    private static TypedValue Dereference(TypedValue value, Node node)
    {
        var type = value.Type.Strip();
        if (type is ArrayType) return value.Element(0);
        if (type is PointerType { Target: var target } && target.Strip() is not VoidType)
        {
            if (target.Strip() is FunctionType) throw new ExpressionException(node.Position, "it points at code: disassemble it instead");
            return At(target, value.Space, ToNumber(value, node).Bits);
        }

        // A bare address: the word that is there.
        if (type is AggregateType) throw new ExpressionException(node.Position, $"{value.Type.DisplayName} is no pointer");
        return At(BasicTypes.Word(value.Space.AddressBits / 8), value.Space, ToNumber(value, node).Bits);
    }

    private TypedValue Member(MemberNode n)
    {
        var owner = Evaluate(n.Owner);
        if (owner.Type.Strip() is PointerType) owner = Dereference(owner, n.Owner);
        if (owner.Type.Strip() is not AggregateType type) throw new ExpressionException(n.Owner.Position, NoMembers(owner, n));
        if (owner.Status == ValueStatus.Available && owner.Member(n.Name) is { } member) return member;
        if (type.FindMember(n.Name) is { } known) return TypedValue.Unavailable(known.Type, owner.Space, owner.StatusText ?? "its owner is not available");
        if (type.IsDeclaration) throw new ExpressionException(n.Position, $"{type.DisplayName} is only declared here: its members are not known");
        var all = type.Members.SelectMany(m => m.Name is { } name ? [name] : m.Type.Strip() is AggregateType a ? a.Members.Select(i => i.Name) : []).OfType<string>();
        throw new ExpressionException(n.Position, $"{type.DisplayName} has no member {n.Name}{NearestName.Hint(n.Name, all)}");
    }

    private static string NoMembers(TypedValue owner, MemberNode n) => owner.Type.Strip() is BaseType && n.Owner is NameNode name
        ? $"{name.Name} is {owner.Type.DisplayName}, which has no members; cast it: ((struct T *)&{name.Name})->{n.Name}"
        : $"{owner.Type.DisplayName} has no members";

    private TypedValue Index(IndexNode n)
    {
        var owner = Evaluate(n.Owner);
        long index = ToNumber(n.Index).Signed;
        switch (owner.Type.Strip())
        {
            case ArrayType: return owner.Element(index);
            case PointerType { Target: var target } when target.Strip() is not (VoidType or FunctionType):
                return At(target, owner.Space, unchecked(ToNumber(owner, n.Owner).Bits + (ulong)index * target.Size));
            case PointerType: throw new ExpressionException(n.Owner.Position, $"{owner.Type.DisplayName} has no elements: cast it first");
            default: throw new ExpressionException(n.Owner.Position, $"{owner.Type.DisplayName} is no array and no pointer");
        }
    }

    private TypedValue Cast(CastNode n)
    {
        var value = Evaluate(n.Operand);
        var type = TypeResolver.Resolve(n.Type, names, value.Space);
        var to = type.Strip();
        if (to is BaseType { Encoding: BaseEncoding.Float } or VoidType or FunctionType)
            throw new ExpressionException(n.Position, $"a cast to {type.DisplayName} is not supported");
        bool scalarFrom = value.Type.Strip() is BaseType or EnumType or PointerType;
        if (to is AggregateType or ArrayType)
        {
            // An address becomes the object that is there; an object in memory is seen as another.
            if (scalarFrom) return At(type, value.Space, ToNumber(value, n.Operand).Bits);
            return value.Address is { } address ? TypedValue.At(type, value.Space, address) : value.Cast(type);
        }

        if (value.Type.Strip() is AggregateType) throw new ExpressionException(n.Position, $"{value.Type.DisplayName} cannot become {type.DisplayName}: take its address first");
        var number = ToNumber(value, n.Operand);
        bool truth = to is BaseType { Encoding: BaseEncoding.Boolean };
        return Number.Of(type, value.Space, truth ? number.IsTrue ? 1UL : 0UL : number.Bits, !number.Unsigned && number.Signed < 0);
    }

    private TypedValue Binary(BinaryNode n)
    {
        if (n.Operator is "&&" or "||")
        {
            bool left = ToNumber(n.Left).IsTrue;
            bool answer = n.Operator == "&&" ? left && ToNumber(n.Right).IsTrue : left || ToNumber(n.Right).IsTrue;
            return Number.Of(BasicTypes.Int, _space, answer ? 1UL : 0UL);
        }

        var a = Evaluate(n.Left);
        var b = Evaluate(n.Right);
        var space = a.Space != _space ? a.Space : b.Space;
        var x = ToNumber(a, n.Left);
        var y = ToNumber(b, n.Right);
        if (Arithmetic.IsComparison(n.Operator)) return Number.Of(BasicTypes.Int, space, Arithmetic.Compare(n.Operator, x, y) ? 1UL : 0UL);
        return n.Operator is "+" or "-" && PointerArithmetic(n, a, b, x, y) is { } moved ? moved : Arithmetic.Compute(n.Operator, x, y, n.Position).ToValue(space);
    }

    // Pointers move by whole objects; pointers to void and code by bytes.
    private static TypedValue? PointerArithmetic(BinaryNode n, TypedValue a, TypedValue b, Number x, Number y)
    {
        var left = PointedAt(a);
        var right = PointedAt(b);
        if (left is null && right is null) return null;
        if (left is not null && right is not null)
        {
            if (n.Operator == "+") throw new ExpressionException(n.Position, "two pointers cannot be added");
            long bytes = unchecked((long)(x.Bits - y.Bits));
            return new Number(unchecked((ulong)(bytes / (long)Math.Min(Step(left), long.MaxValue))), false).ToValue(a.Space);
        }

        if (left is null && n.Operator == "-") throw new ExpressionException(n.Position, "a pointer cannot be subtracted from a number");
        var (pointer, from, by, target) = left is not null ? (a, x, y, left) : (b, y, x, right!);
        ulong distance = unchecked(by.Bits * Step(target));
        ulong address = unchecked(n.Operator == "+" ? from.Bits + distance : from.Bits - distance);
        return PointerTo(target, pointer.Space, address);
    }

    private static CType? PointedAt(TypedValue value) => value.Type.Strip() switch { PointerType p => p.Target, ArrayType a => a.Element, _ => null };

    private static ulong Step(CType target) => Math.Max(1, target.Size);

    private Number ToNumber(Node node) => ToNumber(Evaluate(node), node);

    private static Number ToNumber(TypedValue value, Node node)
    {
        var type = value.Type.Strip();
        if (type is ArrayType or FunctionType && value.Address is { } place) return new Number(place, true);
        if (type is AggregateType or ArrayType or VoidType or FunctionType or BrokenType)
            throw new ExpressionException(node.Position, $"{value.Type.DisplayName} is no number");
        if (type is BaseType { Encoding: BaseEncoding.Float }) throw new ExpressionException(node.Position, "floating point numbers can be shown but not calculated with");
        bool unsigned = type is PointerType || (type is BaseType { Encoding: BaseEncoding.Unsigned, Size: >= 8 });
        if (value.TryGetSigned(out long number)) return new Number(unchecked((ulong)number), unsigned);
        throw new ExpressionException(node.Position, Absence(value));
    }

    private static string Absence(TypedValue value)
    {
        string why = value.WhyUnreadable() ?? $"a value of type {value.Type.DisplayName} is no number";
        return value.Address is { } a ? $"cannot read {value.Space.Name}:{AddressText.Hex(a)}: {why}" : $"its value is not known: {why}";
    }

    // Addresses of a 32-bit space wrap at 4 GiB.
    private static TypedValue At(CType type, AddressSpace space, ulong address) =>
        TypedValue.At(type, space, space.AddressBits >= 64 ? address : address & ((1UL << space.AddressBits) - 1));

    private static TypedValue PointerTo(CType target, AddressSpace space, ulong address) =>
        Number.Of(new PointerType(() => target, (ulong)(space.AddressBits / 8)), space, address);
}
