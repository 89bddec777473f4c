using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>initialize: who the client is, and what this adapter can do.</summary>
internal sealed class InitializeHandler(Func<CapabilitiesBody> capabilities)
    : RequestHandler<InitializeArguments, CapabilitiesBody>("initialize", DapJson.Default.InitializeArguments, DapJson.Default.CapabilitiesBody)
{
    /// <inheritdoc/>
    protected override CapabilitiesBody Answer(DapSession session, InitializeArguments arguments, CancellationToken cancel)
    {
        session.Client = arguments;
        return capabilities();
    }

    /// <inheritdoc/>
    public override Task AfterAsync(DapSession session, CancellationToken cancel) => session.Connection.RaiseAsync("initialized");
}
