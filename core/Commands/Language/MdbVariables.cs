namespace XenDumpAdapter.Core.Commands.Language;

/// <summary>The variables of a session, which <c>&lt;name</c> reads and <c>expr&gt;name</c> sets.</summary>
public sealed class MdbVariables
{
    private const int Most = 10_000;
    private const int LongestName = 30;
    private readonly HashSet<string> _tagged = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ulong> _values = new(StringComparer.Ordinal);

    /// <summary>All of them, by name.</summary>
    public IEnumerable<KeyValuePair<string, ulong>> All => _values;

    /// <summary>The value of that name; null where there is none.</summary>
    public ulong? this[string name] => _values.TryGetValue(name, out ulong value) ? value : null;

    /// <summary>Sets one.</summary>
    /// <exception cref="MdbException">There are too many.</exception>
    public void Set(string name, ulong value)
    {
        if (_values.Count >= Most && !_values.ContainsKey(name)) throw new MdbException($"there are {Most} variables; no more are kept");
        _values[name] = value;
    }

    /// <summary>Forgets one; false where there is none.</summary>
    public bool Remove(string name)
    {
        _tagged.Remove(name);
        return _values.Remove(name);
    }

    /// <summary>Whether one has the mark that <c>::typeset -t</c> gives.</summary>
    public bool IsTagged(string name) => _tagged.Contains(name);

    /// <summary>Gives the mark, or takes it away.</summary>
    public void Tag(string name, bool tagged)
    {
        if (tagged) _tagged.Add(name);
        else _tagged.Remove(name);
    }

    /// <summary>What is wrong with a name for a variable (<c>strbadid</c>, MDB_NV_NAMELEN); null where nothing is.</summary>
    public static string? Wrong(string name)
    {
        if (name.Length == 0) return "expected a variable name";
        if (name.Length > LongestName) return $"variable names may not exceed {LongestName} characters";
        foreach (char c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return $"'{c}' may not be used in a variable name";
        return null;
    }
}
