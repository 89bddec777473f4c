using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>configurationDone: the client has set its breakpoints (which do nothing here) and waits for the first stop.</summary>
internal sealed class ConfigurationDoneHandler() : RequestHandler("configurationDone")
{
    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsConfigurationDoneRequest = true;

    /// <inheritdoc/>
    public override Task HandleAsync(DapSession session, IncomingRequest request, CancellationToken cancel)
    {
        session.IsConfigured = true;
        return session.Connection.AcknowledgeAsync(request);
    }

    /// <inheritdoc/>
    public override Task AfterAsync(DapSession session, IncomingRequest request, CancellationToken cancel) => Announcement.WhenReadyAsync(session, cancel);
}
