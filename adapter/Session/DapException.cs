namespace XenDumpAdapter.Adapter.Session;

/// <summary>A request that cannot be answered, with the sentence for the user. Never anything internal.</summary>
internal sealed class DapException(int id, string message, bool showUser = false) : Exception(message)
{
    /// <summary>Number from <see cref="DapErrors"/>.</summary>
    public int Id { get; } = id;

    /// <summary>Whether the client should show it by itself.</summary>
    public bool ShowUser { get; } = showUser;
}
