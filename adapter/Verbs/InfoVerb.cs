using System.CommandLine;
using XenDumpAdapter.Adapter.Json;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump info</c>.</summary>
internal sealed class InfoVerb : DumpVerb
{
    private readonly Option<bool> _console = new("--console") { Description = "add the hypervisor's console" };

    /// <summary>The verb.</summary>
    public InfoVerb(VerbHost host) : base(host, "info", "What crashed, the hypervisor, CPUs and domains, and how opening went.",
        "xendump info vmcore", "xendump info vmcore --xen-syms xen-syms-4.17 --kernel vmlinux --json") => Command.Options.Add(_console);

    /// <inheritdoc/>
    protected override bool PrintsWarnings => true;

    /// <inheritdoc/>
    protected override int Run(DumpTarget target, ParseResult arguments, bool json, CancellationToken cancel)
    {
        if (json)
        {
            PrintJson(InfoJson.Of(target, cancel), JsonOutput.Shapes.InfoJson);
            return ExitCode.Ok;
        }

        Print(InfoReport.Lines(target, cancel));
        if (!arguments.GetValue(_console)) return ExitCode.Ok;
        Print([new ReportLine("Console", LineStyle.Heading)]);
        Print((target.Hypervisor?.Console ?? "(it cannot be read from this dump)").TrimEnd('\n').Split('\n').Select(l => new ReportLine($"  {l}")));
        return ExitCode.Ok;
    }
}
