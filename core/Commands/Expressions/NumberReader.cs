using System.Globalization;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>Numbers as C writes them: <c>0x2a</c>, <c>42</c>, <c>052</c>, <c>0b101010</c>, with <c>u</c> and <c>l</c> suffixes.</summary>
internal readonly ref struct NumberReader(string text)
{
    private readonly string _text = text;

    /// <summary>The number at <paramref name="at"/>, which moves past it.</summary>
    /// <exception cref="ExpressionException">It is none, or does not fit 64 bits.</exception>
    public Token Read(ref int at)
    {
        int start = at;
        while (at < _text.Length && (char.IsAsciiLetterOrDigit(_text[at]) || _text[at] == '_')) at++;
        string whole = _text[start..at];
        string digits = WithoutSuffix(whole, out bool marked);
        int radix = RadixOf(ref digits);
        ulong value = 0;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiHexDigit(c) ? int.Parse([c], NumberStyles.HexNumber, CultureInfo.InvariantCulture) : radix;
            if (digit >= radix) throw new ExpressionException(start, $"'{whole}' is no number{HexHint(whole)}");
            if (value > (ulong.MaxValue - (ulong)digit) / (ulong)radix) throw new ExpressionException(start, $"'{whole}' does not fit 64 bits");
            value = value * (ulong)radix + (ulong)digit;
        }

        if (digits.Length == 0) throw new ExpressionException(start, $"'{whole}' is no number");
        return new Token(TokenKind.Number, whole, start, value, marked || value > long.MaxValue);
    }

    private static string WithoutSuffix(string whole, out bool marked)
    {
        string digits = whole.TrimEnd('u', 'U', 'l', 'L');
        marked = whole.AsSpan(digits.Length).ContainsAny('u', 'U');
        return digits;
    }

    private static int RadixOf(ref string digits)
    {
        if (digits.Length < 2 || digits[0] != '0') return 10;
        int radix = digits[1] switch { 'x' or 'X' => 16, 'b' or 'B' => 2, _ => 8 };
        digits = digits[(radix == 8 ? 1 : 2)..];
        return radix;
    }

    private static string HexHint(string whole) => whole.All(char.IsAsciiHexDigit) ? $"; hexadecimal is written 0x{whole}" : "";
}

/// <summary>Character escapes of C.</summary>
internal static class CharacterEscape
{
    /// <summary>The value of <c>\n</c>, <c>\0</c>, <c>\x41</c>, <c>\101</c>; null for anything else.</summary>
    public static ulong? Value(string escape)
    {
        string rest = escape[1..];
        if (rest.Length == 1 && "abfnrtve\\'\"?".IndexOf(rest[0]) is >= 0 and var simple) return "\a\b\f\n\r\t\v\u001b\\'\"?"[simple];
        if (rest.Length is 2 or 3 && rest[0] == 'x' && ulong.TryParse(rest.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hex)) return hex;
        if (rest.Length > 3 || !rest.All(c => c is >= '0' and <= '7')) return null;
        ulong octal = 0;
        foreach (char c in rest) octal = octal * 8 + (ulong)(c - '0');
        return octal <= 255 ? octal : null;
    }
}
