using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types.Dwarf;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>By DWARF call frame information.</summary>
internal sealed class CfiStepper : IFrameStepper
{
    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        if (frame.Module?.Cfi?.FindRow(frame.LookupPc) is not { } row) return Step.None;
        if (CfaOf(frame, row) is not { } cfa) return Step.None;
        var rule = row.Registers.GetValueOrDefault(row.ReturnAddressRegister);
        if (rule.Kind == RegisterRuleKind.Undefined) return Step.Outermost;
        if (rule.Kind != RegisterRuleKind.AtCfaOffset) return Step.None;
        var slot = Narrow(frame, unchecked(cfa + (ulong)rule.Value));
        return Step.To(new Caller(slot, new VirtualAddress(cfa), Recover(frame, row, cfa), FoundBy.Cfi));
    }

    private static ulong? CfaOf(Frame frame, UnwindRow row)
    {
        if (row.Cfa.Register < 0)
            return DwarfExpression.TryEvaluateNumber(row.Cfa.Expression, null, ContextOf(frame, null), out ulong value, out _) ? value : null;
        var register = frame.Context.Architecture.FromDwarf(unchecked((ulong)row.Cfa.Register));
        return register is not null && frame.Registers[register] is { } base_ ? Narrow(frame, unchecked(base_ + (ulong)row.Cfa.Offset)).Value : null;
    }

    private static RegisterSet Recover(Frame frame, UnwindRow row, ulong cfa)
    {
        var architecture = frame.Context.Architecture;
        var caller = CalleeSaved.KeepOnly(frame.Registers);
        foreach (var (number, rule) in row.Registers)
        {
            if (number == row.ReturnAddressRegister || architecture.FromDwarf(unchecked((ulong)number)) is not { } register) continue;
            caller = ValueOf(frame, rule, register, cfa) is { } value ? caller.With(register, value) : caller.Without(register);
        }

        return caller;
    }

    private static ulong? ValueOf(Frame frame, RegisterRule rule, Register register, ulong cfa)
    {
        switch (rule.Kind)
        {
            case RegisterRuleKind.SameValue:
                return frame.Registers[register];
            case RegisterRuleKind.AtCfaOffset:
                return Load(frame, unchecked(cfa + (ulong)rule.Value));
            case RegisterRuleKind.ValueCfaOffset:
                return Narrow(frame, unchecked(cfa + (ulong)rule.Value)).Value;
            case RegisterRuleKind.InRegister:
                return frame.Context.Architecture.FromDwarf(unchecked((ulong)rule.Value)) is { } other ? frame.Registers[other] : null;
            case RegisterRuleKind.AtExpression:
                return Number(frame, rule, cfa) is { } at ? Load(frame, at) : null;
            case RegisterRuleKind.ValueExpression:
                return Number(frame, rule, cfa);
            default:
                return null;
        }
    }

    private static ulong? Number(Frame frame, RegisterRule rule, ulong cfa) =>
        DwarfExpression.TryEvaluateNumber(rule.Expression, null, ContextOf(frame, cfa), out ulong value, out _) ? value : null;

    private static ulong? Load(Frame frame, ulong at) =>
        frame.Context.Memory.TryReadUnsigned(Narrow(frame, at), frame.Context.Architecture.PointerSize, out ulong value) ? value : null;

    private static ExpressionContext ContextOf(Frame frame, ulong? cfa) => new()
    {
        AddressSize = frame.Context.Architecture.PointerSize,
        Register = number => frame.Context.Architecture.FromDwarf(unchecked((ulong)number)) is { } r ? frame.Registers[r] : null,
        Memory = (address, destination) => frame.Context.Memory.TryRead(Narrow(frame, address), destination),
        Cfa = () => cfa,
        Initial = cfa,
    };

    private static VirtualAddress Narrow(Frame frame, ulong value) =>
        new(frame.Context.Architecture.PointerSize == 4 ? value & uint.MaxValue : value);
}
