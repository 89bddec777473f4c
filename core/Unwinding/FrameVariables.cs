using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Dwarf;

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
    public static IReadOnlyList<FrameVariable> Of(Frame frame)
    {
        if (frame.Exception is not null || frame.Module?.Dwarf?.FindFunctions(frame.LookupPc) is not { Count: > 0 } functions) return [];
        if (frame.InlineDepth >= functions.Count) return [];
        var context = ContextOf(frame, functions[^1]);
        var all = functions[frame.InlineDepth].Variables.Select(v => new FrameVariable(v.Name, v.IsParameter, ValueOf(frame, v, context)));
        return [.. all.OrderBy(v => v.IsArgument ? 0 : 1)];
    }

    private static TypedValue ValueOf(Frame frame, DwarfVariable variable, ExpressionContext context)
    {
        var space = frame.Context.Space;
        if (variable.Constant is { } constant) return TypedValue.OfBytes(variable.Type, space, constant);
        return variable.Location is { } location
            ? DwarfExpression.Evaluate(location, variable.Unit, context).ToValue(variable.Type, space, context)
            : TypedValue.OptimizedOut(variable.Type, space);
    }

    private static ExpressionContext ContextOf(Frame frame, DwarfFunction function)
    {
        ulong? Register(int number) => frame.Context.Architecture.FromDwarf((ulong)number) is { } r ? frame.Registers[r] : null;
        bool Memory(ulong address, Span<byte> destination) => frame.Context.Memory.TryRead(new VirtualAddress(address), destination);
        int size = frame.Context.Architecture.PointerSize;
        ulong? cfa = frame.Cfa?.Value;
        var forBase = new ExpressionContext { AddressSize = size, Register = Register, Memory = Memory, Cfa = () => cfa };
        return new ExpressionContext
        {
            AddressSize = size,
            Register = Register,
            Memory = Memory,
            Cfa = () => cfa,
            FrameBase = () => DwarfExpression.TryEvaluateNumber(function.FrameBase, null, forBase, out ulong value, out _) ? value : null,
        };
    }
}
