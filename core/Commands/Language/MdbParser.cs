using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Language;

/// <summary>Reads statements (mdb_grammar.y): <c>[[space:]expr][,count] [command [| command]…] [! filter]</c>, ended by a newline or <c>;</c>.</summary>
public sealed class MdbParser
{
    private const int MostStages = 64;
    private const int MostArguments = 4096;
    private const string Searches = "lLM";
    private const string Writes = "vwWZ";

    private readonly string _text;
    private readonly MdbLexer _lexer;
    private readonly MdbExpressionParser _expressions;
    private readonly int _pointerSize;
    private readonly Func<string, bool> _isSpace;
    private int _begun;

    /// <summary>A parser.</summary>
    /// <param name="text">One or more statements.</param>
    /// <param name="pointerSize">Bytes of a pointer, 4 or 8: what <c>*/l/</c> reads.</param>
    /// <param name="isSpace">Whether a name before a colon is that of an address space; null for none.</param>
    public MdbParser(string text, int pointerSize = 8, Func<string, bool>? isSpace = null)
    {
        _text = text;
        _pointerSize = pointerSize;
        _lexer = new MdbLexer(text);
        _expressions = new MdbExpressionParser(_lexer, pointerSize);
        _isSpace = isSpace ?? (_ => false);
    }

    /// <summary>The next statement; null at the end of the text. Statements of nothing are skipped.</summary>
    /// <exception cref="MdbException">What is wrong, and where. <see cref="SkipLine"/> goes on behind it.</exception>
    public MdbStatement? Next()
    {
        while (true)
        {
            _begun = _lexer.Position;
            string? space = _lexer.Space(_isSpace);
            var first = _expressions.Start();
            if (space is null && first.Kind == MdbTokenKind.End) return null;
            if (space is null && first.Kind == MdbTokenKind.Terminator) continue;
            return Statement(space, first);
        }
    }

    /// <summary>Goes on behind the end of the line that could not be understood.</summary>
    public void SkipLine() => _lexer.SkipLine(_begun);

    private MdbStatement Statement(string? space, MdbToken first)
    {
        int start = first.Span.Start;
        MdbExpression? address = null, count = null;
        if (MdbExpressionParser.BeginsOperand(first)) address = _expressions.Whole();
        else if (space is not null) throw new MdbException($"{space}: wants an address behind the colon", first.Span);
        if (_expressions.Token.Is(","))
        {
            _expressions.Advance(beginsOperand: true);
            count = _expressions.Whole();
        }

        var pipeline = new List<MdbCommand>();
        var token = _expressions.Token;
        if (token.Kind is MdbTokenKind.Command or MdbTokenKind.Verb)
        {
            pipeline.Add(Command(token, out token));
            while (token.Is("|"))
            {
                if (pipeline.Count >= MostStages) throw new MdbException($"a pipe has at most {MostStages} commands", token.Span);
                var next = _lexer.Expression(beginsOperand: true);
                if (next.Kind is not (MdbTokenKind.Command or MdbTokenKind.Verb)) throw new MdbException("a command is wanted behind |", next.Span);
                pipeline.Add(Command(next, out token));
            }
        }

        string? filter = null;
        var filterSpan = new TextSpan(token.Span.Start, 0);
        if (token.Kind == MdbTokenKind.Filter)
        {
            var rest = _lexer.RestOfStatement();
            (filter, filterSpan) = (rest.Text, rest.Span);
            token = _lexer.Expression(beginsOperand: true);
        }

        if (!token.EndsStatement) throw Near(token);
        return new MdbStatement(TextSpan.Between(start, token.Span.Start), space, address, count, pipeline, filter, filterSpan);
    }

    private MdbCommand Command(MdbToken token, out MdbToken next) =>
        token.Kind == MdbTokenKind.Verb ? Formats(token, out next) : Dcmd(token, out next);

