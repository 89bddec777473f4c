using System.CommandLine;
using XenDumpAdapter.Adapter.Json;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump stack</c>.</summary>
internal sealed class StackVerb : DumpVerb
{
    private readonly ThreadOptions _threads;
    private readonly Option<bool> _registers = new("--registers") { Description = "registers of the innermost frame and of each exception" };
    private readonly Option<bool> _locals = new("--locals") { Description = "local variables of each frame" };

    /// <summary>The verb.</summary>
    public StackVerb(VerbHost host) : base(host, "stack", "The one stack: hypervisor, exception, guest kernel. Of the CPU that crashed, unless told otherwise.",
        "xendump stack vmcore", "xendump stack vmcore --all --registers", "xendump stack vmcore --cpu 1 --json")
    {
        _threads = new ThreadOptions(Command, many: true);
        Command.Options.Add(_registers);
        Command.Options.Add(_locals);
    }

    /// <inheritdoc/>
    protected override int Run(DumpTarget target, ParseResult arguments, bool json, CancellationToken cancel)
    {
        var threads = _threads.Choose(target, arguments);
        var options = new StackReportOptions
        {
            Registers = arguments.GetValue(_registers),
            Locals = arguments.GetValue(_locals),
            Width = Host.Terminal.Width,
        };
        if (json)
        {
            PrintJson(StacksJson.Of(target, threads, options, cancel), JsonOutput.Shapes.StacksJson);
            return ExitCode.Ok;
        }

        bool first = true;
        foreach (var thread in threads)
        {
            if (!first) Print([new ReportLine("")]);
            first = false;
            Print(StackReport.Lines(thread, options, cancel));
        }

        return ExitCode.Ok;
    }
}
