using System.Globalization;
using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Language;

/// <summary>
/// Reads tokens. As in mdb's own lexer (usr/src/cmd/mdb/common/mdb/mdb_lex.l), what a character means depends on where it stands; the parser says where it is by
/// the method that it calls. Nothing is read twice.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="start">Where to begin.</param>
public sealed class MdbLexer(string text, int start = 0)
{
    private int _at = start;

    /// <summary>The next character's place.</summary>
    public int Position => _at;

    private char Here => Ahead(0);

    /// <summary>A token of an expression, or what may follow one: a command, a verb, a filter.</summary>
    public MdbToken Expression(bool beginsOperand)
    {
        SkipBlanks();
        int start = _at;
        char c = Here;
        if (EndOf(start) is { } end) return end;
        if (char.IsAsciiDigit(c)) return Number(start);
        if (IsNameStart(c)) return Made(MdbTokenKind.Name, start, NameEnd(start));
        if (c == '\'') return Character(start);
        if (c == '<' && Ahead(1) != '<' && beginsOperand) return Variable(start);
        if (c is ':' or '$' or '>' && CommandEnd(start) is var commandEnd and > 0) return Made(MdbTokenKind.Command, start, commandEnd);
        if (c is '=' or '!' && Ahead(1) == '=' || c is '<' or '>' && Ahead(1) == c || (c == '%' && Ahead(1) == c && !beginsOperand)) return Made(MdbTokenKind.Operator, start, start + 2);
        if (c == '!') return Made(MdbTokenKind.Filter, start, start + 1);
        if (c is '/' or '\\' or '?' or '@' or '=') return Made(MdbTokenKind.Verb, start, start + 1);
        if (c is '+' or '-' or '*' or '%' or '#' or '~' or '&' or '^' or '|' or '(' or ')' or ',' or '.' or ']' or ':') return Made(MdbTokenKind.Operator, start, start + 1);
        return Made(MdbTokenKind.Unknown, start, start + 1);
    }

    /// <summary>The size between the strokes of <c>*/l/</c>, right behind the star: 1, 2, 4, 8; null where there is none.</summary>
    /// <exception cref="MdbException">A letter between strokes that is no size.</exception>
    public int? FetchSize(int pointerSize)
    {
        if (Here != '/' || Ahead(2) != '/' || !char.IsAsciiLetterOrDigit(Ahead(1))) return null;
        int? size = Ahead(1) switch
        {
            'c' or '1' => 1,
            's' or '2' => 2,
            'i' or '4' => 4,
            'l' => pointerSize,
            '8' => 8,
            _ => null,
        };
        if (size is null) throw new MdbException($"invalid cast -- /{Ahead(1)}/: sizes are c, s, i, l, 1, 2, 4 and 8", new TextSpan(_at, 3));
        _at += 3;
        return size;
    }

    /// <summary>A word of a command's arguments: quoted, plain, or <c>$[</c>; or what ends them.</summary>
    public MdbToken Argument()
    {
        SkipBlanks();
        int start = _at;
        if (EndOf(start) is { } end) return end;
        if (Here == '|') return Made(MdbTokenKind.Operator, start, start + 1);
        if (Here == '!' && Ahead(1) != '=') return Made(MdbTokenKind.Filter, start, start + 1);
        if (Here == '$' && Ahead(1) == '[') return Made(MdbTokenKind.Insert, start, start + 2);
        var word = new StringBuilder();
        while (_at < text.Length && !IsArgumentEnd())
        {
            if (Here is '"' or '\'') Quoted(word);
            else word.Append(text[_at++]);
        }

        return new MdbToken(MdbTokenKind.Word, TextSpan.Between(start, _at), word.ToString());
    }

