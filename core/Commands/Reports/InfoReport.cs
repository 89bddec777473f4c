using System.Globalization;
using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>What the dump is about: doubts about symbols before everything, then what crashed, then the machine, then how opening went.</summary>
public static class InfoReport
{
    // Evidence that the console gives is shown once, with the rest of what it says.
    private const string ConsoleMark = "console: ";

    /// <summary>The report.</summary>
    public static IEnumerable<ReportLine> Lines(DumpTarget target, CancellationToken cancel = default)
    {
        var findings = Findings.Of(target, cancel);
        var diagnostics = target.Diagnostics.Items;
        foreach (var line in Warnings(target)) yield return line;
        foreach (var line in Conclusions(target, [.. findings.Where(f => !diagnostics.Any(d => IsLoud(d) && d.Text == f.Summary))])) yield return line;
        foreach (var line in MachineReport.Lines(target)) yield return line;
        foreach (var line in Ladder(target)) yield return line;
        foreach (var d in diagnostics.Where(d => !IsLoud(d) && !findings.Any(f => f.Summary == d.Text)))
            yield return new ReportLine($"  {Severity(d.Severity)}: {d.Text}", d.Severity switch
            {
                DiagnosticSeverity.Note => LineStyle.Detail,
                DiagnosticSeverity.Warning => LineStyle.Doubt,
                _ => LineStyle.Alert,
            });
    }

    /// <summary>What must be said before anything else: a symbol file that is not the dump's makes everything after it wrong.</summary>
    public static IEnumerable<ReportLine> Warnings(DumpTarget target) =>
        target.Diagnostics.Items.Where(IsLoud).Select(d => new ReportLine($"WARNING: {d.Text}", LineStyle.Alert));

    /// <summary>The findings with their evidence; <c>nothing in the dump says that anything crashed</c> where there are none.</summary>
    public static IEnumerable<ReportLine> Conclusions(DumpTarget target, IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings)
        {
            yield return new ReportLine(finding.Summary, LineStyle.Alert);
            foreach (string evidence in finding.Evidence.Where((e, i) => i == 0 || !e.StartsWith(ConsoleMark, StringComparison.Ordinal))) yield return new ReportLine($"    {evidence}");
        }

        if (findings.Count == 0) yield return new ReportLine(target.Panic.Message ?? Unknown(target), LineStyle.Alert);
    }

    private static bool IsLoud(Diagnostic d) => d.Id.Contains("mismatch", StringComparison.Ordinal);

    private static string Severity(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        _ => "note",
    };

    private static IEnumerable<ReportLine> Ladder(DumpTarget target)
    {
        yield return new ReportLine("Opening", LineStyle.Heading);
        int widest = target.Report.Stages.Select(s => s.Stage.Length).DefaultIfEmpty().Max();
        foreach (var stage in target.Report.Stages)
        {
            string state = stage.State.ToString().ToLower(CultureInfo.InvariantCulture);
            yield return new ReportLine($"  {state,-8} {stage.Stage.PadRight(widest)}  {stage.Text}", stage.State switch
            {
                StageState.Failed => LineStyle.Alert,
                StageState.Partial => LineStyle.Doubt,
                _ => LineStyle.Plain,
            });
        }
    }

    private static string Unknown(DumpTarget target) => target.Hypervisor is { Console: null }
        ? "what crashed is not known: Xen's console cannot be read without its symbols (xen-syms)"
        : "nothing in the dump says that anything crashed";
}
