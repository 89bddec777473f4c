using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Diagnosis;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::findings</c>: what crashed and why, with the evidence.</summary>
public sealed class FindingsDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::findings";

    /// <inheritdoc/>
    public override string Summary => "print what crashed and why, with the evidence";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call) =>
        InfoReport.Warnings(call.Target).Concat(InfoReport.Conclusions(call.Target, Findings.Of(call.Target, call.Cancel))).Select(l => CommandOutput.Line(l.Text, style: l.Style));
}
