using System.Globalization;

namespace XenDumpAdapter.Core.Commands.Language;

/// <summary>Numbers as mdb reads and writes them: in a current radix, or with a prefix that names one.</summary>
public static class MdbNumbers
{
    /// <summary>The radix that a prefix names: <c>0x</c>, <c>0t</c>, <c>0o</c>, <c>0i</c>; null where there is none.</summary>
    public static int? PrefixRadix(ReadOnlySpan<char> text) => text.Length < 3 || text[0] != '0' ? null : text[1] switch
    {
        'x' or 'X' => 16,
        't' or 'T' => 10,
        'o' or 'O' => 8,
        'i' or 'I' => 2,
        _ => null,
    };

    /// <summary>A number, with a prefix or in <paramref name="radix"/>; false where a digit is none or 64 bits do not hold it.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, int radix, out ulong value) =>
        PrefixRadix(text) is { } own ? TryParse(text[2..], own, out value) : TryParse(text, radix, out value);

    /// <summary>Digits of a radix from 2 to 16, with <c>_</c> between them or none; false where one is none or 64 bits do not hold the number.</summary>
    public static bool TryParse(ReadOnlySpan<char> digits, int radix, out ulong value)
    {
        value = 0;
        if (digits.Length > 0 && digits[0] == '_') return false;
        foreach (char c in digits)
        {
            if (c == '_') continue;
            int digit = char.IsAsciiHexDigit(c) ? char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10 : radix;
            if (digit >= radix) return false;
            ulong high = Math.BigMul(value, (ulong)radix, out ulong low);
            if (high != 0 || low > ulong.MaxValue - (ulong)digit) return false;
            value = low + (ulong)digit;
        }

        return digits.Length > 0;
    }

    /// <summary>In a radix, without prefix (<c>%r</c>).</summary>
    public static string Plain(ulong value, int radix = 16)
    {
        if (radix == 16) return value.ToString("x", CultureInfo.InvariantCulture);
        if (radix == 10) return value.ToString(CultureInfo.InvariantCulture);
        Span<char> digits = stackalloc char[64];
        int at = digits.Length;
        do
        {
            digits[--at] = (char)('0' + value % (ulong)radix);
            value /= (ulong)radix;
        }
        while (value != 0);
        return digits[at..].ToString();
    }

    /// <summary>In hexadecimal with its prefix, zero without (<c>%#x</c>): <c>0</c>, <c>0x5</c>.</summary>
    public static string Hexadecimal(ulong value) => value == 0 ? "0" : "0x" + Plain(value);

    /// <inheritdoc cref="Hexadecimal(ulong)"/>
    public static string Hexadecimal(int value) => Hexadecimal((ulong)value);

    /// <summary>In a radix, with the prefix where the number needs one (<c>%#r</c>): <c>9</c>, <c>0xa</c>, <c>0t10</c>.</summary>
    public static string Prefixed(ulong value, int radix = 16)
    {
        ulong last = radix switch
        {
            8 => 7,
            2 => 1,
            _ => 9,
        };
        if (value <= last) return Plain(value, radix);
        return radix switch
        {
            8 => "0o",
            2 => "0i",
            10 => "0t",
            _ => "0x",
        } + Plain(value, radix);
    }
}
