using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>Requests to run the target: refused with the reason, and everything stays stopped.</summary>
internal sealed class PostMortemHandler(string command) : RequestHandler(command)
{
    /// <summary>Why nothing runs.</summary>
    private const string Reason = "This is a crash dump: nothing can run or step.";

    /// <inheritdoc/>
    public override Task HandleAsync(DapSession session, IncomingRequest request, CancellationToken cancel)
    {
        var error = new ErrorMessage(DapErrors.PostMortem, Reason, ShowUser: true);
        return session.Connection.FailAsync(request, Reason, error);
    }

    /// <inheritdoc/>
    public override Task AfterAsync(DapSession session, IncomingRequest request, CancellationToken cancel) =>
        session.IsAnnounced ? Announcement.StillStoppedAsync(session, ThreadOf(request)) : Task.CompletedTask;

    /// <summary>The thread that should have run; null where none is named.</summary>
    private static int? ThreadOf(IncomingRequest request)
    {
        try
        {
            return RequestArguments.Read(request, DapJson.Default.ThreadArguments).ThreadId;
        }
        catch (DapException)
        {
            return null;
        }
    }
}
