using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>The stack that crashed, and the exception in it that everything turns on.</summary>
/// <param name="Thread">The panicking thread.</param>
/// <param name="Stack">Its stack.</param>
/// <param name="RecordIndex">Index in the stack's frames of the exception record that led to the crash; null where there is none, or where the stack begins at what it interrupted.</param>
internal sealed record CrashScene(TargetThread Thread, StackTrace Stack, int? RecordIndex)
{
    /// <summary>Vectors from here on are interrupts; some kernels count theirs from 0, and then the record has another name.</summary>
    private const uint FirstInterrupt = 32;

    /// <summary>The record's frame, or null.</summary>
    public Frame? Record => RecordIndex is { } i ? Stack.Frames[i] : Stack.Trap;

    /// <summary>The frames that the exception interrupted, innermost first.</summary>
    public IEnumerable<Frame> Interrupted => Record is null ? [] : Stack.Frames.Skip(RecordIndex + 1 ?? 0).TakeWhile(f => f.Kind != FrameKind.Exception);

    /// <summary>
    /// The scene of the panicking thread; null where nothing panicked. Where there is no console that would say which that is, the stacks do. For a domain's crash the record that counts is the one where its code was
    /// interrupted; for the hypervisor's own the innermost.
    /// </summary>
    public static CrashScene? Of(DumpTarget target, CancellationToken cancel)
    {
        var thread = target.Threads.FirstOrDefault(t => t.IsPanicking);
        if (thread is null && target.Hypervisor is { Console: null })
            thread = target.Threads.FirstOrDefault(t => t.Cpu is not null && PanicCause.KindOf(t.Stack(cancel)) != PanicKind.None);
        if (thread is null) return null;
        var stack = thread.Stack(cancel);
        return new CrashScene(thread, stack, target.Panic.Kind == PanicKind.Kernel ? stack.Trap is null ? TrapOf(stack) : null : RecordOf(target, stack));
    }

    /// <summary>A kernel that panicked by itself did so in the innermost trap, if that is one: an interrupt or a system call further out only led there.</summary>
    private static int? TrapOf(StackTrace stack)
    {
        for (int i = 0; i < stack.Frames.Count; i++)
            if (stack.Frames[i].Exception is { } exception) return exception.Vector < FirstInterrupt && exception.Name == ExceptionNames.Name(exception.Vector) ? i : null;
        return null;
    }

    private static int? RecordOf(DumpTarget target, StackTrace stack)
    {
        int? record = null;
        for (int i = 0; i < stack.Frames.Count; i++)
        {
            if (stack.Frames[i].Exception is null) continue;
            bool guest = i + 1 < stack.Frames.Count && stack.Frames[i + 1].Kind is FrameKind.Kernel or FrameKind.User;
            if (target.Panic.Kind == PanicKind.Hypervisor || guest)
            {
                record = i;
                break;
            }

            record ??= i;
        }

        return record;
    }
}
