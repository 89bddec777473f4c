using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>A parameter or local of a frame.</summary>
/// <param name="Name">Its name, or null for an unnamed parameter.</param>
/// <param name="IsArgument">Whether it is a parameter.</param>
/// <param name="Value">Its value, or that and why it is not there.</param>
public sealed record FrameVariable(string? Name, bool IsArgument, TypedValue Value);

/// <summary>Parameters and locals of a frame, from DWARF location lists and the frame's registers.</summary>
public static class FrameVariables
{
    /// <summary>Parameters first, then locals; empty where DWARF knows none. Inlined frames have their own.</summary>
    public static IReadOnlyList<FrameVariable> Of(Frame frame) => throw new NotImplementedException();
}
