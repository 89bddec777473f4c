using System.Text;
using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Commands.Formats;

/// <summary>
/// Lines as mdb's output buffer makes them (usr/src/cmd/mdb/common/mdb/mdb_io.c): fields that are filled up with blanks, tab stops, a margin, and a new line where
/// the width of the screen is reached. Blanks at the end of a line are left out.
/// </summary>
/// <param name="columns">Characters of a line.</param>
public sealed class FormatWriter(int columns)
{
    /// <summary>Where lines begin while <see cref="Indents"/>.</summary>
    public const int Margin = 16;

    private readonly int _columns = Math.Max(columns, Margin + 1);
    private readonly StringBuilder _line = new();
    private readonly Queue<CommandOutput> _ready = new();
    private int _blanks;
    private Location? _begun;

    /// <summary>The memory that is printed now; lines are about that which they began with.</summary>
    public Location? Place { get; set; }

    /// <summary>Whether lines begin at the margin.</summary>
    public bool Indents { get; set; }

    private int Column => _line.Length + _blanks == 0 && Indents ? Margin : _line.Length + _blanks;

    /// <summary>A field that begins at the left: <c>%-16s</c>. It goes to the next line where this one has no room for it.</summary>
    public void Field(string text, int width)
    {
        width = Math.Max(width, text.Length);
        if (_line.Length + _blanks > 0 && Column + width > _columns) NewLine();
        Put(text);
        if (text.Length < width) Space(width - text.Length);
    }

    /// <summary>Text as it stands: newlines end lines, tabs go to stops of eight.</summary>
    public void Put(ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            if (text[0] is '\n' or '\t')
            {
                if (text[0] == '\n') NewLine();
                else Tab(8);
                text = text[1..];
                continue;
            }

            int end = text.IndexOfAny('\n', '\t');
            int count = Math.Min(end < 0 ? text.Length : end, Math.Max(0, _columns - Column));
            if (count == 0)
            {
                NewLine();
                continue;
            }

            Fill();
            _line.Append(text[..count]);
            text = text[count..];
        }
    }

    /// <summary>Blanks; a new line where they reach the end of this one.</summary>
    public void Space(int count)
    {
        if (Column + (long)count < _columns) Blank(count);
        else NewLine();
    }

    /// <summary>Goes on to the next stop behind here.</summary>
    public void Tab(int stop)
    {
        if (stop <= 0) return;
        long next = (Column + (long)stop) / stop * stop;
        if (next < _columns) Blank((int)(next - Column));
        else NewLine();
    }

    /// <summary>Goes on to the next stop, unless this is one: <c>%16T</c>.</summary>
    public void Align(int stop)
    {
        if (Column % stop != 0) Tab(stop);
    }

    /// <summary>Ends the line.</summary>
    public void NewLine()
    {
        _ready.Enqueue(CommandOutput.Line(_line.ToString(), reference: _begun));
        _line.Clear();
        (_blanks, _begun) = (0, null);
    }

    /// <summary>Ends the line if anything stands in it.</summary>
    public void Finish()
    {
        if (_line.Length > 0) NewLine();
        _blanks = 0;
    }

    /// <summary>The next line that is ended; null for none.</summary>
    public CommandOutput? Next() => _ready.TryDequeue(out var line) ? line : null;

    // A line that has only been begun is at the margin without blanks in it.
    private void Blank(int count) => _blanks = Column + count - _line.Length;

    private void Fill()
    {
        int column = Column;
        if (_line.Length == 0) _begun = Place;
        if (column > _line.Length) _line.Append(' ', column - _line.Length);
        _blanks = 0;
    }
}
