namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>C's operators on 64-bit numbers; results wrap, as the hardware's do.</summary>
internal static class Arithmetic
{
    /// <summary>Whether the operator gives 0 or 1.</summary>
    public static bool IsComparison(string op) => op is "==" or "!=" or "<" or ">" or "<=" or ">=";

    /// <summary>The comparison's answer; unsigned if either side is.</summary>
    public static bool Compare(string op, Number a, Number b)
    {
        int order = a.Unsigned || b.Unsigned ? a.Bits.CompareTo(b.Bits) : a.Signed.CompareTo(b.Signed);
        return op switch { "==" => order == 0, "!=" => order != 0, "<" => order < 0, ">" => order > 0, "<=" => order <= 0, _ => order >= 0 };
    }

    /// <summary>The result of any other binary operator.</summary>
    /// <exception cref="ExpressionException">A division by zero, or a shift that C does not define.</exception>
    public static Number Compute(string op, Number a, Number b, int position)
    {
        bool unsigned = a.Unsigned || b.Unsigned;
        unchecked
        {
            return op switch
            {
                "+" => new Number(a.Bits + b.Bits, unsigned),
                "-" => new Number(a.Bits - b.Bits, unsigned),
                "*" => new Number(a.Bits * b.Bits, unsigned),
                "&" => new Number(a.Bits & b.Bits, unsigned),
                "|" => new Number(a.Bits | b.Bits, unsigned),
                "^" => new Number(a.Bits ^ b.Bits, unsigned),
                "<<" or ">>" => Shift(op, a, b, position),
                _ => Divide(op, a, b, unsigned, position),
            };
        }
    }

    private static Number Shift(string op, Number a, Number b, int position)
    {
        if (b.Bits > 63) throw new ExpressionException(position, "a shift goes by 0 to 63 bits");
        int by = (int)b.Bits;
        if (op == "<<") return a with { Bits = a.Bits << by };
        return a with { Bits = a.Unsigned ? a.Bits >> by : unchecked((ulong)(a.Signed >> by)) };
    }

    private static Number Divide(string op, Number a, Number b, bool unsigned, int position)
    {
        if (b.Bits == 0) throw new ExpressionException(position, "division by zero");
        if (unsigned) return new Number(op == "/" ? a.Bits / b.Bits : a.Bits % b.Bits, true);

        // The one quotient that does not fit traps in hardware; here it wraps.
        if (b.Signed == -1) return new Number(op == "/" ? unchecked(0 - a.Bits) : 0, false);
        return new Number(unchecked((ulong)(op == "/" ? a.Signed / b.Signed : a.Signed % b.Signed)), false);
    }
}
