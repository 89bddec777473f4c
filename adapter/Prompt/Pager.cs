namespace XenDumpAdapter.Adapter.Prompt;

/// <summary>Stops output after each screenful: space for the next, Enter for a line, q for no more.</summary>
/// <param name="keys">The next key.</param>
/// <param name="output">The terminal.</param>
/// <param name="size">Its columns and rows; rows of 0 for no stops.</param>
internal sealed class Pager(Func<ConsoleKeyInfo> keys, TextWriter output, Func<(int Columns, int Rows)> size)
{
    private const string More = ">> More [<space>, <cr>, q, c] ? ";
    private int _left;
    private bool _off;

    /// <summary>Begins a command's output.</summary>
    public void Begin()
    {
        _off = false;
        _left = Page();
    }

    /// <summary>Counts a line that will be written; false where the user has seen enough.</summary>
    public bool TryTake(string line)
    {
        var (columns, rows) = size();
        if (_off || rows == 0) return true;
        int taken = columns > 0 ? Math.Max(1, (line.Length + columns - 1) / columns) : 1;
        if (_left >= taken)
        {
            _left -= taken;
            return true;
        }

        output.Write(More);
        output.Flush();
        var key = keys();
        output.Write("\r\u001b[K");
        switch (key.Key)
        {
            case ConsoleKey.Q:
            case ConsoleKey.C or ConsoleKey.D when key.Modifiers.HasFlag(ConsoleModifiers.Control):
                return false;
            case ConsoleKey.C:
                _off = true;
                return true;
            case ConsoleKey.Enter:
                _left = 0;
                return true;
            default:
                _left = Page() - taken;
                return true;
        }
    }

    private int Page() => Math.Max(1, size().Rows - 1);
}
