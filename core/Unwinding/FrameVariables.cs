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
        var all = functions[frame.InlineDepth].Variables.Select(v => new FrameVariable(v.Name, v.IsParameter, ValueOf(frame, v, functions[^1])));
        return [.. all.OrderBy(v => v.IsArgument ? 0 : 1)];
    }

    private static TypedValue ValueOf(Frame frame, DwarfVariable variable, DwarfFunction function)
    {
        var space = frame.Context.Space;
        if (variable.Constant is { } constant) return TypedValue.OfBytes(variable.Type, space, constant);
        if (variable.Location is not { } location) return TypedValue.OptimizedOut(variable.Type, space);
        bool lost = false;
        var context = ContextOf(frame, function, () => lost = true);
        var value = DwarfExpression.Evaluate(location, variable.Unit, context).ToValue(variable.Type, space, context);

        // What a caller kept in a register that its callee may overwrite is gone: the compiler knew that it was not needed any more.
        return lost && frame.PcIsReturnAddress && value.Status == ValueStatus.Unavailable ? TypedValue.OptimizedOut(variable.Type, space) : value;
    }

    private static ExpressionContext ContextOf(Frame frame, DwarfFunction function, Action registerIsUnknown)
    {
        ulong? Register(int number)
        {
            var register = frame.Context.Architecture.FromDwarf(unchecked((ulong)number));
            ulong? value = register is null ? null : frame.Registers[register];
            if (value is null) registerIsUnknown();
            return value;
        }

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
