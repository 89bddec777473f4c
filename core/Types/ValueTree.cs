using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types;

/// <summary>
/// A value over several lines: <c>struct x {</c>, its members one a line and indented, <c>}</c>. Array elements in a row that read the same share a line
/// (<c>[2-511] = 0</c>).
/// </summary>
internal sealed class ValueTree(ValueFormat format, int maxDepth)
{
    private const string Indent = "    ";

    private int _left = DumpLimits.ValueLines;

    public IEnumerable<string> Lines(TypedValue value)
    {
        if (ValueFormatter.IsShort(value)) return [ValueFormatter.Format(value, format)];
        string head = value.Type.Strip() is AggregateType ? value.Type.DisplayName + " " : "";
        return Limited(Open(value, head, "", 0));
    }

    private IEnumerable<string> Limited(IEnumerable<string> lines)
    {
        foreach (string line in lines) yield return line;
        if (_left < 0) yield return $"… (more than {DumpLimits.ValueLines} lines)";
    }

    /// <summary>The value behind <paramref name="head"/> (<c>name = </c>): one line, or opened.</summary>
    private IEnumerable<string> Open(TypedValue value, string head, string indent, int depth)
    {
        if (_left-- <= 0) yield break;
        bool isArray = value.Type.Strip() is ArrayType;
        if (ValueFormatter.IsShort(value) || depth >= maxDepth || depth >= DumpLimits.Nesting || (isArray && IsSmall(value)))
        {
            yield return indent + head + ValueFormatter.Inline(value, format, depth >= maxDepth ? 0 : 1);
            yield break;
        }

        yield return $"{indent}{head}{(isArray ? "[" : "{")}";
        foreach (string line in isArray ? Elements(value, indent + Indent, depth + 1) : Members(value, indent + Indent, depth + 1)) yield return line;
        yield return indent + (isArray ? "]" : "}");
    }

    private IEnumerable<string> Members(TypedValue value, string indent, int depth)
    {
        foreach (var child in value.Children(0, int.MaxValue))
            foreach (string line in Open(child.Value, child.Name is null ? "" : $"{child.Name} = ", indent, depth))
                yield return line;
    }

    private IEnumerable<string> Elements(TypedValue value, string indent, int depth)
    {
        ulong count = value.ChildCount();
        int shown = (int)Math.Min(count, (ulong)Math.Max(0, format.MaxElements));
        List<string>? last = null;
        int first = 0;
        for (int i = 0; i < shown; i++)
        {
            // An element is written without its index first, so that equal ones are seen to be equal.
            var lines = Open(value.Element(i), "", indent, depth).ToList();
            if (lines.Count == 0) break;
            if (last is not null && lines.SequenceEqual(last)) continue;
            if (last is not null)
                foreach (string line in Named(last, first, i - 1, indent)) yield return line;
            (last, first) = (lines, i);
        }

        if (last is not null)
            foreach (string line in Named(last, first, shown - 1, indent)) yield return line;
        if (count > (ulong)shown) yield return $"{indent}… {count - (ulong)shown} more";
    }

    private static IEnumerable<string> Named(List<string> lines, int first, int last, string indent)
    {
        string index = first == last ? $"[{first}]" : $"[{first}-{last}]";
        yield return $"{indent}{index} = {lines[0][indent.Length..]}";
        foreach (string line in lines.Skip(1)) yield return line;
    }

    /// <summary>Whether an array is short enough for one line and has nothing to open.</summary>
    private bool IsSmall(TypedValue value) =>
        value.ChildCount() <= (ulong)Math.Max(0, format.MaxInline) && value.Children(0, format.MaxInline).All(c => ValueFormatter.IsShort(c.Value));
}
