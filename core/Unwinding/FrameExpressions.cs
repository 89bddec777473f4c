using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types.Dwarf;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// What DWARF expressions may ask of a frame. A parameter whose register has been overwritten is often still known to the caller, which describes what it
/// passed (DW_OP_entry_value, DWARF 5 section 2.5.1.7; DW_TAG_call_site_parameter, section 3.4.2): asked for only where the call surely led to this function.
/// </summary>
/// <param name="frame">The frame.</param>
/// <param name="function">The real function that it runs, not one inlined in it.</param>
/// <param name="depth">How many frames further down asked.</param>
internal sealed class FrameExpressions(Frame frame, DwarfFunction function, int depth = 0)
{
    /// <summary>Frames that pass a value on to each other and are asked one after the other.</summary>
    private const int MaxDepth = 16;

    /// <summary>DW_OP_reg0 to DW_OP_reg31, and DW_OP_regx.</summary>
    private const byte FirstRegister = 0x50, LastRegister = 0x6f, RegisterX = 0x90;

    /// <summary>The context to evaluate an expression in.</summary>
    /// <param name="registerIsUnknown">Called when the expression needs a register that is not known here.</param>
    public ExpressionContext Context(Action? registerIsUnknown = null)
    {
        ulong? Register(int number)
        {
            var register = frame.Context.Architecture.FromDwarf(unchecked((ulong)number));
            ulong? value = register is null ? null : frame.Registers[register];
            if (value is null) registerIsUnknown?.Invoke();
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
            EntryValue = ValueAtEntry,
        };
    }

    private ulong? ValueAtEntry(ReadOnlyMemory<byte> place)
    {
        bool isRegister = place.Span is [>= FirstRegister and <= LastRegister] or [RegisterX, ..];
        if (!isRegister || depth >= MaxDepth || frame.Caller is not { PcIsReturnAddress: true, Module.Dwarf: { } dwarf } caller) return null;
        if (dwarf.FindFunctions(caller.LookupPc) is not { Count: > 0 } functions || dwarf.FindCallSite(caller.Pc) is not { } call) return null;
        var context = new FrameExpressions(caller, functions[^1], depth + 1).Context();
        if (!LedHere(caller, call, context)) return null;
        foreach (var parameter in call.Parameters)
        {
            if (parameter.Value.IsEmpty || !parameter.Place.Span.SequenceEqual(place.Span)) continue;
            return DwarfExpression.TryEvaluateNumber(parameter.Value, call.Unit, context, out ulong value, out _) ? value : null;
        }

        return null;
    }

    /// <summary>Whether the call went to this function itself: after a jump from another one the registers hold what that one passed on.</summary>
    private bool LedHere(Frame caller, DwarfCallSite call, ExpressionContext context)
    {
        if (CallSite.Before(caller.Context, caller.Pc) is { Target: { } direct } && direct == function.Start) return true;
        return DwarfExpression.TryEvaluateNumber(call.Target, call.Unit, context, out ulong target, out _) && target == function.Start.Value;
    }
}
