using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Walkers;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Completion;

/// <summary>What a completion is.</summary>
public enum CompletionKind
{
    /// <summary>A command, a walker, a filter.</summary>
    Command,

    /// <summary>An option of a command.</summary>
    Option,

    /// <summary>A type.</summary>
    Type,

    /// <summary>A member of a structure.</summary>
    Member,

    /// <summary>A function.</summary>
    Function,

    /// <summary>A variable, a register, a label.</summary>
    Variable,

    /// <summary>A module.</summary>
    Module,
}

/// <summary>Something that could stand at the cursor.</summary>
/// <param name="Text">The whole word.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Detail">A few words about it; null for none.</param>
public readonly record struct Completion(string Text, CompletionKind Kind, string? Detail);

/// <summary>What could stand at the cursor.</summary>
/// <param name="Start">The first character of the word that is replaced.</param>
/// <param name="Items">The candidates, by name; of very many the first.</param>
public sealed record Completions(int Start, IReadOnlyList<Completion> Items);

/// <summary>Completes lines of the mdb language: commands, options, walkers, types, members, symbols, filters, by where the cursor is.</summary>
public static class MdbCompletion
{
    /// <summary>Candidates at most.</summary>
    public const int Most = 200;

    private static readonly string[] Filters = ["grep", "egrep", "fgrep", "head", "tail", "wc", "sort", "uniq", "cat"];

    /// <summary>The candidates at the cursor.</summary>
    /// <param name="session">The session.</param>
    /// <param name="text">The line.</param>
    /// <param name="cursor">The place in it; what is behind is not looked at.</param>
    public static Completions At(MdbSession session, string text, int cursor)
    {
        string before = text[..Math.Clamp(cursor, 0, text.Length)];
        var place = LinePlace.Of(before, name => session.Target.FindSpace(name) is not null);
        var items = place.Kind switch
        {
            PlaceInLine.Command => Commands(),
            PlaceInLine.Filter => Filters.Select(f => new Completion(f, CompletionKind.Command, null)),
            PlaceInLine.Variable => Variables(session),
            PlaceInLine.Argument => Arguments(session, place),
            PlaceInLine.Expression => Symbols(session, place.Word),
            _ => [],
        };
        string word = place.Word;
        return new Completions(before.Length - word.Length, [.. items.Where(i => i.Text.StartsWith(word, StringComparison.Ordinal)).DistinctBy(i => i.Text).Take(Most)]);
    }

    private static IEnumerable<Completion> Commands() =>
        DcmdCatalog.All.SelectMany(d => d.Aliases.Prepend(d.Name).Select(n => new Completion(n, CompletionKind.Command, d.Summary)));

    private static IEnumerable<Completion> Variables(MdbSession session) =>
        session.Variables.All.Select(v => new Completion("<" + v.Key, CompletionKind.Variable, MdbNumbers.Prefixed(v.Value)))
            .Concat((session.Registers?.Architecture ?? session.Target.Architecture).Registers.Select(r => new Completion("<" + r.Name, CompletionKind.Variable, "register")));

    private static IEnumerable<Completion> Arguments(MdbSession session, LinePlace place)
    {
        if (DcmdCatalog.Find(place.Command) is not { } dcmd) return [];
        if (place.Word.StartsWith('-')) return dcmd.Options.Select(o => new Completion($"-{o.Letter}", CompletionKind.Option, o.Summary));
        return dcmd.Operands switch
        {
            OperandKind.Walker => WalkerCatalog.All.Select(w => new Completion(w.Name, CompletionKind.Command, w.Summary)),
            OperandKind.Command => Commands().Select(c => c with { Text = place.Word.StartsWith(':') || place.Word.StartsWith('$') ? c.Text : c.Text.TrimStart(':') }),
            OperandKind.Module => session.Symbols.Modules.Select(m => new Completion(m.Name, CompletionKind.Module, null)),
            OperandKind.Type or OperandKind.TypeAndMembers => TypesOrMembers(session, dcmd, place),
            OperandKind.Symbol => Symbols(session, place.Word),
            _ => [],
        };
    }

