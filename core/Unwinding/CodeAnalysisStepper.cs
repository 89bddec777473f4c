using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// By following the stack pointer through the function's own instructions, for code with neither call frame information nor frame pointers (Debian's Xen,
/// assembly, hypercall pages). Believed only if a call that can have led to the function stands before the return address that is found, and only if no
/// other path gives another one.
/// </summary>
internal sealed class CodeAnalysisStepper : IFrameStepper
{
    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        var context = frame.Context;
        var functions = FunctionExtent.AllOf(context, frame.LookupPc);
        var function = functions.FirstOrDefault();
        if (function.Code is null) return Step.None;
        foreach (var one in functions)
        {
            var fromStart = CodeAnalysis.ShapesAt(context, one.Start, one.Code, frame.Pc, frame.PcIsReturnAddress);
            if (fromStart.Count > 0) return Choose(frame, one.Code, fromStart) is { } caller ? Step.To(caller) : Step.None;
        }

        // Not reached from the symbol's start: entered elsewhere, as a hypercall page or assembly is. How it goes on to its return tells as well.
        if (!Array.Exists(function.Code, r => r.Contains(frame.Pc))) return Step.None;
        var toEnd = CodeAnalysis.ShapesAtEnd(context, function.Code, frame.Pc);
        return Choose(frame, function.Code, toEnd) is { } after ? Step.To(after) : Step.None;
    }

    /// <summary>The caller that the shapes agree on; null where none is proven or two are.</summary>
    private static Caller? Choose(Frame frame, AddressRange[] code, IReadOnlyList<StackShape> shapes)
    {
        Caller? chosen = null;
        foreach (var shape in shapes)
        {
            if (SlotOf(frame, shape) is not { } slot || slot < frame.Sp) continue;
            bool isTop = frame.Context.FindStack(frame.Sp)?.RecordAt is { } record && slot == record;
            if (!isTop && !IsReturnAddress(frame, slot, code)) continue;
            var caller = new Caller(slot, slot + Word(frame), Recover(frame, shape, shape.TowardsEnd ? frame.Sp : slot), FoundBy.CodeAnalysis);
            if (chosen is not null && chosen.ReturnSlot != slot) return null;
            chosen = chosen is null ? caller : chosen with { Registers = Common(chosen.Registers, caller.Registers) };
        }

        return chosen;
    }

    /// <summary>Where the return address is: at offset 0 from the function's entry, or where the stack pointer is when the function ends.</summary>
    private static VirtualAddress? SlotOf(Frame frame, StackShape shape)
    {
        if (shape.TowardsEnd) return shape.SpOffset is { } end ? new VirtualAddress(unchecked(frame.Sp.Value + (ulong)end)) : null;
        if (shape.SpOffset is { } sp) return new VirtualAddress(unchecked(frame.Sp.Value - (ulong)sp));
        return shape.FpOffset is { } fp && frame.Fp is { } at ? new VirtualAddress(unchecked(at.Value - (ulong)fp)) : null;
    }

    private static bool IsReturnAddress(Frame frame, VirtualAddress slot, AddressRange[] code) =>
        frame.Context.Memory.TryReadUnsigned(slot, frame.Context.Architecture.PointerSize, out ulong value) &&
        (TailCalls.CanLead(frame.Context, new VirtualAddress(value), code) ||
         (frame.FoundBy == FoundBy.Context && TailCalls.CallerAlsoCalls(frame.Context, new VirtualAddress(value), code)));

    private static RegisterSet Recover(Frame frame, StackShape shape, VirtualAddress origin)
    {
        var caller = CalleeSaved.KeepOnly(frame.Registers);
        var architecture = frame.Context.Architecture;
        foreach (var (name, number) in CalleeSaved.Numbers(architecture))
        {
            if (shape.Saved.Find(number) is { } at)
            {
                var place = new VirtualAddress(unchecked(origin.Value + (ulong)at));
                caller = frame.Context.Memory.TryReadUnsigned(place, architecture.PointerSize, out ulong value)
                    ? caller.With(name, value)
                    : caller.Without(architecture.Find(name)!);
            }
            else if (shape.HasLost(number))
            {
                caller = caller.Without(architecture.Find(name)!);
            }
        }

        return caller;
    }

    private static RegisterSet Common(RegisterSet one, RegisterSet other)
    {
        var common = one;
        foreach (var register in one.Architecture.Registers)
            if (one[register] != other[register]) common = common.Without(register);
        return common;
    }

    private static ulong Word(Frame frame) => (ulong)frame.Context.Architecture.PointerSize;
}
