using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>disconnect and terminate: the session is over; nothing has been changed.</summary>
internal sealed class EndHandler(string command) : RequestHandler(command)
{
    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities)
    {
        if (Command == "terminate") capabilities.SupportsTerminateRequest = true;
    }

    /// <inheritdoc/>
    public override Task HandleAsync(DapSession session, IncomingRequest request, CancellationToken cancel) => session.Connection.AcknowledgeAsync(request);

    /// <inheritdoc/>
    public override async Task AfterAsync(DapSession session, CancellationToken cancel)
    {
        await session.Connection.RaiseAsync("terminated").ConfigureAwait(false);
        if (Command == "disconnect") session.IsEnded = true;
    }
}
