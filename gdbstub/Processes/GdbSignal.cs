using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.GdbStub.Processes;

/// <summary>Signals by gdb's own numbers (include/gdb/signals.def).</summary>
internal enum GdbSignal
{
    /// <summary>No signal: gdb prints that the thread stopped, and no more.</summary>
    None = 0,

    /// <summary>SIGILL.</summary>
    Ill = 4,

    /// <summary>SIGTRAP.</summary>
    Trap = 5,

    /// <summary>SIGABRT.</summary>
    Abrt = 6,

    /// <summary>SIGFPE.</summary>
    Fpe = 8,

    /// <summary>SIGBUS.</summary>
    Bus = 10,

    /// <summary>SIGSEGV.</summary>
    Segv = 11,
}

/// <summary>
/// The signal that a thread is said to have stopped with. What crashed has the signal that a Unix program would have got for the same
/// exception, or SIGABRT where software gave up by itself (a panic, a watchdog); everything else stopped because the machine did, without one.
/// </summary>
internal static class StopSignal
{
    /// <summary>The signal of the whole thread of the target.</summary>
    public static GdbSignal Of(DumpTarget target, TargetThread thread, CancellationToken cancel)
    {
        if (!thread.IsPanicking) return GdbSignal.None;
        if (target.Panic.Kind is PanicKind.None or PanicKind.Requested) return GdbSignal.Trap;
        var guilty = target.Panic.Kind == PanicKind.Domain ? FrameKind.Kernel : FrameKind.Hypervisor;
        var record = thread.Stack(cancel).Frames.FirstOrDefault(f => f.Exception is not null && f.Context.Kind == guilty)?.Exception;
        return record is null ? GdbSignal.Abrt : Of(record.Vector);
    }

    // Vectors: Intel SDM volume 3A, table 6-1.
    private static GdbSignal Of(uint vector) => vector switch
    {
        0 or 16 or 19 => GdbSignal.Fpe,
        1 or 3 => GdbSignal.Trap,
        6 => GdbSignal.Ill,
        17 => GdbSignal.Bus,
        4 or 5 or (>= 8 and <= 14) => GdbSignal.Segv,
        _ => GdbSignal.Abrt,
    };
}