    /// <summary>An item of a list of formats, or what ends the list.</summary>
    public MdbToken Format()
    {
        SkipBlanks();
        int start = _at;
        if (EndOf(start) is { } end) return end;
        char c = Here;
        if (c == '|') return Made(MdbTokenKind.Operator, start, start + 1);
        if (c == '!') return Made(MdbTokenKind.Filter, start, start + 1);
        if (c == '$' && Ahead(1) == '[') return Made(MdbTokenKind.Insert, start, start + 2);
        if (c is '"' or '\'')
        {
            var quoted = new StringBuilder();
            Quoted(quoted);
            return new MdbToken(MdbTokenKind.Text, TextSpan.Between(start, _at), quoted.ToString());
        }

        if (!char.IsAsciiDigit(c)) return Made(MdbTokenKind.Format, start, start + 1);
        while (char.IsAsciiDigit(Here)) _at++;
        if (!ulong.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out ulong count))
            throw new MdbException("the count is too large", TextSpan.Between(start, _at));
        return new MdbToken(MdbTokenKind.Count, TextSpan.Between(start, _at), "", count);
    }

    /// <summary>All that stands before the end of the statement, for a filter; between quotes <c>;</c> does not end it.</summary>
    public MdbToken RestOfStatement()
    {
        SkipBlanks();
        int start = _at;
        char quote = '\0';
        for (; _at < text.Length && text[_at] != '\n' && (quote != '\0' || text[_at] != ';'); _at++)
        {
            if (quote == '\0' && text[_at] is '"' or '\'') quote = text[_at];
            else if (quote == text[_at]) quote = '\0';
        }

        return new MdbToken(MdbTokenKind.Word, TextSpan.Between(start, _at), text[start.._at].TrimEnd());
    }

    /// <summary>Goes on behind the end of the line: where a line cannot be understood, the next one still can.</summary>
    /// <param name="begun">Where the statement began. What was read last of it may have been the end of the line itself: an operand was wanted there.</param>
    public void SkipLine(int begun)
    {
        if (_at > begun && text[_at - 1] == '\n') return;
        while (_at < text.Length && text[_at] != '\n') _at++;
        if (_at < text.Length) _at++;
    }

    /// <summary>Whether a name of an address space and a colon stand here, and what: <c>dom0:</c>. Goes behind it if <paramref name="isSpace"/> agrees.</summary>
    public string? Space(Func<string, bool> isSpace)
    {
        SkipBlanks();
        int end = _at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-')) end++;
        if (end == _at || end + 1 >= text.Length || text[end] != ':' || text[end + 1] == ':') return null;
        string name = text[_at..end];
        if (!isSpace(name)) return null;
        _at = end + 1;
        return name;
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '`';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '`' or '.';

    private char Ahead(int by) => _at + by < text.Length ? text[_at + by] : '\0';

    private void SkipBlanks()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t' or '\r') _at++;
        if (Here == '/' && Ahead(1) == '/')
            while (_at < text.Length && text[_at] != '\n') _at++;
    }

    private MdbToken? EndOf(int start)
    {
        if (start >= text.Length) return new MdbToken(MdbTokenKind.End, new TextSpan(start, 0), "");
        return Here is '\n' or ';' ? Made(MdbTokenKind.Terminator, start, start + 1) : null;
    }

    private MdbToken Made(MdbTokenKind kind, int start, int end)
    {
        _at = end;
        return new MdbToken(kind, TextSpan.Between(start, end), text[start..end]);
    }

    private int NameEnd(int start)
    {
        int end = start;
        while (end < text.Length && IsNamePart(text[end])) end++;

        // A name's last dot may be a place of its own: no symbol ends in one.
        while (end > start + 1 && text[end - 1] == '.') end--;
        return end;
    }

    private MdbToken Number(int start)
    {
        int end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '`')) end++;
        string digits = text[start..end];
        var span = TextSpan.Between(start, end);
        _at = end;
        if (Fraction(start, end) is { } real) return real;
        if (MdbNumbers.PrefixRadix(digits) is not { } radix) return new MdbToken(MdbTokenKind.Name, span, digits);
        return MdbNumbers.TryParse(digits.AsSpan(2), radix, out ulong value) ? new MdbToken(MdbTokenKind.Constant, span, digits, value)
            : throw new MdbException($"{digits} is no number of radix {radix} that 64 bits hold", span);
    }

    /// <summary><c>0t1.5</c>: the bits of a floating-point number; null for other numbers.</summary>
    private MdbToken? Fraction(int start, int end)
    {
        if (end >= text.Length || text[end] != '.' || MdbNumbers.PrefixRadix(text.AsSpan(start, end - start)) != 10) return null;
        int last = end + 1;
        while (last < text.Length && (char.IsAsciiDigit(text[last]) || text[last] == '_')) last++;
        if (last == end + 1 || !char.IsAsciiDigit(text[end + 1])) return null;
        if (!double.TryParse(text[(start + 2)..last].Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)) return null;
        _at = last;
        return new MdbToken(MdbTokenKind.Constant, TextSpan.Between(start, last), text[start..last], BitConverter.DoubleToUInt64Bits(number));
    }

    private MdbToken Character(int start)
    {
        var quoted = new StringBuilder();
        Quoted(quoted);
        var span = TextSpan.Between(start, _at);
        if (quoted.Length > 8) throw new MdbException("character constant may not exceed 8 bytes", span);
        ulong value = 0;
        foreach (char c in quoted.ToString()) value = (value << 8) | (c <= byte.MaxValue ? (byte)c : throw new MdbException($"{c} is no character of one byte", span));
        return new MdbToken(MdbTokenKind.Constant, span, text[start.._at], value);
    }

    private MdbToken Variable(int start)
    {
        int end = start + 1;
        if (end < text.Length && (text[end] is '.' or '_' || char.IsAsciiLetterOrDigit(text[end])))
            for (end++; end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'); end++) { }
        if (end == start + 1) throw new MdbException("< wants the name of a variable or register", new TextSpan(start, 1));
        _at = end;
        return new MdbToken(MdbTokenKind.Variable, TextSpan.Between(start, end), text[(start + 1)..end]);
    }

    /// <summary>The end of a command's name, with its sign; 0 where none begins here.</summary>
    private int CommandEnd(int start)
    {
        char next = Ahead(1);
        if (text[start] == '>') return next == '>' ? 0 : start + 1;
        if (text[start] == '$')
        {
            if (next == '<') return start + (Ahead(2) == '<' ? 3 : 2);
            return next is '\0' or '[' or ' ' or '\n' ? 0 : start + 2;
        }

        if (next != ':') return char.IsAsciiLetter(next) ? start + 2 : 0;
        int end = start + 2;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.' or '`' or '-' or '$')) end++;
        return end;
    }

    private bool IsArgumentEnd() =>
        text[_at] is ' ' or '\t' or '\r' or '\n' or ';' or '|' || (text[_at] == '!' && Ahead(1) != '=') || (text[_at] == '$' && Ahead(1) == '[');

    private void Quoted(StringBuilder into)
    {
        int start = _at;
        char quote = text[_at++];
        while (_at < text.Length && text[_at] != quote && text[_at] != '\n')
        {
            if (text[_at] == '\\' && _at + 1 < text.Length) into.Append(Escaped());
            else into.Append(text[_at++]);
            if (into.Length > DumpLimits.ExpressionCharacters) throw new MdbException("the text between quotes is too long", TextSpan.Between(start, _at));
        }

        if (Here != quote) throw new MdbException("the quote is not closed", new TextSpan(start, 1));
        _at++;
    }

    private char Escaped()
    {
        char c = Ahead(1);
        _at += 2;
        return c switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            _ => c,
        };
    }
}
