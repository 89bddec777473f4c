using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>
/// Functions that nothing calls: where threads begin, where system calls enter. A debugger would take the zero there, or whatever else a stack begins with, for one more frame.
/// They are those that end stacks in the dump, and are nowhere in the midst of one.
/// </summary>
internal static class Outermost
{
    /// <summary>Stacks that are looked at.</summary>
    private const int MostStacks = 1000;

    /// <summary>Their addresses.</summary>
    public static HashSet<ulong> Functions(IEnumerable<TargetThread> threads)
    {
        var ends = new HashSet<ulong>();
        var called = new HashSet<ulong>();
        foreach (var thread in threads.Where(t => t.Registers is not null).Take(MostStacks))
        {
            var stack = thread.Stack();
            for (int i = 0; i < stack.Frames.Count; i++)
            {
                bool isLast = i == stack.Frames.Count - 1;
                if (Function(stack.Frames[i]) is { } function && (!isLast || stack.Complete)) (isLast ? ends : called).Add(function);
            }
        }

        ends.ExceptWith(called);
        return ends;
    }

    private static ulong? Function(Frame frame) => frame.Kind == FrameKind.Kernel ? frame.Module?.Symbols.Find(frame.LookupPc)?.Address.Value : null;
}
