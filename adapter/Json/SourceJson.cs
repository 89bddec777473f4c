using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Adapter.Json;

/// <summary>A place in source code.</summary>
/// <param name="Path">Path as the debug information has it.</param>
/// <param name="Line">Line from 1.</param>
internal sealed record SourceJson(string Path, int Line)
{
    /// <summary>The place, or null.</summary>
    public static SourceJson? Of(SourceLine? line) => line is null ? null : new SourceJson(line.Path, line.Line);
}
