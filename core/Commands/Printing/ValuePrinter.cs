using System.Text;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Printing;

/// <summary>Values of any type in mdb's layout (mdb_print.c: elt_print, print_array, print_sou, print_close_sou), line by line.</summary>
/// <param name="session">Names addresses.</param>
/// <param name="options">How values are shown.</param>
public sealed class ValuePrinter(MdbSession session, PrintOptions options)
{
    private const int Tab = 4;
    private readonly ScalarText _scalars = new(session, options);

    /// <summary>The lines of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">What it is called before the equals sign; null for a whole object.</param>
    /// <param name="joint">What stands between that and its members' names: <c>.</c>, <c>-></c>.</param>
    public IEnumerable<string> Lines(TypedValue value, string? name, string joint) =>
        Element(value, value.Type, new Place(0, 0, name, name is null ? "" : name + joint, name ?? ""), DumpLimits.Nesting).Take(DumpLimits.ValueLines);

    private IEnumerable<string> Element(TypedValue value, CType type, Place place, int limit)
    {
        string head = Head(value, type, place);
        var stripped = type.Strip();
        if (stripped is AggregateType { IsDeclaration: false } aggregate)
        {
            if (limit <= 0 || (ulong)place.Depth >= options.MaxDepth) yield return head + "{ ... }";
            else if (options.Values && Address(value, type) is { } text) yield return head + text;
            else foreach (string line in Members(value, aggregate, place, head, limit)) yield return line;
        }
        else if (stripped is ArrayType array && options.Values)
        {
            foreach (string line in Array(value, array, place, head, limit)) yield return line;
        }
        else
        {
            yield return (options.Values ? head + _scalars.Of(value) : head).TrimEnd();
        }
    }

    private IEnumerable<string> Members(TypedValue value, AggregateType type, Place place, string head, int limit)
    {
        yield return head + "{";
        ulong expected = 0;
        foreach (var member in type.Members)
        {
            if (options.Holes && !type.IsUnion)
                foreach (string hole in Holes(value, expected, member.BitOffset, place)) yield return hole;
            expected = Math.Max(expected, End(member));
            var inner = place with { Depth = place.Depth + 1, Own = member.Name ?? "", Prefix = place.Depth == 0 ? place.Joint : null };
            foreach (string line in Element(value.Member(member), member.Type, inner, limit - 1)) yield return line;
        }

        if (options.Holes && !type.IsUnion)
            foreach (string hole in Holes(value, expected, unchecked(type.Size * 8), place)) yield return hole;
        yield return Indent(place.Depth + place.Nest) + (place.Depth == 0 && place.Nest > 0 ? "}," : "}");
    }

    private static ulong End(MemberInfo member) => unchecked(member.BitOffset + (member.BitSize is { } bits ? (ulong)bits : member.Type.Size * 8));

    private IEnumerable<string> Array(TypedValue value, ArrayType array, Place place, string head, int limit)
    {
        ulong count = array.Count ?? 0, shown = Math.Min(count, options.MaxElements);
        if (limit <= 0 || (ulong)place.Depth >= options.MaxDepth || shown == 0)
        {
            yield return head + "[ ... ]";
            yield break;
        }

        if (count <= options.MaxText && count <= DumpLimits.StringBytes && ScalarText.IsCharacter(array.Element) && Text(value, (int)count) is { } text)
        {
            yield return $"{head}[ \"{text}\" ]";
            yield break;
        }

        if (!HoldsStructures(array.Element))
        {
            foreach (string line in Inline(value, array, place, head, limit)) yield return line;
            yield break;
        }

        yield return head + "[";
        var inner = new Place(0, place.Nest + place.Depth + 1, null, "", "");
        var printer = new ValuePrinter(session, options with { MaxDepth = options.MaxDepth == ulong.MaxValue ? ulong.MaxValue : options.MaxDepth - (ulong)place.Depth - 1 });
        for (ulong i = 0; i < shown; i++)
            foreach (string line in printer.Element(value.Element((long)i), array.Element, inner, limit - 1)) yield return line;
        yield return Indent(place.Depth + place.Nest) + (shown < count ? "... ]" : "]");
    }

    private IEnumerable<string> Inline(TypedValue value, ArrayType array, Place place, string head, int limit)
    {
        var line = new StringBuilder(head);
        Inline(line, value, array, limit);
        yield return line.ToString();
    }

    private void Inline(StringBuilder line, TypedValue value, ArrayType array, int limit)
    {
        ulong count = array.Count ?? 0, shown = Math.Min(count, options.MaxElements);
        line.Append("[ ");
        for (ulong i = 0; i < shown && line.Length < DumpLimits.StringBytes; i++)
        {
            if (i > 0) line.Append(", ");
            var element = value.Element((long)i);
            if (array.Element.Strip() is ArrayType inner && limit > 0) Inline(line, element, inner, limit - 1);
            else line.Append(_scalars.Of(element));
        }

        line.Append(shown < count ? ", ... ]" : " ]");
    }

