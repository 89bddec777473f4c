using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>Everything that can be concluded without a human, most important first.</summary>
public static class Findings
{
    /// <summary>
    /// Analyses the target: what cannot be trusted first (symbols of another build), then the cause, then what the dump lacks. Walks the stack of the
    /// panicking thread.
    /// </summary>
    public static IReadOnlyList<Finding> Of(DumpTarget target, CancellationToken cancel = default)
    {
        var findings = new List<Finding>();
        findings.AddRange(OfDiagnostics(target, DiagnosticIds.SymbolMismatch, "symbol-mismatch"));
        var crash = CrashScene.Of(target, cancel);
        if (crash is not null && StackOverflow.Find(target, crash) is { } overflow) findings.Add(overflow);
        if (PanicCause.Find(target, crash) is { } cause) findings.Add(cause);
        findings.AddRange(DumpGaps.Find(target, crash));
        return findings;
    }

    private static IEnumerable<Finding> OfDiagnostics(DumpTarget target, string diagnostic, string finding) =>
        target.Diagnostics.Items.Where(d => d.Id == diagnostic).Select(d => new Finding(finding, d.Text, []));
}