    private DcmdCommand Dcmd(MdbToken name, out MdbToken next)
    {
        if (name.Text == "::") throw new MdbException("a name is wanted behind ::", name.Span);
        var arguments = new List<MdbArgument>();
        for (next = _lexer.Argument(); next.Kind is MdbTokenKind.Word or MdbTokenKind.Insert; next = _lexer.Argument())
        {
            if (arguments.Count >= MostArguments) throw new MdbException($"a command has at most {MostArguments} arguments", next.Span);
            arguments.Add(next.Kind == MdbTokenKind.Word ? new MdbArgument(next.Span, next.Text, null) : Inserted(next));
        }

        int end = arguments.Count > 0 ? arguments[^1].Span.End : name.Span.End;
        return new DcmdCommand(TextSpan.Between(name.Span.Start, end), name.Text, arguments);
    }

    private MdbArgument Inserted(MdbToken open)
    {
        _expressions.Advance(beginsOperand: true);
        var value = _expressions.Whole();
        if (!_expressions.Token.Is("]")) throw new MdbException("$[ is not closed by ]", open.Span);
        return new MdbArgument(TextSpan.Between(open.Span.Start, _expressions.Token.Span.End), null, value);
    }

    private FormatCommand Formats(MdbToken verb, out MdbToken next)
    {
        var items = new List<MdbFormatItem>();
        MdbExpression? count = null;
        for (next = _lexer.Format(); ; next = _lexer.Format())
        {
            switch (next.Kind)
            {
                case MdbTokenKind.Count:
                    count = new ConstantExpression(next.Span, next.Value);
                    continue;
                case MdbTokenKind.Insert:
                    count = Inserted(next).Expression;
                    continue;
                case MdbTokenKind.Text:
                    items.Add(new MdbFormatItem(next.Span, '\0', count, next.Text, []));
                    break;
                case MdbTokenKind.Format when items.Count == 0 && count is null && Takes(next.Text[0], verb.Text[0]):
                    var values = Values(out var behind);
                    items.Add(new MdbFormatItem(next.Span, next.Text[0], count, null, values));
                    next = behind;
                    return Made(verb, items);
                case MdbTokenKind.Format:
                    items.Add(new MdbFormatItem(next.Span, next.Text[0], count, null, []));
                    break;
                default:
                    return Made(verb, items);
            }

            count = null;
            if (items.Count > MostArguments) throw new MdbException($"a list of formats has at most {MostArguments} items", next.Span);
        }
    }

    private static bool Takes(char letter, char verb) => verb != '=' && (Searches.Contains(letter, StringComparison.Ordinal) || Writes.Contains(letter, StringComparison.Ordinal));

    private FormatCommand Made(MdbToken verb, List<MdbFormatItem> items) =>
        new(TextSpan.Between(verb.Span.Start, Math.Min(_lexer.Position, _text.Length)), verb.Text[0], items);

    /// <summary>The values behind a format that searches or writes: words, each of them an expression (mdb_lex.l: they stand where arguments do).</summary>
    private List<MdbExpression> Values(out MdbToken next)
    {
        var values = new List<MdbExpression>();
        for (next = _lexer.Argument(); next.Kind is MdbTokenKind.Word or MdbTokenKind.Insert && values.Count < MostArguments; next = _lexer.Argument())
            values.Add(next.Kind == MdbTokenKind.Insert ? Inserted(next).Expression! : InWord(next));
        return values;
    }

    private MdbExpression InWord(MdbToken word)
    {
        var expressions = new MdbExpressionParser(new MdbLexer(_text[..word.Span.End], word.Span.Start), _pointerSize);
        expressions.Start();
        var value = expressions.Whole();
        return expressions.Token.Kind == MdbTokenKind.End ? value : throw Near(expressions.Token);
    }

    private MdbException Near(MdbToken token)
    {
        string near = _text[token.Span.Start..Math.Min(_text.Length, Math.Max(token.Span.End, token.Span.Start + 1))];
        return near.Length > DumpLimits.ExpressionCharacters ? new MdbException("syntax error", token.Span) : new MdbException($"syntax error near \"{near}\"", token.Span);
    }
}
