using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Json;

/// <summary>A parameter or a local.</summary>
/// <param name="Name">Its name, or null.</param>
/// <param name="Value">The bits of a scalar as <c>0x…</c>; null for aggregates and for what is not there.</param>
/// <param name="Type">Its type.</param>
/// <param name="Text">The value as people read it; <c>&lt;optimized out&gt;</c> where it is not there.</param>
internal sealed record VariableJson(string? Name, string? Value, string Type, string Text)
{
    /// <summary>The variable's shape.</summary>
    public static VariableJson Of(FrameVariable variable)
    {
        string? bits = variable.Word is { } word ? Hex.Of(word) : variable.Value.TryGetUnsigned(out ulong number) ? Hex.Of(number) : null;
        return new VariableJson(variable.Name, bits, variable.Value.Type.DisplayName, ValueFormatter.Format(variable.Value));
    }
}
