namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>A row of the line table: the code from its address to the next row's belongs to this line.</summary>
/// <param name="Address">Of the file.</param>
/// <param name="File">The program's number for the source file.</param>
/// <param name="Line">Line from 1; 0 for none.</param>
/// <param name="Column">Column from 1; 0 for none.</param>
/// <param name="IsStatement">Whether a statement starts here.</param>
internal readonly record struct LineRow(ulong Address, uint File, uint Line, ushort Column, bool IsStatement);

/// <summary>A run of code whose rows ascend.</summary>
internal readonly record struct LineSequence(ulong Start, ulong End, int First, int Count);

/// <summary>The line table of one unit, decoded from its line program.</summary>
internal sealed class LineTable
{
    private static readonly LineTable Empty = new(null, [], []);

    private readonly LineRow[] _rows;
    private readonly LineSequence[] _sequences;

    private LineTable(LineHeader? header, LineRow[] rows, LineSequence[] sequences)
    {
        Header = header;
        _rows = rows;
        _sequences = sequences;
    }

    /// <summary>Directories and files; null where the unit has no line program.</summary>
    public LineHeader? Header { get; }

    /// <summary>Runs the unit's line program.</summary>
    public static LineTable Read(DwarfUnit unit)
    {
        if (unit.Root.LineOffset is not { } offset || LineHeader.Read(unit, offset) is not { } header) return Empty;
        var program = new LineProgram(header, unit);
        program.Run(unit.Data.Sections.Line.Span[..header.End], unit.Data.BigEndian);
        program.Sequences.Sort((a, b) => a.Start.CompareTo(b.Start));
        return new LineTable(header, [.. program.Rows], [.. program.Sequences]);
    }

    /// <summary>The row that covers a pc (of the file), or null.</summary>
    public LineRow? Find(ulong pc)
    {
        // Sequences of sound files do not overlap, but for discarded code at 0: the last one that starts before the pc is tried first.
        for (int i = LastStartingBefore(pc); i >= 0; i--)
            if (pc - _sequences[i].Start < _sequences[i].End - _sequences[i].Start) return FindIn(_sequences[i], pc);
        return null;
    }

    /// <summary>The row as a source line, or null where it names no file.</summary>
    public SourceLine? Place(LineRow row) =>
        Header?.PathOf(row.File) is { } path ? new SourceLine(path, row.Line <= int.MaxValue ? (int)row.Line : 0, row.Column) : null;

    /// <summary>The addresses (of the file) at which rows of some source files start; files by the program's numbers.</summary>
    public IEnumerable<ulong> StartsOf(IReadOnlySet<uint> files)
    {
        foreach (var row in _rows)
            if (files.Contains(row.File)) yield return row.Address;
    }

    private int LastStartingBefore(ulong pc)
    {
        int low = 0;
        int high = _sequences.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_sequences[middle].Start <= pc) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    private LineRow? FindIn(LineSequence sequence, ulong pc)
    {
        int low = sequence.First;
        int high = sequence.First + sequence.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_rows[middle].Address <= pc) low = middle + 1;
            else high = middle;
        }

        if (low == sequence.First) return null;
        int found = low - 1;

        // Of several rows at one address, the last statement is what the instruction is for.
        for (int i = found; i >= sequence.First && _rows[i].Address == _rows[found].Address; i--)
            if (_rows[i].IsStatement) return _rows[i];
        return _rows[found];
    }
}
