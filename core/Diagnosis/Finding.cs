using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>A conclusion with its evidence.</summary>
/// <param name="Id">Stable id: <c>panic-cause</c>, <c>stack-overflow</c>, <c>symbol-mismatch</c>.</param>
/// <param name="Summary">One sentence: <c>dom0 crashed: kernel stack overflow, 0x… is in the guard page 0x… below …</c>.</param>
/// <param name="Evidence">What it rests on, a line each.</param>
public sealed record Finding(string Id, string Summary, IReadOnlyList<string> Evidence);

/// <summary>Everything that can be concluded without a human, most important first.</summary>
public static class Findings
{
    /// <summary>Analyses the target.</summary>
    public static IReadOnlyList<Finding> Of(DumpTarget target, CancellationToken cancel = default) => throw new NotImplementedException();
}
