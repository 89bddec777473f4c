using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Json;

/// <summary>Something wrong with the input.</summary>
/// <param name="Severity"><c>note</c>, <c>warning</c>, <c>error</c>.</param>
/// <param name="Id">Stable id.</param>
/// <param name="Text">One sentence.</param>
internal sealed record DiagnosticJson(string Severity, string Id, string Text)
{
    /// <summary>Everything that was said so far.</summary>
    public static IReadOnlyList<DiagnosticJson> Of(DumpTarget target) =>
        [.. target.Diagnostics.Items.Select(d => new DiagnosticJson(Hex.Word(d.Severity), d.Id, d.Text))];
}
