using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// Walks one stack from a CPU's registers to its outermost frame, through exception records and from the hypervisor into the guest. Steppers are asked in
/// order, the surest first. It stops rather than show a frame that is not proven, and says why it stopped.
/// </summary>
public sealed class StackUnwinder(UnwindEnvironment environment)
{
    private const string EndOfStack = "end of stack";

    private static readonly IFrameStepper[] Steppers =
    [
        new CfiStepper(), new InvertedPointerStepper(), new ExceptionFrameStepper(wordsAbove: 0), new TrapFrameStepper(), new BadPointerStepper(),
        new KeptFramePointerStepper(anyFunction: false), new FramePointerStepper(), new CodeAnalysisStepper(), new KeptFramePointerStepper(anyFunction: true),
        new ExceptionFrameStepper(ExceptionFrameStepper.MaxWordsAbove), new ScanStepper(),
    ];

    private readonly List<Frame> _frames = [];
    private readonly HashSet<(ulong Pc, ulong Sp, FrameKind Kind)> _seen = [];
    private (string Why, bool Complete)? _end;

    /// <summary>Walks.</summary>
    public static StackTrace Walk(Frame start, UnwindEnvironment environment, CancellationToken cancel = default) => new StackUnwinder(environment).Run(start, cancel);

    private StackTrace Run(Frame start, CancellationToken cancel)
    {
        var at = start;
        while (_end is null)
        {
            cancel.ThrowIfCancellationRequested();
            if (_frames.Count >= DumpLimits.Frames) _end = ($"stopped: {DumpLimits.Frames} frames, the limit", false);
            else if (!_seen.Add((at.Pc.Value, at.Sp.Value, at.Kind))) _end = ("stopped: cycle", false);
            else at = Advance(at);
        }

        return new StackTrace(InlineExpansion.Expand(_frames), _end.Value.Why, _end.Value.Complete);
    }

    /// <summary>Adds the frame (and a record below it) and returns the next, or sets the end.</summary>
    private Frame Advance(Frame frame)
    {
        // A frame that has reset its stack and called on from there (Xen's idle and context switch paths): nothing of it is on the stack any more.
        if (frame.PcIsReturnAddress && frame.Context.FindStack(frame.Sp)?.RecordAt is { } top && frame.Sp >= top) return AtStackTop(frame, top);
        foreach (var stepper in Steppers)
        {
            var step = stepper.TryStep(frame, environment);
            if (!step.Found) continue;
            if (step.IsOutermost) return End(frame, EndOfStack, complete: true);
            if (step.Record is { } record) return Interrupted(step.Cfa is null ? frame : frame with { Cfa = step.Cfa }, record);
            return Called(frame, step.Caller!);
        }

        return End(frame, $"stopped: nothing tells how to go on from {frame.Pc}{WhyNot(frame)}", complete: false);
    }

    private static string WhyNot(Frame frame)
    {
        if (frame.Kind == FrameKind.User) return " (user code)";
        if (frame.Module is null) return " (no symbols cover it)";
        if (frame.Context.KeepsFramePointers && frame.Fp is { } fp) return $" (its frame pointer is {fp}{WhyNot(frame, fp)})";
        var fault = frame.Context.Memory.Explain(frame.Sp);
        return fault.Kind == FaultKind.None ? "" : $" (its stack at {frame.Sp}: {fault.Text})";
    }

    private static string WhyNot(Frame frame, VirtualAddress fp)
    {
        if (!KeptFramePointerStepper.IsOnStack(frame, fp)) return frame.Context.FindStack(frame.Sp) is { } own ? $", not above {frame.Sp} on its stack {own.Range.Start}-{own.Range.End}" : $", not above {frame.Sp}";
        int word = frame.Context.Architecture.PointerSize;
        var slot = fp + (ulong)word;
        return frame.Context.Memory.TryReadUnsigned(slot, word, out ulong pc) ? $", and {AddressText.Hex(pc)} there is no return address" : $": {frame.Context.Memory.Explain(slot).Text}";
    }

