namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>A place in a list of tokens, shared by the parsers of expressions and of types.</summary>
internal sealed class TokenCursor(IReadOnlyList<Token> tokens)
{
    private int _at;

    /// <summary>The next token; the end token for ever after the last.</summary>
    public Token Current => tokens[_at];

    /// <summary>A token further on.</summary>
    public Token Peek(int ahead) => tokens[Math.Min(_at + ahead, tokens.Count - 1)];

    /// <summary>Moves past the next token and returns it.</summary>
    public Token Take()
    {
        var t = tokens[_at];
        if (_at < tokens.Count - 1) _at++;
        return t;
    }

    /// <summary>Moves past the operator if it is next.</summary>
    public bool Accept(string op, out Token token)
    {
        token = Current;
        if (!token.Is(op)) return false;
        Take();
        return true;
    }

    /// <summary>Moves past the operator.</summary>
    /// <exception cref="ExpressionException">It is not next.</exception>
    public void Expect(string op, string otherwise)
    {
        if (!Accept(op, out var t)) throw new ExpressionException(t.Position, otherwise);
    }
}
