using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>One way to get from a frame to what called it or what it interrupted.</summary>
public interface IFrameStepper
{
    /// <summary>Tries; <see cref="Step.None"/> where this way does not apply to the frame.</summary>
    Step TryStep(Frame frame, UnwindEnvironment environment);
}

/// <summary>What a stepper found.</summary>
public readonly record struct Step
{
    /// <summary>This way does not apply.</summary>
    public static Step None => default;

    /// <summary>The frame that called, or null.</summary>
    public Caller? Caller { get; private init; }

    /// <summary>The exception record that stands below the frame, or null.</summary>
    public InterruptRecord? Record { get; private init; }

    /// <summary>With a record: the stack pointer before the call that made the frame, where the frame tells; else null.</summary>
    public VirtualAddress? Cfa { get; private init; }

    /// <summary>Whether the frame is known to be the outermost.</summary>
    public bool IsOutermost { get; private init; }

    /// <summary>Whether anything was found.</summary>
    public bool Found => Caller is not null || Record is not null || IsOutermost;

    /// <summary>A caller.</summary>
    public static Step To(Caller caller) => new() { Caller = caller };

    /// <summary>A record.</summary>
    public static Step To(InterruptRecord record, VirtualAddress? cfa = null) => new() { Record = record, Cfa = cfa };

    /// <summary>The end of the stack.</summary>
    public static Step Outermost => new() { IsOutermost = true };
}

/// <summary>A frame that called.</summary>
/// <param name="ReturnSlot">Where its return address is stored.</param>
/// <param name="Cfa">The stack pointer before the call.</param>
/// <param name="Registers">Its registers as far as they can be recovered, without pc and sp.</param>
/// <param name="FoundBy">How.</param>
public sealed record Caller(VirtualAddress ReturnSlot, VirtualAddress Cfa, RegisterSet Registers, FoundBy FoundBy);
