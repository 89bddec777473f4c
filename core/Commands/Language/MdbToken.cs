namespace XenDumpAdapter.Core.Commands.Language;

/// <summary>What a token is. The lexer reads what the place in a statement allows: an expression, the words of a command, a list of formats.</summary>
public enum MdbTokenKind
{
    /// <summary>The end of the text.</summary>
    End,

    /// <summary>A newline or <c>;</c>.</summary>
    Terminator,

    /// <summary>A number with a radix: <c>0x1f</c>, <c>0t10</c>; or a character constant.</summary>
    Constant,

    /// <summary>A name, or digits: <c>f4c76e9d</c>, <c>xpv`dom0_nrpages</c>, <c>10</c>.</summary>
    Name,

    /// <summary><c>&lt;name</c></summary>
    Variable,

    /// <summary>An operator, bracket or comma, in <see cref="MdbToken.Text"/>.</summary>
    Operator,

    /// <summary><c>::name</c>, <c>$x</c>, <c>:x</c>.</summary>
    Command,

    /// <summary><c>/ \ ? @ =</c> before a list of formats.</summary>
    Verb,

    /// <summary><c>!</c> before a filter.</summary>
    Filter,

    /// <summary>A word of a command's arguments.</summary>
    Word,

    /// <summary><c>$[</c> of an argument.</summary>
    Insert,

    /// <summary>A letter of a list of formats.</summary>
    Format,

    /// <summary>A decimal count of a list of formats.</summary>
    Count,

    /// <summary>Quoted text of a list of formats.</summary>
    Text,

    /// <summary>What cannot begin anything.</summary>
    Unknown,
}

/// <summary>A token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Text">Its text: of a word without quotes, of a variable without <c>&lt;</c>.</param>
/// <param name="Value">Of constants and counts: the number.</param>
public readonly record struct MdbToken(MdbTokenKind Kind, TextSpan Span, string Text, ulong Value = 0)
{
    /// <summary>Whether it is this operator.</summary>
    public bool Is(string text) => Kind == MdbTokenKind.Operator && Text == text;

    /// <summary>Whether nothing of the statement follows.</summary>
    public bool EndsStatement => Kind is MdbTokenKind.End or MdbTokenKind.Terminator;
}