    private static IEnumerable<Completion> TypesOrMembers(MdbSession session, Dcmd dcmd, LinePlace place)
    {
        var words = place.Words.Where(w => !w.StartsWith('-')).ToList();
        if (words.Count == 0)
        {
            // Before the first word: types; of an object that is named, its members too.
            var ofSymbol = place.Address is { } address && session.Symbols.Find(address) is var (_, symbol) ? session.Types.OfSymbolAt(symbol.Address.Value) : null;
            return (ofSymbol is null ? [] : Members(ofSymbol, place.Word)).Concat(Types(session, "", place.Word));
        }

        if (words is ["struct" or "union" or "enum"]) return Types(session, words[0] + " ", place.Word);
        if (dcmd.Operands == OperandKind.Type && dcmd.Name is not ("::offsetof" or "::list")) return [];
        var rest = new List<string>(words);
        var type = TypeWords.Take(session.Types, rest) ?? (place.Address is { } at && session.Symbols.Find(at) is var (_, found) ? session.Types.OfSymbolAt(found.Address.Value) : null);
        return type is null ? [] : Members(type, place.Word);
    }

    private static IEnumerable<Completion> Types(MdbSession session, string keyword, string word)
    {
        if (keyword.Length == 0)
            foreach (string tag in (string[])["struct", "union", "enum"]) yield return new Completion(tag, CompletionKind.Type, null);
        foreach (string name in session.Types.Names)
            if (name.StartsWith(keyword, StringComparison.Ordinal) && name.AsSpan(keyword.Length).StartsWith(word, StringComparison.Ordinal) && (keyword.Length > 0 || !name.Contains(' ', StringComparison.Ordinal)))
                yield return new Completion(name[keyword.Length..], CompletionKind.Type, null);
    }

    /// <summary>Members behind the last dot, arrow or bracket of a path.</summary>
    private static IEnumerable<Completion> Members(CType type, string word)
    {
        int cut = Math.Max(word.LastIndexOf('.'), word.LastIndexOf('>')) + 1;
        string path = word[..cut];
        var owner = type;
        try
        {
            string before = path.EndsWith("->", StringComparison.Ordinal) ? path[..^2] : path.TrimEnd('.');
            if (before.Length > 0) owner = Printing.MemberPath.Parse(type, before, 16).Type;
        }
        catch (MdbException)
        {
            return [];
        }

        if (owner.Strip() is PointerType pointer) owner = pointer.Target;
        return owner.Strip() is AggregateType aggregate ? MembersOf(aggregate, path, 8) : [];
    }

    private static IEnumerable<Completion> MembersOf(AggregateType type, string path, int depth)
    {
        foreach (var member in type.Members)
        {
            if (member.Name is { } name) yield return new Completion(path + name, CompletionKind.Member, member.Type.DisplayName);
            else if (depth > 0 && member.Type.Strip() is AggregateType inner)
                foreach (var one in MembersOf(inner, path, depth - 1)) yield return one;
        }
    }

    private static IEnumerable<Completion> Symbols(MdbSession session, string word)
    {
        if (word.Length == 0) yield break;
        int tick = word.IndexOf('`', StringComparison.Ordinal);
        string prefix = tick < 0 ? "" : word[..(tick + 1)];
        foreach (var module in session.Symbols.Modules)
        {
            if (tick > 0 && module.Name != word[..tick]) continue;
            if (tick < 0 && module.Name.StartsWith(word, StringComparison.Ordinal)) yield return new Completion(module.Name + "`", CompletionKind.Module, "module");
            foreach (var symbol in module.Symbols.All)
                if (symbol.Name.AsSpan().StartsWith(word.AsSpan(tick + 1), StringComparison.Ordinal))
                    yield return new Completion(prefix + symbol.Name, symbol.Kind == SymbolKind.Function ? CompletionKind.Function : CompletionKind.Variable, module.Name);
        }
    }
}
