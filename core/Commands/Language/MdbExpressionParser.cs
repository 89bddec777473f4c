using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Language;

/// <summary>Reads expressions: the operators of mdb, all of them left-associative, by their precedence.</summary>
public sealed class MdbExpressionParser(MdbLexer lexer, int pointerSize)
{
    private static readonly Dictionary<string, (MdbOperator Operator, int Level)> Operators = new(StringComparer.Ordinal)
    {
        ["|"] = (MdbOperator.Or, 1),
        ["^"] = (MdbOperator.Xor, 2),
        ["&"] = (MdbOperator.And, 3),
        ["=="] = (MdbOperator.Equal, 4),
        ["!="] = (MdbOperator.NotEqual, 4),
        ["<<"] = (MdbOperator.ShiftLeft, 5),
        [">>"] = (MdbOperator.ShiftRight, 5),
        ["+"] = (MdbOperator.Add, 6),
        ["-"] = (MdbOperator.Subtract, 6),
        ["*"] = (MdbOperator.Multiply, 7),
        ["%"] = (MdbOperator.Divide, 7),
        ["#"] = (MdbOperator.RoundUp, 7),
        ["%%"] = (MdbOperator.Modulus, 8),
    };

    private const string Prefixes = "-~#*%";

    /// <summary>The token that was read and not used.</summary>
    public MdbToken Token { get; private set; }

    /// <summary>Whether an expression can begin with this.</summary>
    public static bool BeginsOperand(MdbToken token) =>
        token.Kind is MdbTokenKind.Constant or MdbTokenKind.Name or MdbTokenKind.Variable
        || (token.Kind == MdbTokenKind.Operator && token.Text is "." or "+" or "^" or "&" or "(" or "-" or "~" or "#" or "*" or "%");

    /// <summary>The first token of a statement, which then is <see cref="Token"/>.</summary>
    public MdbToken Start() => Token = lexer.Expression(beginsOperand: true);

    /// <summary>Reads the next token.</summary>
    public void Advance(bool beginsOperand) => Token = lexer.Expression(beginsOperand);

    /// <summary>The expression that begins with <see cref="Token"/>, whole; what follows is then <see cref="Token"/>.</summary>
    public MdbExpression Whole() => Binary(1, DumpLimits.Nesting);

    /// <summary>The operand that begins with <see cref="Token"/>, without operators behind it.</summary>
    public MdbExpression One() => Operand(DumpLimits.Nesting);

    private MdbExpression Binary(int lowest, int depth)
    {
        var left = Operand(depth);
        while (Token.Kind == MdbTokenKind.Operator && Operators.TryGetValue(Token.Text, out var found) && found.Level >= lowest)
        {
            Advance(beginsOperand: true);
            var right = Binary(found.Level + 1, Deeper(depth));
            left = new BinaryExpression(TextSpan.Between(left.Span.Start, right.Span.End), found.Operator, left, right);
        }

        return left;
    }

    private MdbExpression Operand(int depth)
    {
        var token = Token;
        switch (token.Kind)
        {
            case MdbTokenKind.Constant:
                return Used(new ConstantExpression(token.Span, token.Value));
            case MdbTokenKind.Name:
                return Used(new NameExpression(token.Span, token.Text));
            case MdbTokenKind.Variable:
                return Used(new VariableExpression(token.Span, token.Text));
            case MdbTokenKind.Operator when token.Text == ".":
                return Used(new PlaceExpression(token.Span, PlaceKind.Dot));
            case MdbTokenKind.Operator when token.Text == "+":
                return Used(new PlaceExpression(token.Span, PlaceKind.Next));
            case MdbTokenKind.Operator when token.Text == "^":
                return Used(new PlaceExpression(token.Span, PlaceKind.Previous));
            case MdbTokenKind.Operator when token.Text == "&":
                return Used(new PlaceExpression(token.Span, PlaceKind.LastTyped));
            case MdbTokenKind.Operator when token.Text == "(":
                return Bracketed(token, depth);
            case MdbTokenKind.Operator when Prefixes.Contains(token.Text, StringComparison.Ordinal):
                return Prefixed(token, depth);
            default:
                throw new MdbException(token.EndsStatement ? "an expression is wanted here" : $"no expression begins with \"{token.Text}\"", token.Span);
        }
    }

    private MdbExpression Bracketed(MdbToken open, int depth)
    {
        Advance(beginsOperand: true);
        var inner = Binary(1, Deeper(depth));
        if (!Token.Is(")")) throw new MdbException("( is not closed", open.Span);
        return Used(inner with { Span = TextSpan.Between(open.Span.Start, Token.Span.End) });
    }

    private MdbExpression Prefixed(MdbToken sign, int depth)
    {
        int size = sign.Text is "*" or "%" ? lexer.FetchSize(pointerSize) ?? 0 : 0;
        Advance(beginsOperand: true);
        var operand = Operand(Deeper(depth));
        var span = TextSpan.Between(sign.Span.Start, operand.Span.End);
        return sign.Text is "*" or "%" ? new FetchExpression(span, size, operand) : new UnaryExpression(span, sign.Text[0], operand);
    }

    private MdbExpression Used(MdbExpression expression)
    {
        Advance(beginsOperand: false);
        return expression;
    }

    private int Deeper(int depth) => depth > 0 ? depth - 1 : throw new MdbException($"the expression nests deeper than {DumpLimits.Nesting}", Token.Span);
}
