using XenDumpAdapter.Core.Commands.Completion;

namespace XenDumpAdapter.Adapter.Prompt;

/// <summary>
/// Reads a line from a terminal: arrows, Home, End, Delete, Ctrl-A B D E F H K L N P R T U W Y, history, completion with Tab. One row of the screen; a longer line
/// is shown in part.
/// </summary>
/// <param name="keys">The next key.</param>
/// <param name="output">The terminal.</param>
/// <param name="width">Its columns.</param>
/// <param name="history">Earlier lines.</param>
/// <param name="complete">Candidates at a cursor.</param>
internal sealed class LineEditor(Func<ConsoleKeyInfo> keys, TextWriter output, Func<int> width, History history, Func<string, int, Completions> complete)
{
    private const string Clear = "\u001b[K";
    private readonly LineBuffer _line = new();
    private string _prompt = "";
    private bool _tabbed;

    /// <summary>The line; null at the end of the input (Ctrl-D on an empty line); empty where Ctrl-C threw the line away.</summary>
    public string? Read(string prompt)
    {
        _prompt = prompt;
        _line.Set("");
        Show();
        while (true)
        {
            var key = keys();
            bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            if (key.Key == ConsoleKey.Tab) Complete();
            else _tabbed = false;
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                case ConsoleKey.J when control:
                case ConsoleKey.M when control:
                    return Ended(_line.Text);
                case ConsoleKey.C when control:
                    output.Write("^C");
                    Ended("");
                    _line.Set("");
                    break;
                case ConsoleKey.D when control && _line.Text.Length == 0:
                    return Ended(null);
                case ConsoleKey.R when control:
                    if (Search()) return Ended(_line.Text);
                    break;
                case ConsoleKey.L when control:
                    output.Write("\u001b[H\u001b[2J");
                    break;
                default:
                    Edit(key, control);
                    break;
            }

            Show();
        }
    }

    private string? Ended(string? line)
    {
        output.Write('\n');
        output.Flush();
        return line;
    }

    private void Edit(ConsoleKeyInfo key, bool control)
    {
        bool alt = key.Modifiers.HasFlag(ConsoleModifiers.Alt);
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow when control || alt: _line.WordLeft(); break;
            case ConsoleKey.RightArrow when control || alt: _line.WordRight(); break;
            case ConsoleKey.B when alt: _line.WordLeft(); break;
            case ConsoleKey.F when alt: _line.WordRight(); break;
            case ConsoleKey.LeftArrow: _line.Move(-1); break;
            case ConsoleKey.RightArrow: _line.Move(1); break;
            case ConsoleKey.B when control: _line.Move(-1); break;
            case ConsoleKey.F when control: _line.Move(1); break;
            case ConsoleKey.Home: _line.Home(); break;
            case ConsoleKey.A when control: _line.Home(); break;
            case ConsoleKey.End: _line.End(); break;
            case ConsoleKey.E when control: _line.End(); break;
            case ConsoleKey.Backspace when control || alt: _line.CutWord(); break;
            case ConsoleKey.Backspace: _line.Backspace(); break;
            case ConsoleKey.H when control: _line.Backspace(); break;
            case ConsoleKey.Delete: _line.Delete(); break;
            case ConsoleKey.D when control: _line.Delete(); break;
            case ConsoleKey.K when control: _line.CutToEnd(); break;
            case ConsoleKey.U when control: _line.CutToStart(); break;
            case ConsoleKey.W when control: _line.CutWord(); break;
            case ConsoleKey.Y when control: _line.Paste(); break;
            case ConsoleKey.UpArrow: Older(); break;
            case ConsoleKey.P when control: Older(); break;
            case ConsoleKey.DownArrow: _line.Set(history.Newer()); break;
            case ConsoleKey.N when control: _line.Set(history.Newer()); break;
            default:
                if (!char.IsControl(key.KeyChar) && key.KeyChar != '\0') _line.Insert(key.KeyChar.ToString());
                break;
        }
    }

    private void Older()
    {
        if (history.Older() is { } line) _line.Set(line);
    }

    /// <summary>What all candidates begin with; a second Tab lists them.</summary>
    private void Complete()
    {
        var found = complete(_line.Text, _line.Cursor);
        if (found.Items.Count == 0) return;
        string common = found.Items[0].Text;
        foreach (var item in found.Items)
            while (!item.Text.StartsWith(common, StringComparison.Ordinal)) common = common[..^1];
        bool isLonger = common.Length > _line.Cursor - found.Start;
        if (isLonger) _line.ReplaceBack(found.Start, found.Items.Count == 1 && !common.EndsWith('`') ? common + " " : common);
        else if (_tabbed || found.Items.Count == 1) List(found);
        _tabbed = true;
    }

    private void List(Completions found)
    {
        output.Write('\n');
        int widest = found.Items.Max(i => i.Text.Length) + 2, columns = Math.Max(1, Math.Max(20, width()) / widest);
        for (int i = 0; i < found.Items.Count; i++)
        {
            bool last = (i + 1) % columns == 0 || i + 1 == found.Items.Count;
            output.Write(last ? found.Items[i].Text + "\n" : found.Items[i].Text.PadRight(widest));
        }

        if (found.Items.Count == MdbCompletion.Most) output.Write("...\n");
    }

    /// <summary>Ctrl-R: the newest earlier line that holds what is typed; again for an older one; Enter takes it, any other key goes on editing it. Whether it was taken.</summary>
    private bool Search()
    {
        string wanted = "", before = _line.Text;
        int from = history.Lines.Count;
        while (true)
        {
            int? found = history.Search(wanted, from);
            output.Write($"\r(search) {wanted}: {(found is { } at ? history.Lines[at] : "")}{Clear}");
            output.Flush();
            var key = keys();
            bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            if (control && key.Key == ConsoleKey.R && found is { } older)
            {
                from = older;
            }
            else if (key.Key == ConsoleKey.Backspace && wanted.Length > 0)
            {
                wanted = wanted[..^1];
                from = history.Lines.Count;
            }
            else if (!control && !char.IsControl(key.KeyChar) && key.KeyChar != '\0')
            {
                wanted += key.KeyChar;
                from = history.Lines.Count;
            }
            else
            {
                _line.Set(control && key.Key is ConsoleKey.C or ConsoleKey.G || found is null ? before : history.Lines[found.Value]);
                if (key.Key == ConsoleKey.Enter) Show();
                return key.Key == ConsoleKey.Enter;
            }
        }
    }

    private void Show()
    {
        int room = Math.Max(10, width() - _prompt.Length - 1);
        int start = _line.Cursor < room ? 0 : _line.Cursor - room + 1;
        string part = _line.Text[start..Math.Min(_line.Text.Length, start + room)];
        output.Write($"\r{_prompt}{part}{Clear}\r");
        int column = _prompt.Length + _line.Cursor - start;
        if (column > 0) output.Write($"\u001b[{column}C");
        output.Flush();
    }
}