    private Frame Called(Frame frame, Caller caller)
    {
        if (frame.Context.FindStack(frame.Sp)?.RecordAt is { } top && caller.ReturnSlot >= top)
            return caller.ReturnSlot == top ? AtStackTop(frame, top) : End(frame, $"stopped: the caller's return address would be at {caller.ReturnSlot}, beyond the top of the stack at {top}", complete: false);
        _frames.Add(frame with { Cfa = caller.Cfa });
        int word = frame.Context.Architecture.PointerSize;
        if (caller.Cfa <= frame.Sp && !IsStackSwitch(frame, caller)) return EndHere(frame, $"stopped: cycle: the caller's stack {caller.Cfa} is not above {frame.Sp}");
        if (!frame.Context.Memory.TryReadUnsigned(caller.ReturnSlot, word, out ulong pc))
            return EndHere(frame, $"stopped: the return address at {caller.ReturnSlot} cannot be read: {frame.Context.Memory.Explain(caller.ReturnSlot).Text}");
        if (!IsCode(frame.Context, new VirtualAddress(pc))) return EndHere(frame, $"stopped: the return address {AddressText.Hex(pc)} is not code");
        var registers = caller.Registers.With(frame.Context.Architecture.Pc, pc).With(frame.Context.Architecture.Sp, caller.Cfa.Value);
        return FrameFactory.Code(frame.Context, registers, caller.FoundBy, pcIsReturnAddress: true)!;
    }

    /// <summary>Whether the caller is on another known stack, as what an interrupt interrupted is.</summary>
    private static bool IsStackSwitch(Frame frame, Caller caller) =>
        frame.Context.FindStack(caller.ReturnSlot) is { } to && to != frame.Context.FindStack(frame.Sp);

    /// <summary>
    /// The function was entered by a jump on an empty stack: below it stands not a return address but the record of what the CPU did before.
    /// While the CPU runs a guest that is the guest; while it idles nothing is below.
    /// </summary>
    private Frame AtStackTop(Frame frame, VirtualAddress top)
    {
        bool ist = frame.Context.FindStack(frame.Sp) is { Name: not "primary" };
        if (!ist && !environment.RunsGuest) return End(frame with { Cfa = top }, EndOfStack, complete: true);
        return ExceptionFrameStepper.Read(frame.Context, top, environment) is { } record
            ? Interrupted(frame with { Cfa = top }, record)
            : End(frame with { Cfa = top }, $"stopped: the top of the hypervisor's stack at {top} holds no registers of a guest", complete: false);
    }

    private Frame Interrupted(Frame frame, InterruptRecord record)
    {
        _frames.Add(frame.Cfa is null ? frame with { Cfa = record.Address } : frame);
        var context = record.StaysInContext ? frame.Context : environment.GuestContext(record);
        if (context is null) return InterruptedElsewhere(frame, record);
        var registers = record.Registers(context.Architecture);
        _frames.Add(FrameFactory.Record(context, registers, record, environment));
        return FrameFactory.Code(context, registers, record.StaysInContext ? FoundBy.ExceptionRecord : FoundBy.GuestFrame, pcIsReturnAddress: false)!;
    }

    /// <summary>The record tells what was interrupted, also where its stack cannot be followed.</summary>
    private Frame InterruptedElsewhere(Frame frame, InterruptRecord record)
    {
        var nowhere = UnreachableGuest.Context(frame.Context.Architecture);
        _frames.Add(FrameFactory.Record(nowhere, record.Registers(nowhere.Architecture), record, environment));
        return EndHere(frame, $"stopped: the registers at {record.Address} are of a guest whose memory cannot be reached");
    }

    private Frame End(Frame frame, string why, bool complete)
    {
        _frames.Add(frame);
        _end = (why, complete);
        return frame;
    }

    private Frame EndHere(Frame frame, string why)
    {
        _end = (why, false);
        return frame;
    }

    private static bool IsCode(CodeContext context, VirtualAddress pc)
    {
        if (context.FindModule(pc - 1) is { } module) return module.Symbols.Find(pc - 1) is not null;
        return pc.Value != 0 && context.Memory.Explain(pc).Kind == FaultKind.None && (context.Modules.Count == 0 || context.Kind != FrameKind.Hypervisor);
    }
}
