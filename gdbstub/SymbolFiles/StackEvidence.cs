using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>What the walked stacks of a dump tell of the kernel's functions, which their code alone, often not in the dump, does not.</summary>
internal sealed class StackEvidence
{
    /// <summary>Stacks that are looked at.</summary>
    private const int MostStacks = 1000;

    private readonly HashSet<ulong> _outermost = [];
    private readonly HashSet<ulong> _called = [];
    private readonly HashSet<ulong> _framed = [];
    private readonly HashSet<ulong> _traps = [];

    /// <summary>Walks the stacks.</summary>
    public StackEvidence(IEnumerable<TargetThread> threads)
    {
        foreach (var thread in threads.Where(t => t.Registers is not null).Take(MostStacks)) Look(thread.Stack());
        _outermost.ExceptWith(_called);
    }

    /// <summary>
    /// Whether nothing calls the function at an address: threads begin or system calls enter there. A debugger would take the zero, or whatever else the stack begins with,
    /// for one more frame. So are functions that end stacks and are nowhere in the midst of one.
    /// </summary>
    public bool IsOutermost(ulong function) => _outermost.Contains(function);

    /// <summary>Whether a thread stands at the very start of the function with a frame: where a switched-out thread goes on, not where a call begins.</summary>
    public bool HasFrameAtStart(ulong function) => _framed.Contains(function);

    /// <summary>Whether a function is what traps enter: below its frame stand the registers of what was interrupted, whose stack pointer is not where the frame ends.</summary>
    public bool IsTrapEntry(ulong function) => _traps.Contains(function);

    /// <summary>Lowest address of the kernel; what is below is users' code. Null where unknown.</summary>
    public ulong? KernelStart { get; private set; }

    private void Look(StackTrace stack)
    {
        for (int i = 0; i < stack.Frames.Count; i++)
        {
            var frame = stack.Frames[i];
            if (frame.Kind != FrameKind.Kernel || frame.Module?.Symbols.Find(frame.LookupPc)?.Address is not { } function) continue;
            KernelStart ??= frame.Context.KernelStart?.Value;
            bool isLast = i == stack.Frames.Count - 1;
            if (!isLast) _called.Add(function.Value);
            if (!isLast && stack.Frames[i + 1].Kind == FrameKind.Exception) _traps.Add(function.Value);
            if (isLast && stack.Complete) _outermost.Add(function.Value);
            ulong atEntry = unchecked(frame.Sp.Value + (ulong)frame.Context.Architecture.PointerSize);
            if (frame.Pc == function && !frame.PcIsReturnAddress && frame.Cfa is { } cfa && cfa.Value != atEntry) _framed.Add(function.Value);
        }
    }
}
