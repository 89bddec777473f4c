namespace XenDumpAdapter.Adapter.Session;

/// <summary>Numbers for things that clients ask for later. A dump never changes, so a number stays good for the session.</summary>
/// <typeparam name="T">The things.</typeparam>
internal sealed class HandleTable<T> where T : class
{
    /// <summary>More than a person can open.</summary>
    private const int Most = 1_000_000;

    private readonly List<T> _items = [];
    private readonly Dictionary<object, int> _numbers = [];

    /// <summary>Numbers the thing, from 1. Of things with equal keys the first is kept.</summary>
    public int Add(T item, object? key = null)
    {
        if (key is not null && _numbers.TryGetValue(key, out int known)) return known;
        if (_items.Count >= Most) throw new DapException(DapErrors.UnknownReference, "This session has given out too many references; start it again.");
        _items.Add(item);
        if (key is not null) _numbers[key] = _items.Count;
        return _items.Count;
    }

    /// <summary>The thing, or null where the number was never given out.</summary>
    public T? Find(int handle) => handle >= 1 && handle <= _items.Count ? _items[handle - 1] : null;
}
