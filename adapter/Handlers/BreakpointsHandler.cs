using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>setBreakpoints and its kin: clients send them whatever the target; each is answered as never to be hit.</summary>
internal sealed class BreakpointsHandler(string command)
    : RequestHandler<BreakpointsArguments, BreakpointsBody>(command, DapJson.Default.BreakpointsArguments, DapJson.Default.BreakpointsBody)
{
    /// <inheritdoc/>
    protected override bool NeedsDump => false;

    /// <inheritdoc/>
    protected override BreakpointsBody Answer(DapSession session, BreakpointsArguments arguments, CancellationToken cancel)
    {
        // One answer for each, in the order of the request; which of the lists there is depends on it.
        var lines = arguments.Breakpoints is { } breakpoints ? breakpoints.Select(b => b?.Line) : (arguments.Lines ?? []).Select(l => (int?)l);
        int filters = (arguments.Filters?.Length ?? 0) + (arguments.FilterOptions?.Length ?? 0);
        return new BreakpointsBody([.. lines.Concat(Enumerable.Repeat<int?>(null, filters)).Select(Refused)]);
    }

    private static BreakpointBody Refused(int? line) => new(false, "A crash dump does not run, so nothing can stop here.", line);
}
