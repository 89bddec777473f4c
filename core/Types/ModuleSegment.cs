using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types;

/// <summary>A part of a module: <c>text</c>, <c>data</c>, <c>bss</c>.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Range">Where it lies.</param>
public readonly record struct ModuleSegment(string Name, AddressRange Range);
