namespace XenDumpAdapter.Benchmarks;

/// <summary>Columns side by side.</summary>
internal static class Table
{
    /// <summary>A line for each row; the first row is the heading.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        for (int i = 0; i < rows.Count; i++)
        {
            yield return string.Join("  ", rows[i].Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();
            if (i == 0) yield return string.Join("  ", widths.Select(width => new string('-', width)));
        }
    }
}
