namespace XenDumpAdapter.Core.Types;

/// <summary>A place in source code, as the debug information spells it. The path is the build machine's; nothing opens it.</summary>
/// <param name="Path">Path: absolute where the debug information gives a directory.</param>
/// <param name="Line">Line from 1; 0 where the code belongs to no line.</param>
/// <param name="Column">Column from 1; 0 where unknown.</param>
public sealed record SourceLine(string Path, int Line, int Column = 0);
