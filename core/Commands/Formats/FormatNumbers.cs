using System.Buffers.Binary;
using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Formats;

/// <summary>Texts and widths of formats of a fixed size (the table of usr/src/cmd/mdb/common/mdb/mdb_fmt.c).</summary>
public static class FormatNumbers
{
    /// <summary>The text and the width of its field; 0 for a field as wide as its text.</summary>
    /// <param name="letter">The format.</param>
    /// <param name="value">The bits, zero above the format's size.</param>
    /// <param name="session">The radix, the pointer's size and symbols.</param>
    public static (string Text, int Width) Text(char letter, ulong value, MdbSession session) => letter switch
    {
        'B' => (Hex(value), 8),
        'x' => (Hex(value), 8),
        'X' => (Hex(value), 16),
        'K' => session.PointerSize == 4 ? (Hex(value), 16) : Hex64(value),
        'J' or 'Z' => Hex64(value),
        'd' => (Signed(value, 2), 8),
        'D' => (Signed(value, 4), 16),
        'e' => (Signed(value, 8), 16),
        'v' => (Signed(value, 1), 8),
        'u' or 'V' => (Decimal(value), 8),
        'U' or 'E' => (Decimal(value), 16),
        'b' or 'o' => (Octal(value), 8),
        'O' => (Octal(value), 16),
        'G' => (MdbNumbers.Plain(value, 8), 16),
        'q' => (SignedOctal(value, 2), 8),
        'Q' => (SignedOctal(value, 4), 16),
        'g' => (SignedOctal(value, 8, prefix: ""), 16),
        'w' => (MdbNumbers.Plain(value, session.Radix), 8),
        'W' => (MdbNumbers.Plain(value, session.Radix), 16),
        'p' or 'P' => (session.Symbols.Text(value), 16),
        'c' => (FormatText.Raw((byte)value).ToString(), 0),
        'C' => (FormatText.Escaped((byte)value), 0),
        'h' => (Hex(BinaryPrimitives.ReverseEndianness((ushort)value)), 8),
        'H' => (Hex(BinaryPrimitives.ReverseEndianness((uint)value)), 16),
        'R' => (MdbNumbers.Plain(value, 2), 64),
        'Y' => (Time(unchecked((int)value), session), 24),
        'y' => (Time(unchecked((long)value), session), 24),
        'f' => (Scientific(BitConverter.Int32BitsToSingle(unchecked((int)value)), 7), 0),
        _ => (Scientific(BitConverter.Int64BitsToDouble(unchecked((long)value)), 16), 0),
    };

    /// <summary><c>2007 Apr 10 11:29:00</c>, in UTC; a number where no calendar has the time (<c>%Y</c>).</summary>
    public static string Time(long seconds, MdbSession session)
    {
        if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return SignedRadix(seconds, session.Radix);
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy MMM} {time.Day,2} {time:HH:mm:ss}");
    }

    private static string Hex(ulong value) => MdbNumbers.Plain(value);

    // One wider where all sixteen digits are used, so that neighbours do not touch.
    private static (string Text, int Width) Hex64(ulong value) => (Hex(value), value >> 60 != 0 ? 17 : 16);

    private static string Decimal(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Signed(ulong value, int bytes) => SignExtended(value, bytes).ToString(CultureInfo.InvariantCulture);

    private static string Octal(ulong value) => value == 0 ? "0" : "0" + MdbNumbers.Plain(value, 8);

    private static string SignedOctal(ulong value, int bytes, string prefix = "0")
    {
        long signed = SignExtended(value, bytes);
        return signed == 0 ? "0" : prefix + SignedRadix(signed, 8);
    }

    private static string SignedRadix(long value, int radix) =>
        value < 0 ? "-" + MdbNumbers.Plain(unchecked((ulong)-value), radix) : MdbNumbers.Plain((ulong)value, radix);

    private static long SignExtended(ulong value, int bytes) => unchecked((long)(value << (64 - bytes * 8)) >> (64 - bytes * 8));

    // As printf's %+.7e; what is no number has its name (mdb_string.c, doubletos).
    private static string Scientific(double value, int digits)
    {
        if (double.IsNaN(value)) return double.IsNegative(value) ? "-NaN" : "+NaN";
        if (double.IsInfinity(value)) return value < 0 ? "-Inf" : "+Inf";
        string text = value.ToString($"e{digits}", CultureInfo.InvariantCulture);
        int exponent = text.IndexOf('e', StringComparison.Ordinal);
        string power = text[(exponent + 2)..].TrimStart('0').PadLeft(2, '0');
        return $"{(double.IsNegative(value) ? "" : "+")}{text[..(exponent + 2)]}{power}";
    }
}
