namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>From text to tokens. Names may be what symbol tables hold: <c>arch/x86/domain.c#default_idle</c>, <c>foo.constprop.0</c>, <c>xen`foo</c>, <c>'any.name'</c>.</summary>
internal sealed class Lexer(string text)
{
    // Longest first, so that the first match is the right one.
    private static readonly string[] Operators =
    [
        "<<=", ">>=", "...", "->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
        "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "=", "?", ":", "(", ")", "[", "]", ".", ",",
    ];

    // What compilers append to the name of a copy of a function (gcc: constprop, isra, part, cold, lto_priv; clang: llvm).
    private static readonly string[] CloneSuffixes = ["constprop", "isra", "part", "cold", "lto_priv", "llvm"];

    private int _at;

    /// <summary>All tokens, the last of which is <see cref="TokenKind.End"/>.</summary>
    /// <exception cref="ExpressionException">A character or a constant makes no sense.</exception>
    public IReadOnlyList<Token> Tokens()
    {
        var tokens = new List<Token>();
        do tokens.Add(Next());
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private Token Next()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        if (_at == text.Length) return new Token(TokenKind.End, "", _at);
        char c = text[_at];
        if (char.IsAsciiDigit(c)) return new NumberReader(text).Read(ref _at);
        if (IsWordStart(c)) return Word();
        return c switch
        {
            '$' => Register(),
            '\'' => Quoted(),
            '"' => throw new ExpressionException(_at, "strings are not supported"),
            _ => Operator(),
        };
    }

    private Token Operator()
    {
        foreach (string op in Operators)
        {
            if (string.CompareOrdinal(text, _at, op, 0, op.Length) != 0) continue;
            var token = new Token(TokenKind.Operator, op, _at);
            _at += op.Length;
            return token;
        }

        throw new ExpressionException(_at, $"'{text[_at]}' has no meaning in an expression");
    }

    private Token Word()
    {
        int start = _at;
        if (SymbolWithFile() is { } symbol) return symbol;
        int end = ScanWhile(start, IsWord);
        int module = ScanWhile(start, c => IsWord(c) || c is '.' or '-');
        if (module < text.Length && text[module] == '`')
        {
            _at = module + 1;
            return new Token(TokenKind.Module, text[start..module], start);
        }

        end = IncludeCloneSuffix(end);
        _at = end;
        return new Token(TokenKind.Word, text[start..end], start);
    }

    private Token? SymbolWithFile()
    {
        int start = _at;
        int hash = ScanWhile(start, c => IsWord(c) || c is '.' or '-' or '/' or '+');
        if (hash + 1 >= text.Length || text[hash] != '#' || !IsWordStart(text[hash + 1])) return null;
        _at = IncludeCloneSuffix(ScanWhile(hash + 1, IsWord));
        return new Token(TokenKind.Symbol, text[start.._at], start);
    }

    private int IncludeCloneSuffix(int end)
    {
        while (end < text.Length && text[end] == '.')
        {
            int stop = ScanWhile(end + 1, IsWord);
            string part = text[(end + 1)..stop];
            if (!CloneSuffixes.Contains(part)) return end;
            end = stop;
            int digits = end < text.Length && text[end] == '.' ? ScanWhile(end + 1, char.IsAsciiDigit) : end;
            if (digits > end + 1) end = digits;
        }

        return end;
    }

    private Token Register()
    {
        int start = _at;
        _at = ScanWhile(start + 1, IsWord);
        if (_at == start + 1) throw new ExpressionException(start, "a register's name must follow $, as in $rip");
        return new Token(TokenKind.Register, text[(start + 1).._at], start);
    }

    // 'a' and '\n' are characters; anything longer between quotes is a symbol's name, as in gdb.
    private Token Quoted()
    {
        int start = _at;
        int close = text.IndexOf('\'', Math.Min(text.Length, start + (IsEscape(start + 1) ? 3 : 1)));
        if (close < 0) throw new ExpressionException(start, "the closing quote is missing");
        string inside = text[(start + 1)..close];
        _at = close + 1;
        if (inside.Length == 0) throw new ExpressionException(start, "there is nothing between the quotes");
        if (inside.Length == 1) return new Token(TokenKind.Number, inside, start, inside[0]);
        if (inside[0] != '\\') return new Token(TokenKind.Symbol, inside, start);
        return CharacterEscape.Value(inside) is { } value
            ? new Token(TokenKind.Number, inside, start, value)
            : throw new ExpressionException(start, $"'{inside}' is no character");
    }

    private bool IsEscape(int at) => at < text.Length && text[at] == '\\';

    private int ScanWhile(int from, Func<char, bool> accept)
    {
        while (from < text.Length && accept(text[from])) from++;
        return from;
    }

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c is '_';

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_';
}
