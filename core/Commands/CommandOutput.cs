using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Commands;

/// <summary>One line that a command of the mdb language prints; what it means for a pipe and for programs goes with it. The text is made when it is asked for.</summary>
public sealed class CommandOutput
{
    private string? _text;

    private CommandOutput(string? text) => _text = text;

    /// <summary>The line, without a line end.</summary>
    public string Text => _text ??= Row?.ToString() ?? MdbNumbers.Prefixed(Value ?? 0);

    /// <summary>What it is.</summary>
    public LineStyle Style { get; private init; }

    /// <summary>The number that a pipe takes from it, mostly an address; null where a pipe reads the text as an expression.</summary>
    public ulong? Value { get; private init; }

    /// <summary>The row of a table that it is; null for other lines.</summary>
    public TableRow? Row { get; private init; }

    /// <summary>Memory that the line is about, for front ends that can show it; null for none.</summary>
    public Location? Reference { get; private init; }

    /// <summary>Whether it says that something went wrong: <c>mdb: …</c>. Not for pipes.</summary>
    public bool IsError { get; private init; }

    /// <summary>Whether it says that what was typed could not be understood: not that the dump lacks something.</summary>
    public bool IsMistake { get; private init; }

    /// <summary>Whether it is the head of a table: not for pipes, and printed once.</summary>
    public bool IsHeader { get; private init; }

    /// <summary>A line of text.</summary>
    /// <param name="text">The line.</param>
    /// <param name="value">What a pipe takes from it.</param>
    /// <param name="style">What it is.</param>
    /// <param name="reference">Memory that it is about.</param>
    public static CommandOutput Line(string text, ulong? value = null, LineStyle style = LineStyle.Plain, Location? reference = null) =>
        new(text) { Value = value, Style = style, Reference = reference };

    /// <summary>A number alone, printed in hexadecimal with its prefix.</summary>
    public static CommandOutput Number(ulong value) => new(null) { Value = value };

    /// <summary>A row of a table.</summary>
    /// <param name="row">The row.</param>
    /// <param name="value">What a pipe takes from it: the address of the thing.</param>
    public static CommandOutput Of(TableRow row, ulong? value) => new(null) { Row = row, Value = value };

    /// <summary>The head of a table.</summary>
    public static CommandOutput Header(string text) => new(text) { IsHeader = true, Style = LineStyle.Heading };

    /// <summary>Something that went wrong, in words without <c>mdb: </c>.</summary>
    /// <param name="words">The words.</param>
    /// <param name="isMistake">Whether what was typed could not be understood.</param>
    public static CommandOutput Error(string words, bool isMistake = false) => new("mdb: " + words) { IsError = true, IsMistake = isMistake, Style = LineStyle.Doubt };

    /// <summary>A line that goes with an error: the place in the text.</summary>
    public static CommandOutput ErrorDetail(string text) => new(text) { IsError = true, Style = LineStyle.Detail };

    /// <inheritdoc/>
    public override string ToString() => Text;
}
