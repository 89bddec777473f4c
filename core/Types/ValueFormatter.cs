using System.Globalization;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types;

/// <summary>How values are written.</summary>
public sealed record ValueFormat
{
    /// <summary>Integers in hexadecimal.</summary>
    public bool Hex { get; init; }

    /// <summary>Characters of a string that are shown.</summary>
    public int MaxString { get; init; } = 200;

    /// <summary>Members or elements of an aggregate that are shown on one line.</summary>
    public int MaxInline { get; init; } = 8;

    /// <summary>Elements of an array that are shown over several lines.</summary>
    public int MaxElements { get; init; } = 200;

    /// <summary>Names an address (<c>do_sched_op+0x10</c>), for pointers to functions and code; null for none, or where it gives null.</summary>
    public Func<ulong, string?>? Symbolize { get; init; }

    /// <summary>The default.</summary>
    public static ValueFormat Default { get; } = new();
}

/// <summary>Writes values as C programmers expect them: <c>10</c>, <c>0x2a</c>, <c>0xffff830003c3b000</c>, <c>"rootfs"</c>, <c>{id = 42, depth = 0, …}</c>.</summary>
public static class ValueFormatter
{
    // Aggregates within aggregates on one line: deeper ones are only hinted at.
    private const int InlineDepth = 2;

    /// <summary>One line. Absent values are <c>&lt;optimized out&gt;</c> or <c>&lt;why&gt;</c>.</summary>
    public static string Format(TypedValue value, ValueFormat? format = null) => Inline(value, format ?? ValueFormat.Default, InlineDepth);

    /// <summary>
    /// The whole value over several lines, members indented, aggregates opened down to <paramref name="maxDepth"/>; for <c>xendump print</c>.
    /// </summary>
    public static IEnumerable<string> FormatTree(TypedValue value, int maxDepth = 20, ValueFormat? format = null) =>
        new ValueTree(format ?? ValueFormat.Default, maxDepth).Lines(value);

    internal static string Inline(TypedValue value, ValueFormat format, int depth)
    {
        var type = value.Type.Strip();
        if (value.Status != ValueStatus.Available) return $"<{value.StatusText}>";
        return type switch
        {
            AggregateType aggregate => Aggregate(value, aggregate, format, depth),
            ArrayType array => Array(value, array, format, depth),
            _ => Scalar(value, type, format),
        };
    }

    /// <summary>Whether a value is written on one line even where others are opened: scalars, strings, what is absent.</summary>
    internal static bool IsShort(TypedValue value) => value.Status != ValueStatus.Available || value.Type.Strip() switch
    {
        AggregateType aggregate => aggregate.IsDeclaration,
        ArrayType array => CText.OfArray(value, array, ValueFormat.Default) is not null,
        _ => true,
    };

    private static string Scalar(TypedValue value, CType type, ValueFormat format) => type switch
    {
        VoidType => "void",
        BrokenType => type.DisplayName,
        FunctionType => value.Address is { } at ? $"{{{type.DisplayName}}} {Code(at, format)}" : $"{{{type.DisplayName}}}",
        BaseType { Encoding: BaseEncoding.Float } when value.TryGetReal(out double real) => real.ToString("R", CultureInfo.InvariantCulture),
        BaseType { Size: 16, Encoding: not BaseEncoding.Float } when value.BitSize is null => Wide(value, type, format),
        _ when !value.TryGetUnsigned(out _) => $"<{value.WhyUnreadable() ?? $"{type.DisplayName} of {type.Size} bytes cannot be shown"}>",
        PointerType pointer => Pointer(value, pointer, format),
        EnumType e => Enumeration(value, e, format),
        BaseType b => Number(value, b, format),
        _ => "?",
    };

