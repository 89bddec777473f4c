using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// By following the stack pointer through the function's own instructions, for code with neither call frame information nor frame pointers (Debian's Xen).
/// Believed only if a call instruction stands before the return address that is found.
/// </summary>
internal sealed class CodeAnalysisStepper : IFrameStepper
{
    /// <summary>gcc moves unlikely code of <c>f</c> out of line under this name.</summary>
    private const string ColdSuffix = ".cold";

    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        if (frame.Module?.Symbols is not { } symbols || symbols.Find(frame.LookupPc) is not { } function) return Step.None;
        var (start, code) = Extent(symbols, function);
        if (CodeAnalysis.ShapeAt(frame.Context, start, code, frame.Pc, frame.PcIsReturnAddress) is not { SpOffset: { } offset } shape) return Step.None;
        var entry = new VirtualAddress(unchecked(frame.Sp.Value - (ulong)offset));
        if (entry < frame.Sp && offset > 0) return Step.None;
        bool isTop = frame.Context.FindStack(frame.Sp)?.RecordAt is { } record && entry >= record;
        if (!isTop && !IsReturnAddress(frame, entry)) return Step.None;
        int word = frame.Context.Architecture.PointerSize;
        return Step.To(new Caller(entry, entry + (ulong)word, Recover(frame, shape, entry), FoundBy.CodeAnalysis));
    }

    private static bool IsReturnAddress(Frame frame, VirtualAddress slot) =>
        frame.Context.Memory.TryReadUnsigned(slot, frame.Context.Architecture.PointerSize, out ulong value) &&
        CallSite.Before(frame.Context, new VirtualAddress(value)) is not null;

    private static RegisterSet Recover(Frame frame, StackShape shape, VirtualAddress entry)
    {
        var caller = CalleeSaved.KeepOnly(frame.Registers);
        var architecture = frame.Context.Architecture;
        foreach (string name in CalleeSaved.Names(architecture))
        {
            if (shape.Saved.Find(name) is not { } at) continue;
            var place = new VirtualAddress(unchecked(entry.Value + (ulong)at));
            caller = frame.Context.Memory.TryReadUnsigned(place, architecture.PointerSize, out ulong value)
                ? caller.With(name, value)
                : caller.Without(architecture.Find(name)!);
        }

        return caller;
    }

    private static (VirtualAddress Start, AddressRange[] Code) Extent(ISymbolSource symbols, Symbol function)
    {
        var own = RangeOf(symbols, function);
        int cold = function.Name.IndexOf(ColdSuffix, StringComparison.Ordinal);
        if (cold <= 0) return (function.Address, [own]);
        string parentName = function.Name[..cold];
        var parent = (function.FilePrefix is { } file ? symbols.Find($"{file}#{parentName}") : null) ?? symbols.Find(parentName);
        return parent is null ? (function.Address, [own]) : (parent.Address, [RangeOf(symbols, parent), own]);
    }

    private static AddressRange RangeOf(ISymbolSource symbols, Symbol function)
    {
        if (function.Size > 0) return new AddressRange(function.Address, function.Size);
        return symbols.NextBoundary(function.Address) is { } end ? AddressRange.FromTo(function.Address, end) : new AddressRange(function.Address, 4096);
    }
}
