using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>How parts of a value are written in an expression, as briefly as C allows.</summary>
internal static class ExpressionText
{
    /// <summary>A member, an element (<c>[3]</c>) or what a pointer points at (<c>*</c>); null where it cannot be written.</summary>
    /// <param name="whole">The value whose part it is; null where it cannot be written.</param>
    /// <param name="part">The part's name; null for an anonymous member.</param>
    /// <param name="pointer">Whether <paramref name="whole"/> is a pointer to the structure whose member it is.</param>
    public static string? Part(string? whole, string? part, bool pointer) => Short((whole, part) switch
    {
        (null, _) or (_, null) => null,
        (_, "*") => Dereferenced(whole),
        (_, ['[', ..]) => Operand(whole) + part,
        _ => $"{Operand(whole)}{(pointer ? "->" : ".")}{part}",
    });

    /// <summary>What a pointer points at; null where it cannot be written.</summary>
    public static string? Dereferenced(string? pointer) => pointer is null ? null : Short($"*{Operand(pointer)}");

    /// <summary>In parentheses, but for what binds as closely as what is written behind it: a name or a parenthesis with members and elements.</summary>
    private static string Operand(string expression)
    {
        int at = expression.StartsWith('(') ? AfterBracket(expression, 0) : AfterName(expression, 0);
        while (at > 0 && at < expression.Length) at = AfterPart(expression, at);
        return at == expression.Length ? expression : $"({expression})";
    }

    /// <summary>The place behind <c>.name</c>, <c>-&gt;name</c> or <c>[…]</c>; -1 where there is none of these.</summary>
    private static int AfterPart(string text, int at) => text[at] switch
    {
        '[' => AfterBracket(text, at),
        '.' => AfterName(text, at + 1),
        '-' when at + 1 < text.Length && text[at + 1] == '>' => AfterName(text, at + 2),
        _ => -1,
    };

    private static int AfterName(string text, int at)
    {
        int end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '$')) end++;
        return end > at && !char.IsAsciiDigit(text[at]) ? end : -1;
    }

    private static int AfterBracket(string text, int at)
    {
        int depth = 0;
        for (int i = at; i < text.Length; i++)
        {
            if (text[i] is '(' or '[') depth++;
            if (text[i] is ')' or ']' && --depth == 0) return i + 1;
        }

        return -1;
    }

    /// <summary>Beyond the longest expression that is evaluated there is none.</summary>
    private static string? Short(string? expression) => expression?.Length <= DumpLimits.ExpressionCharacters ? expression : null;
}
