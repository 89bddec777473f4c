namespace XenDumpAdapter.Adapter.Prompt;

/// <summary>A line that is being typed: text and cursor, with the editing that Emacs and shells have.</summary>
internal sealed class LineBuffer
{
    private string _cut = "";

    /// <summary>The text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The cursor, from 0 to the text's length.</summary>
    public int Cursor { get; private set; }

    /// <summary>Replaces all of it; the cursor goes to the end.</summary>
    public void Set(string text) => (Text, Cursor) = (text, text.Length);

    /// <summary>Inserts at the cursor.</summary>
    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    /// <summary>Replaces what stands between a place and the cursor.</summary>
    public void ReplaceBack(int start, string text)
    {
        Text = Text[..start] + text + Text[Cursor..];
        Cursor = start + text.Length;
    }

    /// <summary>Moves the cursor; the ends stop it.</summary>
    public void Move(int by) => Cursor = Math.Clamp(Cursor + by, 0, Text.Length);

    /// <summary>To the start or end.</summary>
    public void Home() => Cursor = 0;

    /// <summary>To the end.</summary>
    public void End() => Cursor = Text.Length;

    /// <summary>To the start of the word before the cursor.</summary>
    public void WordLeft() => Cursor = WordStart();

    /// <summary>To the end of the word behind the cursor.</summary>
    public void WordRight()
    {
        while (Cursor < Text.Length && !IsWord(Text[Cursor])) Cursor++;
        while (Cursor < Text.Length && IsWord(Text[Cursor])) Cursor++;
    }

    /// <summary>Takes the character before the cursor away.</summary>
    public void Backspace()
    {
        if (Cursor > 0) Remove(Cursor - 1, Cursor, keep: false);
    }

    /// <summary>Takes the character at the cursor away.</summary>
    public void Delete()
    {
        if (Cursor < Text.Length) Remove(Cursor, Cursor + 1, keep: false);
    }

    /// <summary>Cuts from the cursor to the end.</summary>
    public void CutToEnd() => Remove(Cursor, Text.Length, keep: true);

    /// <summary>Cuts from the start to the cursor.</summary>
    public void CutToStart() => Remove(0, Cursor, keep: true);

    /// <summary>Cuts the word before the cursor.</summary>
    public void CutWord() => Remove(WordStart(), Cursor, keep: true);

    /// <summary>Inserts what was cut last.</summary>
    public void Paste() => Insert(_cut);

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '`';

    private int WordStart()
    {
        int start = Cursor;
        while (start > 0 && !IsWord(Text[start - 1])) start--;
        while (start > 0 && IsWord(Text[start - 1])) start--;
        return start;
    }

    private void Remove(int start, int end, bool keep)
    {
        if (keep && end > start) _cut = Text[start..end];
        Text = Text.Remove(start, end - start);
        Cursor = start;
    }
}
