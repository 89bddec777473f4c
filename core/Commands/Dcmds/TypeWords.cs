using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary>Types among the words of a command: <c>struct vcpu</c> is two words, <c>unsigned long *</c> three (mdb_print.c, args_to_typename).</summary>
internal static class TypeWords
{
    private static readonly string[] Tags = ["struct", "union", "enum"];
    private static readonly string[] Qualifiers = ["unsigned", "signed", "long", "short", "const", "volatile"];

    /// <summary>Takes the words of a type from the front; null, and nothing taken, where they name none.</summary>
    public static CType? Take(MdbTypes types, List<string> words)
    {
        int count = Count(words);
        string name = string.Join(' ', words.Take(count));

        // A tag without its keyword is good enough, where nothing else has that name.
        var found = types.Find(name) ?? (Tags.Contains(words[0]) ? null : Tags.Select(t => types.Find($"{t} {name}")).FirstOrDefault(t => t is not null));
        if (found is not null) words.RemoveRange(0, count);
        return found;
    }

    /// <summary>The same, which must be there.</summary>
    /// <exception cref="MdbException">There is no such type.</exception>
    public static CType Require(MdbTypes types, List<string> words)
    {
        if (words.Count == 0) throw new MdbException("a type is wanted");
        return Take(types, words) ?? types.Require(string.Join(' ', words.Take(Count(words))));
    }

    private static int Count(List<string> words)
    {
        int count = 0;
        while (count < words.Count - 1 && (Tags.Contains(words[count]) || Qualifiers.Contains(words[count]))) count++;

        // The last qualifier may be the type itself: "unsigned" alone, or before a star or a member.
        if (count > 0 && Qualifiers.Contains(words[count - 1]) && !IsBase(words[count])) count--;
        count++;
        while (count < words.Count && words[count].All(c => c == '*')) count++;
        return count;
    }

    private static bool IsBase(string word) => word.TrimEnd('*') is "int" or "char" or "long" or "short" or "double" || Qualifiers.Contains(word);
}
