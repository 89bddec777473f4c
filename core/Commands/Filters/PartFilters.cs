namespace XenDumpAdapter.Core.Commands.Filters;

/// <summary><c>head</c>: the first lines. Nothing behind them is computed.</summary>
internal sealed class HeadFilter(FilterWords words) : LineFilter
{
    private readonly int _count = words.Count("head [-n count]") ?? 10;

    public override IEnumerable<CommandOutput> Apply(IEnumerable<CommandOutput> lines)
    {
        int left = _count;
        if (left == 0) yield break;
        foreach (var line in lines)
        {
            yield return line;
            if (!line.IsError && --left == 0) yield break;
        }
    }
}

/// <summary><c>tail</c>: the last lines.</summary>
internal sealed class TailFilter(FilterWords words) : LineFilter
{
    private readonly int _count = words.Count("tail [-n count]") ?? 10;

    public override IEnumerable<CommandOutput> Apply(IEnumerable<CommandOutput> lines)
    {
        var kept = new Queue<CommandOutput>();
        foreach (var line in lines)
        {
            if (line.IsError) yield return line;
            else kept.Enqueue(line);
            if (kept.Count > _count) kept.Dequeue();
        }

        foreach (var line in kept) yield return line;
    }
}

/// <summary><c>cat</c>: all lines.</summary>
internal sealed class CatFilter : LineFilter
{
    public CatFilter(FilterWords words)
    {
        if (words.Words.Count > 0) throw words.Wrong("cat");
    }

    public override IEnumerable<CommandOutput> Apply(IEnumerable<CommandOutput> lines) => lines;
}

/// <summary><c>uniq</c>: a line that repeats the one before it is left out; <c>-c</c> counts.</summary>
internal sealed class UniqFilter : LineFilter
{
    private readonly bool _counts;

    public UniqFilter(FilterWords words)
    {
        if (words.Words is not ([] or ["-c"])) throw words.Wrong("uniq [-c]");
        _counts = words.Words.Count > 0;
    }

    public override IEnumerable<CommandOutput> Apply(IEnumerable<CommandOutput> lines)
    {
        CommandOutput? held = null;
        int count = 0;
        foreach (var line in lines)
        {
            if (line.IsError)
            {
                yield return line;
            }
            else if (held is not null && held.Text == line.Text)
            {
                count++;
            }
            else
            {
                if (held is not null) yield return Shown(held, count);
                (held, count) = (line, 1);
            }
        }

        if (held is not null) yield return Shown(held, count);
    }

    private CommandOutput Shown(CommandOutput line, int count) => _counts ? CommandOutput.Line($"{count,7} {line.Text}") : line;
}
