using XenDumpAdapter.Adapter.Handlers;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>A request that waits or is being handled.</summary>
internal sealed class PendingRequest(IncomingRequest request)
{
    /// <summary>The request.</summary>
    public IncomingRequest Request { get; } = request;

    /// <summary>Set by a <c>cancel</c> that names it. Never disposed: one may come while the request ends.</summary>
    public CancellationTokenSource Cancel { get; } = new();

    /// <summary>The progress that it shows while it is handled; null where it shows none.</summary>
    public string? ProgressId => Request.Command is "launch" or "attach" ? OpenHandler.ProgressIdOf(Request) : null;
}
