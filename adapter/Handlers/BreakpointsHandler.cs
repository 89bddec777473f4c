using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>setBreakpoints and its kin: clients send them whatever the target; each is answered as never to be hit.</summary>
internal sealed class BreakpointsHandler(string command)
    : RequestHandler<BreakpointsArguments, BreakpointsBody>(command, DapJson.Default.BreakpointsArguments, DapJson.Default.BreakpointsBody)
{
    /// <inheritdoc/>
    protected override BreakpointsBody Answer(DapSession session, BreakpointsArguments arguments, CancellationToken cancel) =>
        new([.. (arguments.Breakpoints ?? []).Select(b => new BreakpointBody(false, "A crash dump does not run, so nothing can stop here.", b?.Line))]);
}
