using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Filters;

/// <summary><c>grep</c>, <c>egrep</c>, <c>fgrep</c>: lines that match, with <c>-v -i -c -w -n -E -F</c>. The matching is linear in the line, whatever the pattern.</summary>
internal sealed class GrepFilter : LineFilter
{
    private const string Usage = "grep [-civnwEF] pattern";
    private readonly Regex _pattern;
    private readonly HashSet<char> _flags = [];

    public GrepFilter(FilterWords words, bool isExtended, bool isFixed = false)
    {
        string? pattern = null;
        for (int i = 0; i < words.Words.Count; i++)
        {
            string word = words.Words[i];
            if (pattern is null && word == "-e" && i + 1 < words.Words.Count) pattern = words.Words[++i];
            else if (pattern is null && word.Length > 1 && word[0] == '-') AddFlags(words, word);
            else if (pattern is null) pattern = word;
            else throw words.Wrong(Usage);
        }

        if (pattern is null) throw words.Wrong(Usage);
        isFixed |= _flags.Contains('F');
        string text = isFixed ? Regex.Escape(pattern) : isExtended || _flags.Contains('E') ? pattern : FromBasic(pattern);
        if (_flags.Contains('w')) text = $@"\b(?:{text})\b";
        _pattern = Patterns.Extended(text, _flags.Contains('i') ? RegexOptions.IgnoreCase : RegexOptions.None)
            ?? throw new MdbException($"! {words.Name}: {pattern} is no regular expression that can be used here", words.Span);
    }

    public override IEnumerable<CommandOutput> Apply(IEnumerable<CommandOutput> lines)
    {
        int number = 0, count = 0;
        foreach (var line in lines)
        {
            if (line.IsError)
            {
                yield return line;
                continue;
            }

            number++;
            if (_pattern.IsMatch(line.Text) == _flags.Contains('v')) continue;
            count++;
            if (!_flags.Contains('c')) yield return _flags.Contains('n') ? CommandOutput.Line($"{number}:{line.Text}") : line;
        }

        if (_flags.Contains('c')) yield return CommandOutput.Line(count.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private void AddFlags(FilterWords words, string word)
    {
        foreach (char flag in word.AsSpan(1))
        {
            if (!"civnwEF".Contains(flag, StringComparison.Ordinal)) throw words.Wrong(Usage);
            _flags.Add(flag);
        }
    }

    /// <summary>POSIX basic expressions: brackets and bars mean themselves unless a backslash stands before them.</summary>
    private static string FromBasic(string pattern)
    {
        const string Special = "(){}|+?";
        var text = new System.Text.StringBuilder();
        for (int i = 0; i < pattern.Length; i++)
        {
            bool escaped = pattern[i] == '\\' && i + 1 < pattern.Length;
            char c = escaped ? pattern[++i] : pattern[i];
            if (Special.Contains(c, StringComparison.Ordinal)) text.Append(escaped ? "" : "\\").Append(c);
            else text.Append(escaped ? "\\" : "").Append(c);
        }

        return text.ToString();
    }
}
