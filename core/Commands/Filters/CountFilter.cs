using System.Text;

namespace XenDumpAdapter.Core.Commands.Filters;

/// <summary><c>wc</c>: lines, words and bytes; <c>-l</c>, <c>-w</c>, <c>-c</c> for some of them.</summary>
internal sealed class CountFilter : LineFilter
{
    private readonly string _which;

    public CountFilter(FilterWords words)
    {
        _which = string.Concat(words.Words.Select(w => w.TrimStart('-')));
        if (words.Words.Any(w => w.Length < 2 || w[0] != '-') || _which.Any(c => !"lwc".Contains(c, StringComparison.Ordinal))) throw words.Wrong("wc [-clw]");
    }

    public override IEnumerable<CommandOutput> Apply(IEnumerable<CommandOutput> lines)
    {
        long count = 0, parts = 0, bytes = 0;
        foreach (var line in lines)
        {
            if (line.IsError)
            {
                yield return line;
                continue;
            }

            count++;
            parts += line.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
            bytes += Encoding.UTF8.GetByteCount(line.Text) + 1;
        }

        var shown = new[] { ('l', count), ('w', parts), ('c', bytes) }.Where(c => _which.Length == 0 || _which.Contains(c.Item1, StringComparison.Ordinal));
        yield return CommandOutput.Line(string.Concat(shown.Select(c => $"{c.Item2,8}")));
    }
}
