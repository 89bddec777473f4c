using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>
/// terminate and disconnect: the session is over; nothing has been changed. After <c>terminate</c> the client is told so by the event and sends
/// <c>disconnect</c>; the response to that is the last thing it hears.
/// </summary>
internal sealed class EndHandler(string command) : RequestHandler(command)
{
    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities)
    {
        if (Command == "terminate") capabilities.SupportsTerminateRequest = true;
    }

    /// <inheritdoc/>
    public override async Task HandleAsync(DapSession session, IncomingRequest request, CancellationToken cancel)
    {
        if (Command == "disconnect")
        {
            await TerminatedAsync(session).ConfigureAwait(false);
            session.IsEnded = true;
        }

        await session.Connection.AcknowledgeAsync(request).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task AfterAsync(DapSession session, IncomingRequest request, CancellationToken cancel) =>
        Command == "terminate" ? TerminatedAsync(session) : Task.CompletedTask;

    /// <summary>The event, once a session.</summary>
    private static async Task TerminatedAsync(DapSession session)
    {
        if (session.IsTerminated) return;
        session.IsTerminated = true;
        await session.Connection.RaiseAsync("terminated").ConfigureAwait(false);
    }
}
