using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Completion;

/// <summary>Where in a line the cursor is.</summary>
internal enum PlaceInLine
{
    /// <summary>In an expression, or where one could begin.</summary>
    Expression,

    /// <summary>In a command's name.</summary>
    Command,

    /// <summary>In a word behind a command.</summary>
    Argument,

    /// <summary>In a variable: <c>&lt;e</c>.</summary>
    Variable,

    /// <summary>In the name of a filter.</summary>
    Filter,

    /// <summary>Where nothing can be completed.</summary>
    Elsewhere,
}

/// <summary>The end of a line that is being typed, as the lexer sees it.</summary>
/// <param name="Kind">Where the cursor is.</param>
/// <param name="Word">The word that it is in, up to the cursor.</param>
/// <param name="Command">The command before it; empty for none.</param>
/// <param name="Words">The whole words between that command and the one at the cursor.</param>
/// <param name="Address">The symbol before the command: <c>utsname</c> of <c>utsname::print</c>; null where there is none.</param>
internal sealed record LinePlace(PlaceInLine Kind, string Word, string Command, IReadOnlyList<string> Words, string? Address)
{
    private static readonly LinePlace Nowhere = new(PlaceInLine.Elsewhere, "", "", [], null);

    /// <summary>Finds the place at the end of a text.</summary>
    public static LinePlace Of(string text, Func<string, bool> isSpace)
    {
        try
        {
            return Find(text, isSpace);
        }
        catch (MdbException)
        {
            return Nowhere;
        }
    }

    private static LinePlace Find(string text, Func<string, bool> isSpace)
    {
        var lexer = new MdbLexer(text);
        lexer.Space(isSpace);
        string? name = null;
        bool operand = true;
        while (true)
        {
            var token = lexer.Expression(operand);
            bool atEnd = token.Span.End == text.Length;
            switch (token.Kind)
            {
                case MdbTokenKind.End:
                    return new LinePlace(PlaceInLine.Expression, "", "", [], null);
                case MdbTokenKind.Terminator:
                    (name, operand) = (null, true);
                    lexer.Space(isSpace);
                    continue;
                case MdbTokenKind.Command when atEnd:
                    return new LinePlace(PlaceInLine.Command, token.Text, "", [], name);
                case MdbTokenKind.Command:
                    if (InArguments(lexer, text, token.Text, name) is { } place) return place;
                    (name, operand) = (null, true);
                    continue;
                case MdbTokenKind.Filter:
                    return InFilter(lexer.RestOfStatement().Text);
                case MdbTokenKind.Verb:
                    return Nowhere;
                case MdbTokenKind.Name when atEnd:
                    return new LinePlace(PlaceInLine.Expression, token.Text, "", [], null);
                case MdbTokenKind.Variable when atEnd:
                    return new LinePlace(PlaceInLine.Variable, "<" + token.Text, "", [], null);
                case MdbTokenKind.Name:
                    (name, operand) = (token.Text, false);
                    continue;
                case MdbTokenKind.Operator when token.Text == ":" && atEnd:
                    return new LinePlace(PlaceInLine.Command, ":", "", [], name);
                case MdbTokenKind.Unknown when atEnd && token.Text == "$":
                    return new LinePlace(PlaceInLine.Command, "$", "", [], name);
                default:
                    operand = token.Kind == MdbTokenKind.Operator && token.Text is not (")" or "." or "]");
                    continue;
            }
        }
    }

    /// <summary>The place among a command's words; null where the statement or the stage of a pipe ends before the cursor.</summary>
    private static LinePlace? InArguments(MdbLexer lexer, string text, string command, string? address)
    {
        var words = new List<string>();
        while (true)
        {
            var token = lexer.Argument();
            switch (token.Kind)
            {
                case MdbTokenKind.Word when token.Span.End == text.Length:
                    return new LinePlace(PlaceInLine.Argument, token.Text, command, words, address);
                case MdbTokenKind.Word:
                    words.Add(token.Text);
                    continue;
                case MdbTokenKind.End:
                    return new LinePlace(PlaceInLine.Argument, "", command, words, address);
                case MdbTokenKind.Filter:
                    return InFilter(lexer.RestOfStatement().Text);
                case MdbTokenKind.Insert:
                    return new LinePlace(PlaceInLine.Expression, LastName(text), "", [], null);
                default:
                    return null;
            }
        }
    }

    private static LinePlace InFilter(string text)
    {
        string stage = text[(text.LastIndexOf('|') + 1)..].TrimStart();
        return stage.Contains(' ', StringComparison.Ordinal) ? Nowhere : new LinePlace(PlaceInLine.Filter, stage, "", [], null);
    }

    private static string LastName(string text)
    {
        int start = text.Length;
        while (start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '`')) start--;
        return text[start..];
    }
}
