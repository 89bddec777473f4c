using System.CommandLine;
using XenDumpAdapter.Adapter.Json;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump threads</c>.</summary>
internal sealed class ThreadsVerb(VerbHost host) : DumpVerb(host, "threads", "Physical CPUs and what runs on them, then vcpus that run on none.", "xendump threads vmcore")
{
    /// <inheritdoc/>
    protected override int Run(DumpTarget target, ParseResult arguments, bool json, CancellationToken cancel)
    {
        if (json) PrintJson(ThreadsJson.Of(target), JsonOutput.Shapes.ThreadsJson);
        else Print(ThreadsReport.Lines(target));
        return ExitCode.Ok;
    }
}
