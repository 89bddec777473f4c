using XenDumpAdapter.Core.Target;
using XenDumpAdapter.GdbStub.Processes;

namespace XenDumpAdapter.GdbStub;

/// <summary>Serves a dump to one gdb or lldb over a pair of streams.</summary>
public static class GdbServer
{
    /// <summary>
    /// Serves until the client kills the target, closes its end or <paramref name="cancel"/> is set (which ends it without an exception). The streams
    /// and the target stay open.
    /// </summary>
    public static Task RunAsync(DumpTarget target, Stream input, Stream output, GdbServerOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        return new GdbConnection(input, output).RunAsync(new ProcessList(target, options.View, options.AllThreads), options, cancel);
    }
}
