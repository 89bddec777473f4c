using System.Globalization;
using System.Text;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Filters;

/// <summary>The words of one filter, quotes taken away.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Words">The words behind it.</param>
/// <param name="Span">Where it stands.</param>
internal sealed record FilterWords(string Name, IReadOnlyList<string> Words, TextSpan Span)
{
    private const int Most = 32;

    /// <summary>Takes <c>egrep "(cr2|vcpu)" | head -2</c> apart.</summary>
    /// <exception cref="MdbException">A quote is open, or there is nothing.</exception>
    public static IReadOnlyList<FilterWords> Parse(string text, TextSpan span)
    {
        var stages = new List<FilterWords>();
        var words = new List<string>();
        int start = 0;
        for (int at = 0; at <= text.Length;)
        {
            if (at == text.Length || text[at] == '|')
            {
                if (words.Count == 0) throw new MdbException("a filter is wanted behind ! or |: grep, egrep, head, tail, wc, sort", new TextSpan(span.Start + at, 1));
                stages.Add(new FilterWords(words[0], words[1..], new TextSpan(span.Start + start, at - start)));
                if (stages.Count > Most) throw new MdbException($"at most {Most} filters follow each other", span);
                words = [];
                start = ++at;
            }
            else if (text[at] is ' ' or '\t') at++;
            else words.Add(Word(text, ref at, span.Start));
        }

        return stages;
    }

    /// <summary>The error for words that the filter does not take.</summary>
    public MdbException Wrong(string usage) => new($"! {Name}: usage: {usage}", Span);

    /// <summary>A count: <c>-5</c>, <c>-n 5</c>, <c>-n5</c>; null where none is given.</summary>
    public int? Count(string usage)
    {
        if (Words.Count == 0) return null;
        string text = Words is ["-n", var next] ? next : Words.Count == 1 && Words[0].StartsWith("-n", StringComparison.Ordinal) ? Words[0][2..] : Words.Count == 1 && Words[0].StartsWith('-') ? Words[0][1..] : "";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : throw Wrong(usage);
    }

    private static string Word(string text, ref int at, int origin)
    {
        var word = new StringBuilder();
        while (at < text.Length && text[at] is not (' ' or '\t' or '|'))
        {
            if (text[at] is '"' or '\'') Quoted(text, ref at, origin, word);
            else if (text[at] == '\\' && at + 1 < text.Length)
            {
                word.Append(text[at + 1]);
                at += 2;
            }
            else word.Append(text[at++]);
        }

        return word.ToString();
    }

    // As a shell does: between double quotes a backslash protects a quote or itself and otherwise stays; between single ones it is nothing special.
    private static void Quoted(string text, ref int at, int origin, StringBuilder into)
    {
        int open = at;
        char quote = text[at++];
        for (; at < text.Length && text[at] != quote; at++)
        {
            if (quote == '"' && text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '"' or '\\') at++;
            into.Append(text[at]);
        }

        if (at >= text.Length) throw new MdbException("the quote is not closed", new TextSpan(origin + open, 1));
        at++;
    }
}
