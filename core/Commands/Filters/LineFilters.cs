using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Filters;

/// <summary>
/// What stands behind <c>!</c>: filters of lines by the names and options of their Unix models, one after the other through <c>|</c>. They are part of this
/// debugger; no program is ever run. Errors pass through them.
/// </summary>
internal static class LineFilters
{
    private static readonly Dictionary<string, Func<FilterWords, LineFilter>> Known = new(StringComparer.Ordinal)
    {
        ["grep"] = words => new GrepFilter(words, isExtended: false),
        ["egrep"] = words => new GrepFilter(words, isExtended: true),
        ["fgrep"] = words => new GrepFilter(words, isExtended: false, isFixed: true),
        ["head"] = words => new HeadFilter(words),
        ["tail"] = words => new TailFilter(words),
        ["wc"] = words => new CountFilter(words),
        ["sort"] = words => new SortFilter(words),
        ["uniq"] = words => new UniqFilter(words),
        ["cat"] = words => new CatFilter(words),
    };

    /// <summary>The filtered lines.</summary>
    /// <exception cref="MdbException">A filter is unknown or its words are wrong.</exception>
    public static IEnumerable<CommandOutput> Apply(string text, TextSpan span, IEnumerable<CommandOutput> lines)
    {
        foreach (var stage in FilterWords.Parse(text, span))
        {
            if (!Known.TryGetValue(stage.Name, out var make))
                throw new MdbException($"! {stage.Name}: programs are not run; the filters are {string.Join(", ", Known.Keys)}{NearestName.Hint(stage.Name, Known.Keys)}", stage.Span);
            lines = make(stage).Apply(lines);
        }

        return lines;
    }
}

/// <summary>A filter of lines.</summary>
internal abstract class LineFilter
{
    /// <summary>The filtered lines; errors pass.</summary>
    public abstract IEnumerable<CommandOutput> Apply(IEnumerable<CommandOutput> lines);
}
