namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>A conclusion with its evidence.</summary>
/// <param name="Id">Stable id: <c>stack-overflow</c>, <c>panic-cause</c>, <c>symbol-mismatch</c>, <c>dump-damaged</c>.</param>
/// <param name="Summary">One sentence: <c>dom0 crashed: kernel stack overflow: 0x… is …</c>.</param>
/// <param name="Evidence">What it rests on, a line each.</param>
public sealed record Finding(string Id, string Summary, IReadOnlyList<string> Evidence);
