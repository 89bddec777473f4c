using System.Globalization;
using System.Text;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Printing;

/// <summary>Scalars as <c>::print</c> writes them (mdb_print.c: print_int_val, print_bitfield, print_ptr, print_enum, print_float).</summary>
internal sealed class ScalarText(MdbSession session, PrintOptions options)
{
    private const int LongestString = 255;

    /// <summary>Whether an array of these is text: characters that are signed, as C's <c>char</c> is here.</summary>
    public static bool IsCharacter(CType type) => type.Strip() is BaseType { Encoding: BaseEncoding.Character, Size: 1, IsSigned: true };

    /// <summary>Whether all of a text can be shown.</summary>
    public static bool IsPrintable(string text) => text.All(c => c is >= ' ' and <= '~');

    /// <summary>The value; a clause that says why where it is not there.</summary>
    public string Of(TypedValue value)
    {
        if (value.Type.Strip() is FunctionType) return value.Address is { } at ? Symbol(at) : "0";
        if (value.WhyUnreadable() is { } why) return $"??? ({why})";
        return value.Type.Strip() switch
        {
            PointerType pointer => Pointer(value, pointer),
            EnumType e => Enumeration(value, e),
            BaseType { Encoding: BaseEncoding.Float } => Real(value),
            BaseType b => Integer(value, b),
            AggregateType a => $"; <forward declaration of {a.DisplayName}>",
            VoidType => "; <void>",
            var other => $"??? ({other.DisplayName})",
        };
    }

    /// <summary>Bits as a number without a type of its own: of a hole.</summary>
    public string Bits(ulong value) => options.Decimal ? Decimal(value, false) : MdbNumbers.Hexadecimal(value);

    private string Integer(TypedValue value, BaseType type)
    {
        if (!value.TryGetUnsigned(out ulong raw)) return $"??? (unsupported integer of {type.Size} bytes)";
        value.TryGetSigned(out long signed);
        if (value.BitSize is not null)
            return type.IsSigned && !options.Hex ? Decimal(unchecked((ulong)signed), true) : options.Decimal ? Decimal(raw, false) : MdbNumbers.Hexadecimal(raw);
        if (IsCharacter(type)) return $"'{Escaped((char)raw)}'";
        if (!options.Hex && !options.Decimal && Pretty(value, raw, signed) is { } pretty) return pretty;
        return options.Decimal ? Decimal(type.IsSigned ? unchecked((ulong)signed) : raw, type.IsSigned) : MdbNumbers.Hexadecimal(raw);
    }

    private static string? Pretty(TypedValue value, ulong raw, long signed) => value.Type.Unqualified().Name switch
    {
        "time_t" when raw != 0 => MdbTime.Text(signed),
        "ipaddr_t" or "in_addr_t" when raw <= uint.MaxValue => InternetAddress.V4((uint)raw),
        _ => null,
    };

    private string Pointer(TypedValue value, PointerType type)
    {
        if (!value.TryGetUnsigned(out ulong target)) return "???";
        if (options.NoSymbols) return MdbNumbers.Hexadecimal(target);
        string text = Symbol(target);
        if (target == 0 || value.Type.Unqualified().Name == "caddr_t" || !IsCharacter(type.Target)) return text;
        if (MdbMemory.Text(value.Space, target, LongestString + 1) is not { } pointed || !IsPrintable(pointed)) return text;
        return $"{text} \"{(pointed.Length > LongestString ? pointed[..(LongestString - 3)] + "..." : pointed)}\"";
    }

    private string Symbol(ulong address) => session.Symbols.Text(address);

    private string Enumeration(TypedValue value, EnumType type)
    {
        if (!value.TryGetUnsigned(out ulong raw)) return "???";
        value.TryGetSigned(out long signed);
        bool flags = IsPowersOfTwo(type);
        string number = options.Hex || flags ? MdbNumbers.Hexadecimal(raw) : Decimal(type.IsSigned ? unchecked((ulong)signed) : raw, type.IsSigned);
        return $"{number} ({(flags ? Flags(type, raw) : null) ?? NameOf(type, type.IsSigned ? signed : unchecked((long)raw)) ?? "???"})";
    }

    private static string? NameOf(EnumType type, long value) => type.Values.FirstOrDefault(v => v.Value == value)?.Name;

    /// <summary>Whether the constants are bits: more than two of them, each (but a zero) a power of two.</summary>
    private static bool IsPowersOfTwo(EnumType type) =>
        type.Values.Count(v => v.Value != 0) > 2 && type.Values.All(v => v.Value >= 0 && (v.Value & (v.Value - 1)) == 0) && type.Values.Max(v => v.Value) > 2;

    private static string? Flags(EnumType type, ulong raw)
    {
        if (raw == 0) return null;
        var names = new List<string>();
        foreach (var value in type.Values)
        {
            if (value.Value == 0 || (raw & (ulong)value.Value) == 0) continue;
            names.Add(value.Name);
            raw &= ~(ulong)value.Value;
        }

        if (raw != 0) names.Add(MdbNumbers.Hexadecimal(raw));
        return string.Join('|', names);
    }

    private static string Real(TypedValue value) =>
        value.TryGetReal(out double real) ? Exponent(real, value.Type.Size > 8 ? 16 : 7) : $"??? (unsupported FP format of {value.Type.Size} bytes)";

    /// <summary>C's <c>%e</c>: a sign and two digits of exponent at least.</summary>
    internal static string Exponent(double real, int digits) => real.ToString($"0.{new string('0', digits)}e+00", CultureInfo.InvariantCulture);

    private static string Decimal(ulong value, bool signed)
    {
        if (!signed || unchecked((long)value) >= 0) return MdbNumbers.Prefixed(value, 10);
        return "-0t" + MdbNumbers.Plain(unchecked(0 - value), 10);
    }

    /// <summary>A character between quotes, as C escapes it.</summary>
    internal static string Escaped(char c) => c switch
    {
        '\0' => "\\0",
        '\a' => "\\a",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\v' => "\\v",
        '\f' => "\\f",
        '\r' => "\\r",
        '\\' => "\\\\",
        '\'' => "\\'",
        '"' => "\\\"",
        >= ' ' and <= '~' => c.ToString(),
        _ => new StringBuilder("\\").Append(Convert.ToString(c & 0xff, 8).PadLeft(3, '0')).ToString(),
    };
}