    private static bool HoldsStructures(CType type)
    {
        for (int i = 0; i < DumpLimits.Nesting; i++)
        {
            if (type.Strip() is not ArrayType array) return type.Strip() is AggregateType { IsDeclaration: false };
            type = array.Element;
        }

        return false;
    }

    /// <summary>Text up to its NUL, where all of it can be shown; null elsewhere.</summary>
    private static string? Text(TypedValue value, int count)
    {
        byte[] bytes = new byte[count];
        if (!value.TryRead(0, bytes)) return null;
        int end = System.Array.IndexOf(bytes, (byte)0);
        string text = Encoding.Latin1.GetString(bytes, 0, end < 0 ? count : end);
        return ScalarText.IsPrintable(text) ? text : null;
    }

    /// <summary>The structures whose members say less than what they mean: internet addresses.</summary>
    private static string? Address(TypedValue value, CType type)
    {
        string name = type.Unqualified().DisplayName;
        if (name is not ("struct in_addr" or "struct in6_addr" or "in6_addr_t") || type.Size is not (4 or 16)) return null;
        byte[] bytes = new byte[type.Size];
        return value.TryRead(0, bytes) ? InternetAddress.Text(bytes) : null;
    }

    private string Head(TypedValue value, CType type, Place place)
    {
        var head = new StringBuilder(Indent(place.Depth + place.Nest));
        if (options.Addresses) AddAddress(head, value);
        if (options.Types) AddType(head, type, place);
        head.Append(place.Depth == 0 ? place.Prefix : place.Prefix + place.Own);
        if (options.Types && value.BitSize is { } bits) head.Append(" :").Append(MdbNumbers.Plain((ulong)bits, 10));
        if (place.Depth != 0 || place.Prefix is not null) head.Append(options.Values ? " = " : " ");
        return head.ToString();
    }

    private static void AddAddress(StringBuilder head, TypedValue value)
    {
        head.Append(MdbNumbers.Plain(value.Address ?? 0));
        if (value.BitShift != 0) head.Append('.').Append(MdbNumbers.Plain((ulong)value.BitShift));
        head.Append(' ');
    }

    private void AddType(StringBuilder head, CType type, Place place)
    {
        string name = Name(type);
        if (options.BaseTypes && Name(type.Strip()) is var stands && stands != name && !stands.EndsWith("{...}", StringComparison.Ordinal)) name = $"{name} <<{stands}>>";
        head.Append(name);
        if (!name.EndsWith('*') || (place.Depth == 0 && place.Prefix is null)) head.Append(' ');
    }

    private static string Name(CType type) => type.DisplayName;

    private IEnumerable<string> Holes(TypedValue value, ulong from, ulong to, Place place)
    {
        // A hole is shown as numbers of at most eight bytes; one of a damaged type may be of any size.
        for (int i = 0; from < to && i < DumpLimits.Members; i++)
        {
            ulong end = to - from <= 64 ? to : Math.Min(to, from - from % 64 + 64);
            yield return Hole(value, from, (int)(end - from), place);
            from = end;
        }
    }

    private string Hole(TypedValue value, ulong from, int bits, Place place)
    {
        bool odd = from % 8 != 0 || bits is not (8 or 16 or 32 or 64);
        var type = new BaseType(odd ? "unsigned" : $"uint{bits}_t", 8, BaseEncoding.Unsigned);
        var hole = odd ? value.Part(type, from / 8, (int)(from % 8), Math.Min(bits, 63)) : value.Part(new BaseType(type.Name!, (ulong)bits / 8, BaseEncoding.Unsigned), from / 8);
        var head = new StringBuilder(Indent(place.Depth + 1 + place.Nest));
        if (options.Addresses) AddAddress(head, hole);
        if (options.Types) head.Append(type.Name).Append(' ');
        head.Append("<<HOLE>>");
        if (odd && options.Types) head.Append(" :").Append(MdbNumbers.Plain((ulong)bits, 10));
        if (!options.Values) return head.ToString();
        return head.Append(" = ").Append(hole.WhyUnreadable() is { } why ? $"??? ({why})" : hole.TryGetUnsigned(out ulong raw) ? _scalars.Bits(raw) : "???").ToString();
    }

    private static string Indent(int levels) => new(' ', levels * Tab);

    /// <summary>Where in the layout an element stands.</summary>
    /// <param name="Depth">Structures around it, since the last array.</param>
    /// <param name="Nest">Levels of the arrays around it.</param>
    /// <param name="Prefix">What stands before its own name; null for nothing, not even an equals sign at depth 0.</param>
    /// <param name="Joint">What stands before the names of its members, where it is at depth 0.</param>
    /// <param name="Own">Its own name.</param>
    private readonly record struct Place(int Depth, int Nest, string? Prefix, string Joint, string Own);
}
