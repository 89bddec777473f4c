using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Completion;
using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>completions: variables of the frame, members after <c>.</c> and <c>-&gt;</c>, registers after <c>$</c>, symbols; in lines of the mdb language what <see cref="MdbCompletion"/> has.</summary>
internal sealed class CompletionsHandler()
    : RequestHandler<CompletionsArguments, CompletionsBody>("completions", DapJson.Default.CompletionsArguments, DapJson.Default.CompletionsBody)
{
    private const int Most = 200;

    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities)
    {
        capabilities.SupportsCompletionsRequest = true;
        capabilities.CompletionTriggerCharacters = [".", ">", "$", ":", "`"];
    }

    /// <inheritdoc/>
    protected override CompletionsBody Answer(DapSession session, CompletionsArguments arguments, CancellationToken cancel)
    {
        string text = LineOf(arguments.Text, (long)(arguments.Line ?? session.LineForClient(1)) - session.LineForClient(1));
        int column = Math.Clamp(arguments.Column, session.ColumnForClient(1), text.Length + session.ColumnForClient(1)) - session.ColumnForClient(1);
        if (IsMdb(session, text[..column])) return Mdb(session, text, column);
        var before = text.AsSpan(0, column);
        int start = column;
        while (start > 0 && (char.IsAsciiLetterOrDigit(before[start - 1]) || before[start - 1] is '_' or '$')) start--;
        string prefix = before[start..].ToString();
        var frame = session.FrameOf(arguments.FrameId, cancel);
        var found = Candidates(session, frame, before[..start].ToString(), prefix).Where(c => c.Name.StartsWith(prefix, StringComparison.Ordinal));
        return new CompletionsBody([.. found.DistinctBy(c => c.Name).Take(Most).Select(c => new CompletionBody(c.Name, c.Type, session.ColumnForClient(start + 1), prefix.Length, c.Detail))]);
    }

    // A line of the mdb language shows what it is by its first command, which may be half typed.
    private static bool IsMdb(DapSession session, string before) =>
        before.EndsWith(':') || before.Contains("::", StringComparison.Ordinal) || (!before.StartsWith('$') && session.Typed.LanguageOf(before, null) == ConsoleLanguage.Mdb);

    private static CompletionsBody Mdb(DapSession session, string text, int column)
    {
        var found = MdbCompletion.At(session.Typed.Mdb, text, column);
        return new CompletionsBody([.. found.Items.Select(i => new CompletionBody(i.Text, TypeOf(i.Kind), session.ColumnForClient(found.Start + 1), column - found.Start, i.Detail))]);
    }

    private static string TypeOf(CompletionKind kind) => kind switch
    {
        CompletionKind.Command => "method",
        CompletionKind.Option => "keyword",
        CompletionKind.Type => "class",
        CompletionKind.Member => "field",
        CompletionKind.Function => "function",
        CompletionKind.Module => "module",
        _ => "variable",
    };

    private static IEnumerable<(string Name, string Type, string? Detail)> Candidates(DapSession session, Frame? frame, string before, string prefix)
    {
        if (OwnerOf(before) is { } owner) return Members(session, frame, owner);
        if (prefix.StartsWith('$')) return Registers(session, frame).Concat(before.Length == 0 ? DollarCommands : []);
        var variables = frame is null ? [] : FrameVariables.Of(frame).Where(v => v.Name is not null).Select(v => (v.Name!, "variable", (string?)v.Value.Type.DisplayName));
        return prefix.Length == 0 ? variables : variables.Concat(Symbols(session, prefix));
    }

    private static IEnumerable<(string, string, string?)> Registers(DapSession session, Frame? frame) =>
        (frame?.Registers.Architecture ?? session.Target.Architecture).Registers.Select(r => ("$" + r.Name, "variable", (string?)null));

    /// <summary>Commands of the mdb language that begin as registers do: <c>$C</c>.</summary>
    private static IEnumerable<(string, string, string?)> DollarCommands =>
        DcmdCatalog.All.SelectMany(d => d.Aliases.Prepend(d.Name).Where(n => n.StartsWith('$')).Select(n => (n, "method", (string?)d.Summary)));

    /// <summary>The expression whose member is wanted: what stands before a dot or an arrow, back to a place where an expression can begin.</summary>
    private static string? OwnerOf(string before)
    {
        int cut = before.EndsWith('.') ? before.Length - 1 : before.EndsWith("->", StringComparison.Ordinal) ? before.Length - 2 : -1;
        if (cut <= 0) return null;
        int start = cut;
        for (int depth = 0; start > 0; start--)
        {
            char c = before[start - 1];
            if (c is ')' or ']') depth++;
            if (c is '(' or '[' && --depth < 0) break;
            if (depth == 0 && !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '$' or '.' or '-' or '>' or ')' or ']' or '(' or '[')) break;
        }

        return before[start..cut];
    }

    private static IEnumerable<(string, string, string?)> Members(DapSession session, Frame? frame, string owner)
    {
        if (CExpression.Evaluate(owner, new ExpressionScope(session.Target, frame)).Value is not { } value) return [];
        var type = value.Type.Strip() is PointerType pointer ? pointer.Target.Strip() : value.Type.Strip();
        return type is AggregateType aggregate ? MembersOf(aggregate, 0) : [];
    }

    private static IEnumerable<(string, string, string?)> MembersOf(AggregateType type, int depth)
    {
        foreach (var member in type.Members)
        {
            if (member.Name is { } name) yield return (name, "field", member.Type.DisplayName);
            else if (depth < 8 && member.Type.Strip() is AggregateType inner)
                foreach (var one in MembersOf(inner, depth + 1)) yield return one;
        }
    }

    private static IEnumerable<(string, string, string?)> Symbols(DapSession session, string prefix) =>
        session.Target.Modules.SelectMany(m => m.Symbols.All.Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(s => (s.Name, s.Kind == Core.Symbols.SymbolKind.Function ? "function" : "variable", (string?)m.Name)));

    private static string LineOf(string text, long line)
    {
        string[] lines = text.Split('\n');
        return line >= 0 && line < lines.Length ? lines[line] : text;
    }
}
