using System.Globalization;
using System.Numerics;
using CsCheck;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Tests.Commands.Language;

/// <summary>Random expressions, beside an evaluator of another make: two stacks, and numbers without a bound that are cut to 64 bits behind each step.</summary>
public sealed class MdbExpressionPropertyTests
{
    private static readonly BigInteger Modulus = BigInteger.One << 64;

    private static readonly string[] Binary = ["|", "^", "&", "==", "!=", "<<", ">>", "+", "-", "*", "%", "#", "%%"];

    private static readonly Gen<string> Prefix = Gen.Char["-~#"].Select(c => c.ToString());

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.ULong[0, 20].Select(n => n.ToString("x", CultureInfo.InvariantCulture)),
        Gen.ULong.Select(n => "0x" + n.ToString("x", CultureInfo.InvariantCulture)),
        Gen.ULong.Select(n => "0t" + n.ToString(CultureInfo.InvariantCulture)),
        Gen.Int[0, 3].Select(n => "<v" + n));

    // Tokens of an expression: what is spelled tells all that the other evaluator knows.
    private static readonly Gen<string[]> Expression = Gen.Recursive<string[]>((depth, self) =>
    {
        var operand = Gen.Frequency(
            (6, Number.Select(n => new[] { n })),
            (depth < 5 ? 2 : 0, self.Select(inner => (string[])["(", .. inner, ")"])),
            (2, Gen.Select(Prefix, Number, (sign, n) => new[] { sign, n })),
            (depth < 5 ? 1 : 0, Gen.Select(Prefix, self, (sign, inner) => (string[])[sign, "(", .. inner, ")"])));
        return Gen.Select(operand, Gen.Select(Gen.Int[0, Binary.Length - 1].Select(i => Binary[i]), operand, (sign, right) => (string[])[sign, .. right]).Array[0, 4],
            (first, rest) => (string[])[.. first, .. rest.SelectMany(r => r)]);
    });

    [Fact]
    public void Has_the_value_that_a_plain_evaluator_finds() => Expression.Sample(tokens =>
    {
        var scope = new PlainScope();
        for (int i = 0; i < 4; i++) scope.Variables[$"v{i}"] = (ulong)i << (i * 20);
        ulong? expected = Plain(tokens, scope);
        ulong? actual = null;
        try
        {
            actual = scope.Value(Spelled(tokens));
        }
        catch (MdbException e)
        {
            Assert.Equal("attempted to divide by zero", e.Message);
        }

        return expected == actual;
    }, iter: 30_000);

    [Fact]
    public void Blanks_and_brackets_around_it_change_nothing() => Expression.Sample(tokens =>
    {
        var scope = new PlainScope();
        for (int i = 0; i < 4; i++) scope.Variables[$"v{i}"] = (ulong)i;
        return Value(scope, Spelled(tokens)) == Value(scope, "( " + string.Join("\t ", tokens) + " )");
    }, iter: 5_000);

    private static ulong? Value(PlainScope scope, string text)
    {
        try
        {
            return scope.Value(text);
        }
        catch (MdbException)
        {
            return null;
        }
    }

    // Signs that would become one are kept apart; nothing else is.
    private static string Spelled(string[] tokens)
    {
        var text = new System.Text.StringBuilder();
        foreach (string token in tokens)
        {
            if (text.Length > 0 && "<>=!%#".Contains(text[^1], StringComparison.Ordinal) && "<=%#".Contains(token[0], StringComparison.Ordinal)) text.Append(' ');
            text.Append(token);
        }

        return text.ToString();
    }

    private static int Level(string sign) => sign switch
    {
        "|" => 1,
        "^" => 2,
        "&" => 3,
        "==" or "!=" => 4,
        "<<" or ">>" => 5,
        "+" or "-" => 6,
        "*" or "%" or "#" => 7,
        _ => 8,
    };

    /// <summary>The value; null where something is divided by zero.</summary>
    private static ulong? Plain(string[] tokens, PlainScope scope)
    {
        var values = new Stack<BigInteger?>();
        var signs = new Stack<string>();
        bool wantsOperand = true;
        void Reduce()
        {
            string sign = signs.Pop();
            if (sign.StartsWith('u'))
            {
                values.Push(values.Pop() is { } one ? Cut(sign[1] == '-' ? -one : sign[1] == '~' ? Modulus - 1 - one : one.IsZero ? 1 : 0) : null);
                return;
            }

            var (right, left) = (values.Pop(), values.Pop());
            values.Push(left is { } a && right is { } b ? Combined(sign, a, b) : null);
        }

        foreach (string token in tokens)
        {
            if (token == "(") signs.Push("(");
            else if (token == ")")
            {
                while (signs.Peek() != "(") Reduce();
                signs.Pop();
                while (signs.TryPeek(out string? top) && top.StartsWith('u')) Reduce();
                wantsOperand = false;
            }
            else if (wantsOperand && token is "-" or "~" or "#") signs.Push("u" + token);
            else if (wantsOperand)
            {
                values.Push(token[0] == '<' ? scope.Variables[token[1..]]
                    : token.StartsWith("0t", StringComparison.Ordinal) ? BigInteger.Parse(token[2..], CultureInfo.InvariantCulture)
                    : BigInteger.Parse("0" + (token.StartsWith("0x", StringComparison.Ordinal) ? token[2..] : token), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                while (signs.TryPeek(out string? top) && top.StartsWith('u')) Reduce();
                wantsOperand = false;
            }
            else
            {
                while (signs.TryPeek(out string? top) && top != "(" && Level(top) >= Level(token)) Reduce();
                signs.Push(token);
                wantsOperand = true;
            }

            if (token == "(") wantsOperand = true;
        }

        while (signs.Count > 0) Reduce();
        return (ulong?)values.Single();
    }

    private static BigInteger Cut(BigInteger value) => ((value % Modulus) + Modulus) % Modulus;

    private static BigInteger Signed(BigInteger value) => value >= Modulus / 2 ? value - Modulus : value;

    private static BigInteger? Combined(string sign, BigInteger a, BigInteger b)
    {
        if (sign is "%" or "#" or "%%" && b.IsZero) return null;
        return Cut(sign switch
        {
            "|" => a | b,
            "^" => a ^ b,
            "&" => a & b,
            "==" => a == b ? 1 : 0,
            "!=" => a != b ? 1 : 0,
            "<<" => b < 64 ? a << (int)b : 0,
            ">>" => b < 64 ? a >> (int)b : 0,
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "%" => BigInteger.Divide(Signed(a), Signed(b)),
            "#" => (a + b - 1) / b * b,
            _ => a % b,
        });
    }
}
