namespace XenDumpAdapter.Core.Commands.Language;

/// <summary>What an expression can ask for: names, registers, places and memory.</summary>
public interface IMdbScope
{
    /// <summary>The radix of numbers without prefix.</summary>
    int Radix { get; }

    /// <summary>Bytes of a pointer.</summary>
    int PointerSize { get; }

    /// <summary>The address of a symbol; null where there is none of that name.</summary>
    ulong? Symbol(string name);

    /// <summary>What an unknown name may have been meant for: <c>; did you mean vcpu?</c>, or nothing.</summary>
    string Hint(string name);

    /// <summary>A variable or register; null where there is none.</summary>
    ulong? Variable(string name);

    /// <summary>One of the places that are remembered.</summary>
    ulong Place(PlaceKind kind);

    /// <summary>An unsigned number in memory.</summary>
    /// <exception cref="MdbException">Memory is not there.</exception>
    ulong Fetch(ulong address, int size);
}

/// <summary>Computes expressions, in unsigned numbers of 64 bits that wrap; division alone is signed.</summary>
public static class MdbEvaluator
{
    /// <summary>The value.</summary>
    /// <exception cref="MdbException">A name is unknown, memory is not there, a division by zero.</exception>
    public static ulong Evaluate(MdbExpression expression, IMdbScope scope) => expression switch
    {
        ConstantExpression constant => constant.Value,
        NameExpression name => Named(name, scope),
        VariableExpression variable => scope.Variable(variable.Name) ?? throw new MdbException($"<{variable.Name} is no variable or register that has a value here", variable.Span),
        PlaceExpression place => scope.Place(place.Kind),
        UnaryExpression unary => Unary(unary.Operator, Evaluate(unary.Operand, scope)),
        FetchExpression fetch => scope.Fetch(Evaluate(fetch.Operand, scope), fetch.Size == 0 ? scope.PointerSize : fetch.Size),
        BinaryExpression binary => Binary(binary, scope),
        _ => throw new InvalidOperationException($"no rule for {expression.GetType().Name}"),
    };

    private static ulong Named(NameExpression name, IMdbScope scope)
    {
        // What begins with a digit is no name; what begins with a letter is a name first, then a number.
        if (char.IsAsciiDigit(name.Name[0]))
            return MdbNumbers.TryParse(name.Name, scope.Radix, out ulong number) ? number : throw new MdbException($"{name.Name} is no number of radix {scope.Radix} that 64 bits hold", name.Span);
        if (scope.Symbol(name.Name) is { } address) return address;
        return MdbNumbers.TryParse(name.Name, scope.Radix, out ulong value) ? value
            : throw new MdbException($"failed to dereference symbol: unknown symbol name {name.Name}{scope.Hint(name.Name)}", name.Span);
    }

    private static ulong Unary(char sign, ulong value) => sign switch
    {
        '-' => unchecked(0 - value),
        '~' => ~value,
        _ => value == 0 ? 1UL : 0,
    };

    private static ulong Binary(BinaryExpression binary, IMdbScope scope)
    {
        // A chain of operators hangs on its left side, and may be as long as a line.
        var rest = new Stack<BinaryExpression>();
        MdbExpression first = binary;
        for (; first is BinaryExpression left; first = left.Left) rest.Push(left);
        ulong value = Evaluate(first, scope);
        while (rest.TryPop(out var next)) value = Combine(next, value, Evaluate(next.Right, scope));
        return value;
    }

    private static ulong Combine(BinaryExpression binary, ulong left, ulong right) => binary.Operator switch
    {
        MdbOperator.Or => left | right,
        MdbOperator.Xor => left ^ right,
        MdbOperator.And => left & right,
        MdbOperator.Equal => left == right ? 1UL : 0,
        MdbOperator.NotEqual => left != right ? 1UL : 0,
        MdbOperator.ShiftLeft => right < 64 ? left << (int)right : 0,
        MdbOperator.ShiftRight => right < 64 ? left >> (int)right : 0,
        MdbOperator.Add => unchecked(left + right),
        MdbOperator.Subtract => unchecked(left - right),
        MdbOperator.Multiply => unchecked(left * right),
        MdbOperator.Divide => Divide(binary, left, right),
        MdbOperator.Modulus => right == 0 ? throw new MdbException("attempted to divide by zero", binary.Span) : left % right,
        _ => right == 0 ? throw new MdbException("attempted to divide by zero", binary.Span) : RoundUp(left, right),
    };

    private static ulong Divide(BinaryExpression binary, ulong left, ulong right)
    {
        if (right == 0) throw new MdbException("attempted to divide by zero", binary.Span);
        return unchecked((long)right == -1 ? 0 - left : (ulong)((long)left / (long)right));
    }

    private static ulong RoundUp(ulong left, ulong right) => left % right == 0 ? left : unchecked((left / right + 1) * right);
}
