using System.CommandLine;
using XenDumpAdapter.Adapter.Json;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump threads</c>.</summary>
internal sealed class ThreadsVerb : DumpVerb
{
    private readonly Option<bool> _all = new("--all") { Description = "also the kernel's threads that no CPU runs" };
    private readonly Option<string?> _process = new("--process") { Description = "threads of that process, by name or id", HelpName = "NAME|PID" };
    private readonly Option<string?> _state = new("--state") { Description = "threads in that state, such as sleep or onproc", HelpName = "STATE" };
    private readonly Option<string?> _function = new("--function") { Description = "threads that have that function on their stack", HelpName = "NAME" };

    /// <summary>The verb.</summary>
    public ThreadsVerb(VerbHost host) : base(host, "threads", "Physical CPUs and what runs on them, then vcpus that run on none, and the kernel's other threads.",
        "xendump threads vmcore", "xendump threads vmcore.0 --all", "xendump threads vmcore.0 --state sleep --function cv_wait")
    {
        Command.Options.Add(_all);
        Command.Options.Add(_process);
        Command.Options.Add(_state);
        Command.Options.Add(_function);
    }

    /// <inheritdoc/>
    protected override int Run(DumpTarget target, ParseResult arguments, bool json, CancellationToken cancel)
    {
        string? state = arguments.GetValue(_state);
        if (state is not null && !ThreadFilter.States.Contains(state, StringComparer.OrdinalIgnoreCase))
            throw new UsageException($"--state takes one of {string.Join(", ", ThreadFilter.States)}, not \"{state}\".");
        var filter = new ThreadFilter(arguments.GetValue(_all), arguments.GetValue(_process), state, arguments.GetValue(_function));
        if (json) PrintJson(ThreadsJson.Of(target, filter, cancel), JsonOutput.Shapes.ThreadsJson);
        else Print(ThreadsReport.Lines(target, filter, cancel));
        return ExitCode.Ok;
    }
}
