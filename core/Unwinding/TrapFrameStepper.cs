namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// From a Solaris kernel's entry code to the <c>struct regs</c> that it saved: its frame pointer is the address of that structure (<c>cmntrap</c>, <c>cmnint</c>, the system
/// call entries of usr/src/uts/i86pc/ml and usr/src/uts/intel/ia32/ml). Strict: a wrong record would be a made-up frame.
/// </summary>
internal sealed class TrapFrameStepper : IFrameStepper
{
    private const uint ProtectionFault = 13;

    /// <inheritdoc/>
    public Step TryStep(Frame frame, UnwindEnvironment environment)
    {
        if (frame.Context is not { KeepsFramePointers: true, Kind: FrameKind.Kernel } context || context.TrapRegs.Count == 0) return Step.None;

        // A kernel's stack ends in the user code that entered it: that has a stack of its own.
        if (frame.Kind == FrameKind.User) return Step.Outermost;
        if (frame.Fp is not { Value: not 0 } fp || fp.Value % (ulong)context.Architecture.PointerSize != 0 || !KeptFramePointerStepper.IsOnStack(frame, fp)) return Step.None;
        foreach (var layout in context.TrapRegs)
            if (layout.Architecture == context.Architecture && layout.Read(context.Memory, fp, frame.Function) is { } record && IsOne(context, record)) return Step.To(record);
        return Step.None;
    }

    private static bool IsOne(CodeContext context, TrapRegs record)
    {
        if (record.Cs == 0 || !ExceptionFrameStepper.HasSaneFlags(record.Flags) || !record.HasKnownVector) return false;
        bool isUser = record.Ring == 3 && (context.KernelStart is not { } start || record.Pc < start);
        bool chained = record.ChainedPc == record.Pc && record.ChainedFp == record.Fp;
        if (isUser) return (chained || record.ChainedFp.Value == 0) && (record.ChainedPc.Value == 0 || record.ChainedPc == record.Pc) && record.Ss != 0;
        if (!chained) return false;
        bool isCode = context.FindModule(record.Pc)?.Symbols.Find(record.Pc) is not null;
        return isCode || record.Vector is ExceptionNames.PageFault or ProtectionFault;
    }
}
