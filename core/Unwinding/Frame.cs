using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>How a frame was found, from sure to guessed.</summary>
public enum FoundBy
{
    /// <summary>It is where the walk starts: the dump's own registers.</summary>
    Context,

    /// <summary>DWARF call frame information of the frame below.</summary>
    Cfi,

    /// <summary>The frame pointer chain.</summary>
    FramePointer,

    /// <summary>Following the stack pointer through the function's instructions; the call before the return address was verified.</summary>
    CodeAnalysis,

    /// <summary>An exception record on the stack (also: the frame is that record).</summary>
    ExceptionRecord,

    /// <summary>The guest's registers at the top of the hypervisor's stack.</summary>
    GuestFrame,

    /// <summary>A word on the stack that follows a call instruction: a guess.</summary>
    Scan,
}

/// <summary>One frame of a stack. Immutable.</summary>
public sealed record Frame
{
    /// <summary>Place in the stack, from 0 at the innermost.</summary>
    public int Level { get; init; }

    /// <summary>What kind of code it runs, or that it is an exception record.</summary>
    public required FrameKind Kind { get; init; }

    /// <summary>Where it runs. Of an exception record: the context that was interrupted.</summary>
    public required CodeContext Context { get; init; }

    /// <summary>Registers as they were when this frame ran (for callers: as far as they can be recovered). Of an exception record: the saved registers.</summary>
    public required RegisterSet Registers { get; init; }

    /// <summary>How it was found.</summary>
    public required FoundBy FoundBy { get; init; }

    /// <summary>The next instruction of this frame.</summary>
    public required VirtualAddress Pc { get; init; }

    /// <summary>Its stack pointer, in the interrupted or running context.</summary>
    public required VirtualAddress Sp { get; init; }

    /// <summary>Its frame pointer register; null where it is not known.</summary>
    public VirtualAddress? Fp => Registers.Fp;

    /// <summary>Whether <see cref="Pc"/> is a return address: the call is the instruction before it. False for the innermost frame and for interrupted code.</summary>
    public bool PcIsReturnAddress { get; init; }

    /// <summary>The pc to look functions, lines and CFI up with: inside the calling instruction where <see cref="Pc"/> is a return address.</summary>
    public VirtualAddress LookupPc => PcIsReturnAddress ? Pc - 1 : Pc;

    /// <summary>Canonical frame address: the stack pointer before the call that made this frame; null where unknown. Frame size is <c>Cfa - Sp</c>.</summary>
    public VirtualAddress? Cfa { get; init; }

    /// <summary>The image, or null where no symbols cover the pc.</summary>
    public Module? Module { get; init; }

    /// <summary>Function name, or null.</summary>
    public string? Function { get; init; }

    /// <summary>Bytes from the function's start to <see cref="Pc"/>; null where <see cref="Function"/> is.</summary>
    public ulong? Offset { get; init; }

    /// <summary>Source line of the call or the instruction, or null.</summary>
    public SourceLine? Source { get; init; }

    /// <summary>Whether this is a call that the compiler inlined; it shares the registers of the frame that follows.</summary>
    public bool Inline { get; init; }

    /// <summary>How many inlined frames lie between this frame and the real one with the same registers: index into <see cref="Types.Dwarf.DwarfFile.FindFunctions"/>.</summary>
    public int InlineDepth { get; init; }

    /// <summary>The frame that called this one (for an inlined call: that called its function), itself not an inlined one; null where none did or it is not known.</summary>
    internal Frame? Caller { get; init; }

    /// <summary>For an exception record: what happened. Null otherwise.</summary>
    public ExceptionRecord? Exception { get; init; }
}

/// <summary>A whole walk.</summary>
/// <param name="Frames">Innermost first.</param>
/// <param name="Ended">Why it ended, as a clause: <c>end of stack</c>, <c>stopped: return address 0x0 is not code</c>, <c>stopped: cycle</c>.</param>
/// <param name="Complete">Whether the end is a real one (the outermost frame), not a failure.</param>
public sealed record StackTrace(IReadOnlyList<Frame> Frames, string Ended, bool Complete)
{
    /// <summary>The record of the trap that the innermost frame ended in, where the walk began at what was interrupted and so leads over no record; null for none.</summary>
    public Frame? Trap { get; init; }
}
