namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// Something that takes a while to make, made by the first who needs it, while others who need it wait. If whoever makes it is cancelled, the next one makes it.
/// </summary>
/// <typeparam name="T">What is made.</typeparam>
/// <param name="make">Makes it.</param>
internal sealed class LazyIndex<T>(Func<CancellationToken, T> make) where T : class
{
    private readonly Lock _making = new();
    private T? _made;

    /// <summary>Whether it is made.</summary>
    public bool IsMade => Volatile.Read(ref _made) is not null;

    /// <summary>The thing.</summary>
    /// <exception cref="OperationCanceledException">It was being made, and was cancelled.</exception>
    public T Get(CancellationToken cancel = default)
    {
        if (Volatile.Read(ref _made) is { } made) return made;
        lock (_making)
        {
            if (_made is null) Volatile.Write(ref _made, make(cancel));
            return _made!;
        }
    }
}
