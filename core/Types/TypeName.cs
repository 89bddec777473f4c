using System.Globalization;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types;

/// <summary>Which of C's name spaces a type's name is in.</summary>
internal enum TypeNameKind
{
    /// <summary>A struct's tag.</summary>
    Struct,

    /// <summary>A union's tag.</summary>
    Union,

    /// <summary>An enumeration's tag.</summary>
    Enum,

    /// <summary>A typedef or base type.</summary>
    Plain,
}

/// <summary>
/// A type as C spells it, taken apart: <c>const struct vcpu *[4]</c> is the struct vcpu, one pointer, one dimension. Pointers to arrays and
/// functions are not read: those are written with typedefs.
/// </summary>
internal sealed record TypeName
{
    private static readonly string[] BaseWords = ["signed", "unsigned", "short", "long", "int", "char"];

    /// <summary>The name space of the name.</summary>
    public required TypeNameKind Kind { get; init; }

    /// <summary>The name, in each way that compilers spell it: gcc's <c>long unsigned int</c> is LLVM's <c>unsigned long</c>, and <c>unsigned int</c>
    /// CTF's <c>unsigned</c>.</summary>
    public required IReadOnlyList<string> Spellings { get; init; }

    /// <summary>How many <c>*</c>.</summary>
    public required int Pointers { get; init; }

    /// <summary>Array dimensions, outermost first; null for <c>[]</c>.</summary>
    public required IReadOnlyList<ulong?> Dimensions { get; init; }

    /// <summary>Takes a spelling apart; null where it is none.</summary>
    public static TypeName? Parse(string text)
    {
        int end = text.IndexOfAny(['*', '[']);
        string[] words = [.. (end < 0 ? text : text[..end]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(w => !IsQualifier(w))];
        if (words.Length == 0 || !words.All(IsIdentifier) || !TryParseSuffix(end < 0 ? "" : text[end..], out int pointers, out var dimensions)) return null;
        TypeNameKind? keyword = words[0] switch
        {
            "struct" or "class" => TypeNameKind.Struct,
            "union" => TypeNameKind.Union,
            "enum" => TypeNameKind.Enum,
            _ => null,
        };
        if (keyword is not null && words.Length != 2) return null;
        return new TypeName
        {
            Kind = keyword ?? TypeNameKind.Plain,
            Spellings = keyword is null ? Spell(words) : [words[1]],
            Pointers = pointers,
            Dimensions = dimensions,
        };
    }

    /// <summary>The name alone, as <see cref="ITypeSource.Find"/> takes it: <c>struct vcpu</c>.</summary>
    public string Base => Kind switch
    {
        TypeNameKind.Struct => "struct " + Spellings[0],
        TypeNameKind.Union => "union " + Spellings[0],
        TypeNameKind.Enum => "enum " + Spellings[0],
        _ => Spellings[0],
    };

    /// <summary>Puts pointers and dimensions around the named type.</summary>
    public CType Wrap(CType named, int pointerSize)
    {
        for (int i = 0; i < Pointers; i++)
        {
            var target = named;
            named = new PointerType(() => target, (ulong)pointerSize);
        }

        foreach (ulong? dimension in Dimensions.Reverse())
        {
            var element = named;
            named = new ArrayType(() => element, dimension);
        }

        return named;
    }

    private static bool IsQualifier(string word) =>
        word is "const" or "volatile" or "restrict" or "_Restrict" or "_Atomic" or "static" or "auto" or "extern" or "register";

    private static bool IsIdentifier(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or ':' or '<' or '>' or '.') && !char.IsAsciiDigit(word[0]);

    private static bool TryParseSuffix(string text, out int pointers, out IReadOnlyList<ulong?> dimensions)
    {
        var found = new List<ulong?>();
        pointers = 0;
        dimensions = found;
        for (int at = 0; at < text.Length;)
        {
            string rest = text[at..];
            string? qualifier = Array.Find(["const", "volatile", "restrict"], q => rest.StartsWith(q, StringComparison.Ordinal));
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '*' && found.Count == 0 && pointers < DumpLimits.Nesting)
            {
                pointers++;
                at++;
            }
            else if (qualifier is not null && found.Count == 0)
            {
                at += qualifier.Length;
            }
            else if (text[at] == '[' && rest.IndexOf(']') is var close and > 0 && found.Count < DumpLimits.Nesting && TryParseCount(rest[1..close], out ulong? count))
            {
                found.Add(count);
                at += close + 1;
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryParseCount(string text, out ulong? count)
    {
        text = text.Trim();
        count = null;
        if (text.Length == 0) return true;
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool ok = ulong.TryParse(hex ? text[2..] : text, hex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out ulong number);
        count = number;
        return ok;
    }

    private static IReadOnlyList<string> Spell(string[] words)
    {
        string given = string.Join(' ', words);
        if (!words.All(w => BaseWords.Contains(w))) return [given];
        bool isUnsigned = words.Contains("unsigned");
        int longs = words.Count(w => w == "long");
        if (words.Contains("char")) return isUnsigned ? ["unsigned char"] : words.Contains("signed") ? ["signed char"] : ["char"];
        string size = words.Contains("short") ? "short" : longs == 0 ? "" : longs == 1 ? "long" : "long long";
        if (size.Length == 0) return isUnsigned ? ["unsigned int", "unsigned"] : ["int"];
        return isUnsigned ? [$"{size} unsigned int", $"unsigned {size}", $"unsigned {size} int"] : [$"{size} int", size];
    }
}
