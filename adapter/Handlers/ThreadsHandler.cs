using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>threads: physical CPUs, the panicking one first; with <c>"threads": "all"</c> also the vcpus that run on none and the kernel's other threads.</summary>
internal sealed class ThreadsHandler() : RequestHandler<EmptyArguments, ThreadsBody>("threads", DapJson.Default.EmptyArguments, DapJson.Default.ThreadsBody)
{
    /// <inheritdoc/>
    protected override ThreadsBody Answer(DapSession session, EmptyArguments arguments, CancellationToken cancel) =>
        new([.. session.Threads.Select(t => new ThreadBody(t.Id, t.Name))]);
}
