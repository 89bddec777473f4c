using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// From the hypervisor's entry code to the <c>cpu_user_regs</c> that it saved. Entry code is assembly without call frame information: when it calls C, the record
/// stands at its stack pointer; builds with frame pointers also mark it with an inverted one. Where entry code has pushed something after the record it stands a
/// few words above: that is only looked at (<paramref name="wordsAbove"/>) when nothing surer is left, as the same record may belong to an outer frame.
/// </summary>
internal sealed class ExceptionFrameStepper(int wordsAbove) : IFrameStepper
{
    /// <summary>Words that entry code pushes after the record at most.</summary>
    public const int MaxWordsAbove = 8;

    /// <summary>Selector of Xen's own code (__HYPERVISOR_CS, xen/include/asm-x86/config.h).</summary>
    private const ushort HypervisorCs = 0xe008;

    /// <summary>The same in 64-bit Xen up to 4.0 (__HYPERVISOR_CS64).</summary>
    private const ushort OldHypervisorCs = 0xe010;

    private const uint ProtectionFault = 13;
    private const uint PageFault = 14;

    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        if (frame.Context.Kind != FrameKind.Hypervisor) return Step.None;
        foreach (var candidate in Candidates(frame, environment))
            if (Read(frame.Context, candidate, environment) is { } record) return Step.To(record);
        return Step.None;
    }

    /// <summary>The record at an address, if what stands there is one; null otherwise. Strict: a wrong record would be a made-up frame.</summary>
    public static SavedRegs? Read(CodeContext context, VirtualAddress at, UnwindEnvironment environment)
    {
        if (environment.Regs.Read(context.Memory, at) is not { } record || record.Vector > 0x1ff || !HasSaneFlags(record.Flags)) return null;
        return record.Ring == 0
            ? IsHypervisor(context, record, environment) ? record : null
            : environment.RunsGuest && IsAtStackTop(context, record) && IsCanonical(record.Pc) ? record : null;
    }

    /// <summary>The record at an address that an inverted frame pointer names: that proves where it stands, also where the stack's top is not known.</summary>
    public static SavedRegs? ReadMarked(CodeContext context, VirtualAddress at, UnwindEnvironment environment)
    {
        if (environment.Regs.Read(context.Memory, at) is not { } record || record.Vector > 0x1ff || !HasSaneFlags(record.Flags)) return null;
        return record.Ring == 0 ? IsHypervisor(context, record, environment) ? record : null : record.Bytes.Length >= record.Layout.EndFor(record.Ring) ? record : null;
    }

    private IEnumerable<VirtualAddress> Candidates(Frame frame, UnwindEnvironment environment)
    {
        if (wordsAbove > 0 && frame.Fp is { } fp && Inverted(frame, fp) is { } marked) yield return marked - (ulong)environment.Regs.Rbp;
        ulong word = (ulong)frame.Context.Architecture.PointerSize;
        for (int i = 0; i <= wordsAbove; i++) yield return frame.Sp + (ulong)i * word;
    }

    /// <summary>xpv-style marker (SAVE_ALL of xen/arch/x86/include/asm/asm_defns.h): the complement of the address where rbp was saved, which lies just above.</summary>
    private static VirtualAddress? Inverted(Frame frame, VirtualAddress fp)
    {
        var marked = new VirtualAddress(~fp.Value);
        return (marked.Value ^ frame.Sp.Value) < 0x8000 && marked >= frame.Sp ? marked : null;
    }

    /// <summary>Bit 1 is always set, bits 3, 5 and 15 and those above 21 never are.</summary>
    internal static bool HasSaneFlags(ulong flags) => (flags & 2) != 0 && (flags & 0xffff_ffff_ffc0_8028) == 0;

    /// <summary>
    /// Interrupted Xen: its pc is Xen's code (or a bad address that it jumped to: then the vector says so), and its stack pointer is where the processor aligned
    /// it from (the record ends at most 15 bytes below it), or the record stands at the top of another stack (IST), wherever the interrupted one was: it may have
    /// run out of its own.
    /// </summary>
    private static bool IsHypervisor(CodeContext context, SavedRegs record, UnwindEnvironment environment)
    {
        if (record.Cs == 0 || (record.Layout.Is32 && record.Cs != HypervisorCs)) return false;
        bool isCode = IsCode(context, record.Pc);
        var end = record.Address + (ulong)environment.Regs.EndFor(record.Ring);
        if (unchecked(record.Sp.Value - end.Value) < 16) return isCode || (record.Vector is PageFault or ProtectionFault && record.Cs is HypervisorCs or OldHypervisorCs);
        return isCode && context.Stacks.Any(s => s.Range.End == end);
    }

    private static bool IsCode(CodeContext context, VirtualAddress pc) =>
        context.Modules.Count == 0 ? context.Memory.Explain(pc).Kind == Memory.FaultKind.None : context.FindModule(pc)?.Symbols.Find(pc) is not null;

    /// <summary>A guest is always interrupted onto an empty stack. While none runs, what stands there is what the last one left.</summary>
    private static bool IsAtStackTop(CodeContext context, SavedRegs record) =>
        context.Stacks.Any(s => s.RecordAt == record.Address || s.Range.End == record.Address + (ulong)record.Layout.HardwareEnd);

    private static bool IsCanonical(VirtualAddress pc) => unchecked((ulong)((long)(pc.Value << 7) >> 7)) == pc.Value;
}
