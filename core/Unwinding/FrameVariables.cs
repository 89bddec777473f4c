using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Dwarf;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>A parameter or local of a frame.</summary>
/// <param name="Name">Its name, or null for an unnamed parameter.</param>
/// <param name="IsArgument">Whether it is a parameter.</param>
/// <param name="Value">Its value, or that and why it is not there.</param>
public sealed record FrameVariable(string? Name, bool IsArgument, TypedValue Value)
{
    /// <summary>The word that was passed, for arguments that only the calling convention tells of; null where DWARF describes the parameter.</summary>
    public ulong? Word { get; init; }
}

/// <summary>Parameters and locals of a frame, from DWARF location lists and the frame's registers; without DWARF the arguments that stand on the stack.</summary>
public static class FrameVariables
{
    /// <summary>Parameters first, then locals; empty where nothing tells of any. Inlined frames have their own.</summary>
    public static IReadOnlyList<FrameVariable> Of(Frame frame)
    {
        if (frame.Exception is null && frame.Module?.Dwarf is null) return FrameArguments.Of(frame);
        if (frame.Exception is not null || frame.Module?.Dwarf?.FindFunctions(frame.LookupPc) is not { Count: > 0 } functions) return [];
        if (frame.InlineDepth >= functions.Count) return [];
        var expressions = new FrameExpressions(frame, functions[^1]);
        var all = functions[frame.InlineDepth].Variables.Select(v => new FrameVariable(v.Name, v.IsParameter, ValueOf(frame, v, expressions)));
        return [.. all.OrderBy(v => v.IsArgument ? 0 : 1)];
    }

    private static TypedValue ValueOf(Frame frame, DwarfVariable variable, FrameExpressions expressions)
    {
        var space = frame.Context.Space;
        if (variable.Constant is { } constant) return TypedValue.OfBytes(variable.Type, space, constant);
        if (variable.Location is not { } location) return TypedValue.OptimizedOut(variable.Type, space);
        bool lost = false;
        var context = expressions.Context(() => lost = true);
        var value = DwarfExpression.Evaluate(location, variable.Unit, context).ToValue(variable.Type, space, context);

        // What a caller kept in a register that its callee may overwrite is gone: the compiler knew that it was not needed any more.
        return lost && frame.PcIsReturnAddress && value.Status == ValueStatus.Unavailable ? TypedValue.OptimizedOut(variable.Type, space) : value;
    }
}
