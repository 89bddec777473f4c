namespace XenDumpAdapter.Core.Commands.Language;

/// <summary>A place in a text, in characters.</summary>
/// <param name="Start">Its first character, from 0.</param>
/// <param name="Length">How many.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>The character behind it.</summary>
    public int End => Start + Length;

    /// <summary>From one place to another.</summary>
    public static TextSpan Between(int start, int end) => new(start, Math.Max(0, end - start));
}

/// <summary>An expression of 64-bit unsigned numbers (mdb's, usr/src/cmd/mdb/common/mdb/mdb_grammar.y).</summary>
/// <param name="Span">Where it stands.</param>
public abstract record MdbExpression(TextSpan Span);

/// <summary>A number whose radix the text names, or a character constant.</summary>
public sealed record ConstantExpression(TextSpan Span, ulong Value) : MdbExpression(Span);

/// <summary>A name: a symbol, with its module or without; or digits of the current radix.</summary>
public sealed record NameExpression(TextSpan Span, string Name) : MdbExpression(Span);

/// <summary><c>&lt;name</c>: a variable, or a register.</summary>
public sealed record VariableExpression(TextSpan Span, string Name) : MdbExpression(Span);

/// <summary>Which of the places that mdb remembers.</summary>
public enum PlaceKind
{
    /// <summary><c>.</c></summary>
    Dot,

    /// <summary><c>+</c>: dot and the last increment.</summary>
    Next,

    /// <summary><c>^</c>: dot less the last increment.</summary>
    Previous,

    /// <summary><c>&amp;</c>: the last address that was typed.</summary>
    LastTyped,
}

/// <summary>One of the places that mdb remembers.</summary>
public sealed record PlaceExpression(TextSpan Span, PlaceKind Kind) : MdbExpression(Span);

/// <summary><c>-</c>, <c>~</c> or <c>#</c> (logical not).</summary>
public sealed record UnaryExpression(TextSpan Span, char Operator, MdbExpression Operand) : MdbExpression(Span);

/// <summary><c>*expr</c>, <c>*/l/expr</c>, <c>%expr</c>: what stands in memory there.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Size">Bytes: 1, 2, 4, 8; 0 for a pointer's.</param>
/// <param name="Operand">The address.</param>
public sealed record FetchExpression(TextSpan Span, int Size, MdbExpression Operand) : MdbExpression(Span);

/// <summary>An operator between two.</summary>
public sealed record BinaryExpression(TextSpan Span, MdbOperator Operator, MdbExpression Left, MdbExpression Right) : MdbExpression(Span);

/// <summary>The operators between two, lowest first.</summary>
public enum MdbOperator
{
    /// <summary><c>|</c></summary>
    Or,

    /// <summary><c>^</c></summary>
    Xor,

    /// <summary><c>&amp;</c></summary>
    And,

    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&lt;&lt;</c></summary>
    ShiftLeft,

    /// <summary><c>&gt;&gt;</c></summary>
    ShiftRight,

    /// <summary><c>+</c></summary>
    Add,

    /// <summary><c>-</c></summary>
    Subtract,

    /// <summary><c>*</c></summary>
    Multiply,

    /// <summary><c>%</c>: signed division.</summary>
    Divide,

    /// <summary><c>#</c>: rounds left up to a multiple of right.</summary>
    RoundUp,

    /// <summary><c>%%</c>: what a division leaves.</summary>
    Modulus,
}

/// <summary>An argument of a command: a word, or <c>$[expression]</c>.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Text">The word, without its quotes; null for an expression.</param>
/// <param name="Expression">The expression; null for a word.</param>
public readonly record struct MdbArgument(TextSpan Span, string? Text, MdbExpression? Expression);

/// <summary>One command of a pipe.</summary>
/// <param name="Span">Where it stands.</param>
public abstract record MdbCommand(TextSpan Span);

/// <summary><c>::name</c>, <c>$x</c>, <c>:x</c>, <c>$&lt;</c>, <c>&gt;</c> with arguments.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Name">As it was typed, with its sign: <c>::print</c>, <c>$C</c>.</param>
/// <param name="Arguments">What follows.</param>
public sealed record DcmdCommand(TextSpan Span, string Name, IReadOnlyList<MdbArgument> Arguments) : MdbCommand(Span);

/// <summary><c>/X</c>, <c>=D</c>: memory or a value by a list of formats.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Verb"><c>/</c>, <c>?</c>, <c>\</c>, <c>@</c> or <c>=</c>.</param>
/// <param name="Items">The formats; empty for those of before.</param>
public sealed record FormatCommand(TextSpan Span, char Verb, IReadOnlyList<MdbFormatItem> Items) : MdbCommand(Span);

/// <summary>An item of a list of formats.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Letter">The format; 0 for text.</param>
/// <param name="Count">How often; null for once.</param>
/// <param name="Text">Text between quotes; null for a format.</param>
/// <param name="Values">Of the formats that search (<c>l L M</c>) and write (<c>v w W Z</c>): the values behind them.</param>
public readonly record struct MdbFormatItem(TextSpan Span, char Letter, MdbExpression? Count, string? Text, IReadOnlyList<MdbExpression> Values);

/// <summary>One statement.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Space">The address space before a colon (<c>dom0:…</c>); null for the one that the address belongs to.</param>
/// <param name="Address">The address; null for dot.</param>
/// <param name="Count">How often; null for once.</param>
/// <param name="Pipeline">The commands; empty to repeat the one before.</param>
/// <param name="Filter">What stands behind <c>!</c>; null for nothing.</param>
/// <param name="FilterSpan">Where.</param>
public sealed record MdbStatement(
    TextSpan Span, string? Space, MdbExpression? Address, MdbExpression? Count, IReadOnlyList<MdbCommand> Pipeline, string? Filter, TextSpan FilterSpan);
