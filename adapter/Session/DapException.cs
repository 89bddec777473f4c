namespace XenDumpAdapter.Adapter.Session;

/// <summary>A request that cannot be answered, with the sentence for the user. Never anything internal.</summary>
internal sealed class DapException(int id, string message, bool showUser = false) : Exception(message)
{
    /// <summary>Number from <see cref="DapErrors"/>.</summary>
    public int Id { get; } = id;

    /// <summary>Whether the client should show it by itself.</summary>
    public bool ShowUser { get; } = showUser;
}

/// <summary>The one catalogue of error numbers.</summary>
internal static class DapErrors
{
    /// <summary>A defect of this program.</summary>
    public const int Internal = 1000;

    /// <summary>A request that this adapter does not know.</summary>
    public const int UnknownCommand = 1001;

    /// <summary>Arguments that are not of the request's form.</summary>
    public const int BadArguments = 1002;

    /// <summary>A request that needs an open dump, before launch or attach.</summary>
    public const int NotOpen = 1003;

    /// <summary>A second launch or attach.</summary>
    public const int AlreadyOpen = 1004;

    /// <summary>The client cancelled it.</summary>
    public const int Cancelled = 1005;

    /// <summary>The dump cannot be opened.</summary>
    public const int CannotOpen = 2000;

    /// <summary>A thread, frame, variable, source or memory reference that was never given out.</summary>
    public const int UnknownReference = 2001;

    /// <summary>An expression that cannot be evaluated.</summary>
    public const int BadExpression = 2002;

    /// <summary>Memory that is not in the dump.</summary>
    public const int Unreadable = 2003;

    /// <summary>A request to run or change a dump.</summary>
    public const int PostMortem = 2004;
}