    private static string Number(TypedValue value, BaseType type, ValueFormat format)
    {
        value.TryGetUnsigned(out ulong raw);
        value.TryGetSigned(out long number);
        if (type.Encoding == BaseEncoding.Boolean && raw <= 1) return raw == 1 ? "true" : "false";
        string text = format.Hex ? AddressText.Hex(raw)
            : ValueNavigation.IsSigned(type) ? number.ToString(CultureInfo.InvariantCulture) : raw.ToString(CultureInfo.InvariantCulture);
        return type.Encoding == BaseEncoding.Character && value.BitSize is null ? $"{text} {CText.Quote(raw)}" : text;
    }

    private static string Wide(TypedValue value, CType type, ValueFormat format)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!value.TryRead(0, bytes)) return $"<{value.WhyUnreadable()}>";
        if (format.Hex) return "0x" + System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes).ToString("x", CultureInfo.InvariantCulture);
        return ValueNavigation.IsSigned(type)
            ? System.Buffers.Binary.BinaryPrimitives.ReadInt128LittleEndian(bytes).ToString(CultureInfo.InvariantCulture)
            : System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes).ToString(CultureInfo.InvariantCulture);
    }

    private static string Pointer(TypedValue value, PointerType pointer, ValueFormat format)
    {
        value.TryGetUnsigned(out ulong address);
        var target = pointer.Target.Strip();
        if (target is FunctionType) return Code(address, format);
        string text = AddressText.Hex(address);
        bool isText = target is BaseType { Encoding: BaseEncoding.Character, Size: 1 };
        return isText && address != 0 ? $"{text} {CText.At(value.Space, address, format)}" : text;
    }

    private static string Code(ulong address, ValueFormat format) =>
        address != 0 && format.Symbolize?.Invoke(address) is { } name ? $"{AddressText.Hex(address)} <{name}>" : AddressText.Hex(address);

    /// <summary>The constant's name; of flags, those that are set and what is left over; else the number.</summary>
    private static string Enumeration(TypedValue value, EnumType type, ValueFormat format)
    {
        value.TryGetSigned(out long number);
        value.TryGetUnsigned(out ulong raw);
        foreach (var e in type.Values)
            if (e.Value == number && e.Name.Length > 0) return e.Name;
        string plain = format.Hex || !type.IsSigned ? AddressText.Hex(raw) : number.ToString(CultureInfo.InvariantCulture);
        if (number <= 0 || !type.Values.All(e => e.Value >= 0 && (e.Value & (e.Value - 1)) == 0)) return plain;
        var names = new List<string>();
        ulong left = raw;
        foreach (var e in type.Values)
        {
            ulong bit = unchecked((ulong)e.Value);
            if (bit == 0 || (left & bit) == 0) continue;
            names.Add(e.Name);
            left &= ~bit;
        }

        if (names.Count == 0) return plain;
        if (left != 0) names.Add(AddressText.Hex(left));
        return string.Join(" | ", names);
    }

    private static string Aggregate(TypedValue value, AggregateType type, ValueFormat format, int depth)
    {
        if (type.IsDeclaration) return "<incomplete type>";
        if (depth <= 0) return "{...}";
        var parts = new List<string>();
        foreach (var child in value.Children(0, format.MaxInline))
        {
            string text = Inline(child.Value, format, depth - 1);
            parts.Add(child.Name is null ? text : $"{child.Name} = {text}");
        }

        if (type.Members.Count > parts.Count) parts.Add("…");
        return $"{{{string.Join(", ", parts)}}}";
    }

    private static string Array(TypedValue value, ArrayType type, ValueFormat format, int depth)
    {
        if (CText.OfArray(value, type, format) is { } text) return text;
        if (depth <= 0) return "{...}";
        string[] parts = [.. value.Children(0, format.MaxInline).Select(c => Inline(c.Value, format, depth - 1))];
        bool more = (type.Count ?? 0) > (ulong)parts.Length;

        // What cannot be read at all is said once.
        if (parts.Length > 1 && parts.All(p => p.StartsWith('<'))) return parts[0];
        return $"{{{string.Join(", ", more ? [.. parts, "…"] : parts)}}}";
    }
}
