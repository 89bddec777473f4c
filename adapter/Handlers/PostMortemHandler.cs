using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>Requests to run the target: refused with the reason, and everything stays stopped.</summary>
internal sealed class PostMortemHandler(string command) : RequestHandler(command)
{
    /// <inheritdoc/>
    public override Task HandleAsync(DapSession session, IncomingRequest request, CancellationToken cancel) =>
        throw new DapException(DapErrors.PostMortem, "This is a crash dump: nothing can run or step.", showUser: true);
}
