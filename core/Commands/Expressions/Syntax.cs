using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>A parsed expression. <see cref="Depth"/> bounds every recursion over it.</summary>
/// <param name="Position">Characters before the part of the text that an error about it should point at.</param>
/// <param name="Depth">Nodes from here down to the deepest leaf.</param>
internal abstract record Node(int Position, int Depth)
{
    /// <summary>One more than the deepest of <paramref name="parts"/>.</summary>
    /// <exception cref="ExpressionException">It is deeper than <see cref="DumpLimits.Nesting"/>.</exception>
    protected static int Over(int position, params ReadOnlySpan<Node> parts)
    {
        int deepest = 0;
        foreach (var p in parts) deepest = Math.Max(deepest, p.Depth);
        return deepest < DumpLimits.Nesting
            ? deepest + 1
            : throw new ExpressionException(position, $"the expression is nested deeper than {DumpLimits.Nesting}");
    }
}

/// <summary>A number.</summary>
internal sealed record NumberNode(int Position, ulong Value, bool Unsigned) : Node(Position, 1);

/// <summary>A name, perhaps with the module that it is to be looked up in.</summary>
internal sealed record NameNode(int Position, string? Module, string Name, bool OnlySymbol) : Node(Position, 1);

/// <summary>A register.</summary>
internal sealed record RegisterNode(int Position, string Name) : Node(Position, 1);

/// <summary><c>dom0:operand</c>.</summary>
internal sealed record SpaceNode(int Position, string Space, Node Operand) : Node(Position, Over(Position, Operand));

/// <summary><c>-x</c>, <c>*x</c>, <c>sizeof x</c>.</summary>
internal sealed record UnaryNode(int Position, string Operator, Node Operand) : Node(Position, Over(Position, Operand));

/// <summary><c>x + y</c>.</summary>
internal sealed record BinaryNode(int Position, string Operator, Node Left, Node Right) : Node(Position, Over(Position, Left, Right));

/// <summary><c>x ? y : z</c>.</summary>
internal sealed record ConditionalNode(int Position, Node Condition, Node Then, Node Else) : Node(Position, Over(Position, Condition, Then, Else));

/// <summary><c>x.member</c> and <c>x->member</c>, which mean the same here.</summary>
internal sealed record MemberNode(int Position, Node Owner, string Name) : Node(Position, Over(Position, Owner));

/// <summary><c>x[i]</c>.</summary>
internal sealed record IndexNode(int Position, Node Owner, Node Index) : Node(Position, Over(Position, Owner, Index));

/// <summary><c>(type)x</c>.</summary>
internal sealed record CastNode(int Position, TypeSyntax Type, Node Operand) : Node(Position, Over(Position, Operand));

/// <summary><c>sizeof(type)</c>.</summary>
internal sealed record SizeofTypeNode(int Position, TypeSyntax Type) : Node(Position, 1);

/// <summary>A type as written: its base name (<c>struct vcpu</c>, <c>unsigned long</c>) and what is built around it, innermost first.</summary>
internal sealed record TypeSyntax(int Position, string BaseName, IReadOnlyList<TypeLayer> Layers);

/// <summary>What kind of layer.</summary>
internal enum TypeLayerKind
{
    /// <summary>A pointer to what is inside.</summary>
    Pointer,

    /// <summary>An array of it.</summary>
    Array,

    /// <summary>A function that returns it.</summary>
    Function,
}

/// <summary>A layer around a type.</summary>
internal readonly record struct TypeLayer(TypeLayerKind Kind, ulong? Count = null);
