namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>The end of the text.</summary>
    End,

    /// <summary>A number or a character constant.</summary>
    Number,

    /// <summary>A word: a name or a keyword.</summary>
    Word,

    /// <summary>A name that can only be a symbol's: quoted, or with Xen's file prefix (<c>domain.c#default_idle</c>).</summary>
    Symbol,

    /// <summary><c>$rip</c>; the text is without the dollar.</summary>
    Register,

    /// <summary><c>module`</c>; the text is without the backquote.</summary>
    Module,

    /// <summary>An operator or a bracket.</summary>
    Operator,
}

/// <summary>A token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, without marks.</param>
/// <param name="Position">Characters before it.</param>
/// <param name="Value">A number's value.</param>
/// <param name="Unsigned">Whether a number is unsigned, by its suffix or because it does not fit otherwise.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position, ulong Value = 0, bool Unsigned = false)
{
    /// <summary>Whether it is this operator.</summary>
    public bool Is(string op) => Kind == TokenKind.Operator && Text == op;

    /// <summary>Whether it is this word.</summary>
    public bool IsWord(string word) => Kind == TokenKind.Word && Text == word;
}
