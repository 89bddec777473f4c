using System.Text;

namespace XenDumpAdapter.Adapter.Prompt;

/// <summary>
/// The lines of this prompt and of earlier ones, in the user's state folder (<c>$XDG_STATE_HOME/xendump/history</c>, else <c>~/.local/state/…</c>). Where that
/// cannot be read or written, they are remembered while the prompt runs, and nothing is said.
/// </summary>
internal sealed class History
{
    private const int Most = 1000;
    private const long MostBytes = 1 << 20;
    private readonly List<string> _lines = [];
    private readonly string? _path;
    private int _at;

    /// <summary>Reads what there is.</summary>
    /// <param name="path">The file; null for none.</param>
    public History(string? path)
    {
        _path = path;
        try
        {
            if (path is not null && new FileInfo(path) is { Exists: true, Length: < MostBytes }) _lines.AddRange(File.ReadLines(path, Encoding.UTF8).Where(l => l.Length > 0).TakeLast(Most));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _path = null;
        }

        _at = _lines.Count;
    }

    /// <summary>Where the file is; null where the user has no home.</summary>
    public static string? StandardPath
    {
        get
        {
            string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (string.IsNullOrEmpty(state) && home.Length > 0) state = Path.Combine(home, ".local", "state");
            return string.IsNullOrEmpty(state) ? null : Path.Combine(state, "xendump", "history");
        }
    }

    /// <summary>The lines, oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Remembers a line, unless it is the last one again.</summary>
    public void Add(string line)
    {
        if (line.Trim().Length > 0 && (_lines.Count == 0 || _lines[^1] != line)) _lines.Add(line);
        if (_lines.Count > Most) _lines.RemoveAt(0);
        _at = _lines.Count;
    }

    /// <summary>The line before the one that was shown last; null at the oldest.</summary>
    public string? Older() => _at > 0 ? _lines[--_at] : null;

    /// <summary>The line behind the one that was shown last; empty behind the newest.</summary>
    public string Newer() => _at < _lines.Count && ++_at < _lines.Count ? _lines[_at] : "";

    /// <summary>The newest line before a place that holds a text; null where there is none.</summary>
    public int? Search(string text, int before)
    {
        for (int i = Math.Min(before, _lines.Count) - 1; i >= 0; i--)
            if (_lines[i].Contains(text, StringComparison.Ordinal)) return i;
        return null;
    }

    /// <summary>Writes it for the next prompt; that it cannot be is no error.</summary>
    public void Save()
    {
        if (_path is null) return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            string fresh = _path + ".new";
            File.WriteAllLines(fresh, _lines, new UTF8Encoding(false));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Move(fresh, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written is common in rescue systems, and no reason to trouble anybody.
        }
    }
}
