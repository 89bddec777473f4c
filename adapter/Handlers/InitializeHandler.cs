using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>initialize: who the client is, and what this adapter can do.</summary>
internal sealed class InitializeHandler(Func<CapabilitiesBody> capabilities)
    : RequestHandler<InitializeArguments, CapabilitiesBody>("initialize", DapJson.Default.InitializeArguments, DapJson.Default.CapabilitiesBody)
{
    /// <inheritdoc/>
    protected override bool NeedsDump => false;

    /// <inheritdoc/>
    protected override CapabilitiesBody Answer(DapSession session, InitializeArguments arguments, CancellationToken cancel)
    {
        if (session.Client is not null) throw new DapException(DapErrors.AlreadyOpen, "This session has been initialized already.");
        session.Client = arguments;
        return capabilities();
    }

    /// <inheritdoc/>
    public override Task AfterAsync(DapSession session, IncomingRequest request, CancellationToken cancel) => session.Connection.RaiseAsync("initialized");
}
