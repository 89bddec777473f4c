using System.Globalization;
using System.Text;

namespace XenDumpAdapter.Core.Commands;

/// <summary>What a cell of a table holds.</summary>
public enum CellKind
{
    /// <summary>Nothing: the dump does not say. Printed as the column's <see cref="TableColumn.Absent"/>.</summary>
    Absent,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A number in hexadecimal, without prefix; of programs' formats a text <c>0x…</c>.</summary>
    Hex,

    /// <summary>A signed number in decimal.</summary>
    Decimal,
}

/// <summary>A cell.</summary>
public readonly record struct Cell
{
    private readonly string? _text;
    private readonly ulong _number;

    private Cell(CellKind kind, ulong number, string? text) => (Kind, _number, _text) = (kind, number, text);

    /// <summary>What it holds.</summary>
    public CellKind Kind { get; }

    /// <summary>The number of a <see cref="CellKind.Hex"/> cell; of a <see cref="CellKind.Decimal"/> one its bits.</summary>
    public ulong Number => _number;

    /// <summary>An address, flags: hexadecimal.</summary>
    public static Cell Hex(ulong? value) => value is { } v ? new Cell(CellKind.Hex, v, null) : default;

    /// <summary>A count, an id: decimal.</summary>
    public static Cell Decimal(long? value) => value is { } v ? new Cell(CellKind.Decimal, unchecked((ulong)v), null) : default;

    /// <summary>A count that is never negative: decimal.</summary>
    public static Cell Unsigned(ulong? value) => value > long.MaxValue ? Of(value.Value.ToString(CultureInfo.InvariantCulture)) : Decimal((long?)value);

    /// <summary>Text.</summary>
    public static Cell Of(string? text) => text is null ? default : new Cell(CellKind.Text, 0, text);

    /// <summary>The value alone, unpadded; null where absent.</summary>
    public string? Plain => Kind switch
    {
        CellKind.Text => _text,
        CellKind.Hex => _number.ToString("x", CultureInfo.InvariantCulture),
        CellKind.Decimal => unchecked((long)_number).ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}

/// <summary>A column.</summary>
/// <param name="Name">Its head.</param>
/// <param name="Width">Characters at least; 0 for the last one, which takes what it needs.</param>
/// <param name="Left">Whether cells begin at the left.</param>
/// <param name="Zeros">Whether numbers are filled up with zeros: addresses.</param>
/// <param name="HeadLeft">Whether the head begins at the left; null as the cells do, and at the left over zeros.</param>
/// <param name="Absent">What stands for a value that the dump does not have.</param>
public sealed record TableColumn(string Name, int Width, bool Left = false, bool Zeros = false, bool? HeadLeft = null, string Absent = "-")
{
    /// <summary>A column of addresses.</summary>
    /// <param name="name">Its head.</param>
    /// <param name="digits">Digits of an address: 8 or 16.</param>
    public static TableColumn Address(string name, int digits) => new(name, digits, Zeros: true);

    internal void Head(StringBuilder line) => Put(line, Name, HeadLeft ?? (Left || Zeros));

    internal void Put(StringBuilder line, Cell cell)
    {
        string text = cell.Plain ?? Absent;
        if (Zeros && cell.Kind == CellKind.Hex) text = text.PadLeft(Width, '0');
        Put(line, text, Left);
    }

    private void Put(StringBuilder line, string text, bool left)
    {
        if (!left) line.Append(' ', Math.Max(0, Width - text.Length));
        line.Append(text);
        if (left) line.Append(' ', Math.Max(0, Width - text.Length));
    }
}

/// <summary>The columns of a table that is printed row by row, as mdb's <c>%&lt;u&gt;</c> heads and <c>mdb_printf</c> rows are.</summary>
public sealed class Table(params IReadOnlyList<TableColumn> columns)
{
    /// <summary>The columns.</summary>
    public IReadOnlyList<TableColumn> Columns { get; } = columns;

    /// <summary>What stands between the cells of a row; heads have blanks.</summary>
    public string Separator { get; init; } = " ";

    /// <summary>The head.</summary>
    public CommandOutput Head()
    {
        var line = new StringBuilder();
        foreach (var column in Columns)
        {
            if (column != Columns[0]) line.Append(' ');
            column.Head(line);
        }

        return CommandOutput.Header(line.ToString().TrimEnd());
    }

    /// <summary>A row.</summary>
    /// <param name="value">What a pipe takes from it: the address of the thing; null for nothing.</param>
    /// <param name="cells">One for each column.</param>
    public CommandOutput Row(ulong? value, params Cell[] cells) => CommandOutput.Of(new TableRow(this, cells), value);
}

/// <summary>A row of a table.</summary>
/// <param name="table">Its table.</param>
/// <param name="cells">One for each column.</param>
public sealed class TableRow(Table table, Cell[] cells)
{
    /// <summary>Its table.</summary>
    public Table Table { get; } = table;

    /// <summary>Its cells, one for each column.</summary>
    public IReadOnlyList<Cell> Cells => cells;

    /// <inheritdoc/>
    public override string ToString()
    {
        var line = new StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            if (i > 0) line.Append(Table.Separator);
            Table.Columns[i].Put(line, cells[i]);
        }

        return line.ToString().TrimEnd();
    }
}
