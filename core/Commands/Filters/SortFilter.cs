using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Filters;

/// <summary><c>sort</c>: <c>-r</c> backwards, <c>-n</c> by number, <c>-u</c> without repeats, <c>-k N</c> from the Nth word on.</summary>
internal sealed class SortFilter : LineFilter
{
    private const string Usage = "sort [-nru] [-k word]";
    private readonly HashSet<char> _flags = [];
    private readonly int _word = 1;

    public SortFilter(FilterWords words)
    {
        for (int i = 0; i < words.Words.Count; i++)
        {
            string word = words.Words[i];
            if (word.Length < 2 || word[0] != '-') throw words.Wrong(Usage);
            if (word[1] == 'k')
            {
                string number = word.Length > 2 ? word[2..] : i + 1 < words.Words.Count ? words.Words[++i] : "";
                if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _word) || _word == 0) throw words.Wrong(Usage);
                continue;
            }

            foreach (char flag in word.AsSpan(1))
            {
                if (!"nru".Contains(flag, StringComparison.Ordinal)) throw words.Wrong(Usage);
                _flags.Add(flag);
            }
        }
    }

    public override IEnumerable<CommandOutput> Apply(IEnumerable<CommandOutput> lines)
    {
        var kept = new List<(string Key, double Number, CommandOutput Line)>();
        foreach (var line in lines)
        {
            if (line.IsError) yield return line;
            else kept.Add(Keyed(line));
            if (kept.Count > DumpLimits.SortedLines) throw new MdbException($"! sort: more than {DumpLimits.SortedLines} lines");
        }

        var sorted = kept.Order(Comparer<(string Key, double Number, CommandOutput Line)>.Create(Compare)).ToList();
        for (int i = 0; i < sorted.Count; i++)
            if (i == 0 || !_flags.Contains('u') || Compare(sorted[i - 1], sorted[i]) != 0) yield return sorted[i].Line;
    }

    private (string Key, double Number, CommandOutput Line) Keyed(CommandOutput line)
    {
        string key = line.Text;
        if (_word > 1)
        {
            string[] words = key.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            key = string.Join(' ', words.Skip(_word - 1));
        }

        string first = key.TrimStart().Split((char[]?)null, 2)[0];
        return (key, _flags.Contains('n') ? Number(first) : 0, line);
    }

    // As sort(1) does, the number that a word begins with; addresses of a table are hexadecimal words, which -n would take for less.
    private static double Number(string word)
    {
        int end = 0;
        while (end < word.Length && (char.IsAsciiDigit(word[end]) || (end == 0 && word[end] == '-') || word[end] == '.')) end++;
        if (MdbNumbers.PrefixRadix(word) is not null && MdbNumbers.TryRead(word, 16, out ulong prefixed)) return prefixed;
        return double.TryParse(word.AsSpan(0, end), CultureInfo.InvariantCulture, out double number) ? number : 0;
    }

    private int Compare((string Key, double Number, CommandOutput Line) a, (string Key, double Number, CommandOutput Line) b)
    {
        int order = _flags.Contains('n') ? a.Number.CompareTo(b.Number) : 0;
        if (order == 0) order = string.CompareOrdinal(a.Key, b.Key);
        return _flags.Contains('r') ? -order : order;
    }
}
