namespace XenDumpAdapter.Core.Commands.Language;

/// <summary>The variables of a session, which <c>&lt;name</c> reads and <c>expr&gt;name</c> sets.</summary>
public sealed class MdbVariables
{
    private const int Most = 10_000;
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

    /// <summary>Forgets one.</summary>
    public void Remove(string name) => _values.Remove(name);
}
