using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>A CPU's dispatch queues: <c>disp_q</c> is an array of <c>dispq_t</c> by priority, whose threads are linked through <c>t_link</c> (usr/src/uts/common/sys/disp.h).</summary>
internal sealed class RunQueues(SolarisImage image, KernelLayouts layouts, DiagnosticBag diagnostics)
{
    /// <summary>The queues that hold threads, highest priority first.</summary>
    public IReadOnlyList<RunQueue> Read(int cpu, StructAt dispatcher)
    {
        if (layouts.DispatchQueue is not { } layout || layouts.Thread?.OffsetOf("t_link") is not { } link) return [];
        if (dispatcher.Pointer("disp_q") is not { Value: not 0 } array || dispatcher.Number("disp_npri") is not { } priorities || priorities == 0) return [];
        if (priorities > DumpLimits.Priorities)
        {
            diagnostics.Warn("solaris/dispatch-queue", $"the dispatch queue of cpu {cpu} tells of {priorities} priorities; more than {DumpLimits.Priorities} are not read.");
            priorities = DumpLimits.Priorities;
        }

        var found = new List<RunQueue>();
        var seen = new HashSet<ulong>();
        for (int priority = (int)priorities - 1; priority >= 0; priority--)
        {
            var queue = new StructAt(layout, image.Memory, array + unchecked((ulong)priority * layout.Size));
            if (queue.Pointer("dq_first") is { Value: not 0 } first) found.Add(new RunQueue(priority, Threads(cpu, priority, first, link, seen)));
        }

        return found;
    }

    private List<VirtualAddress> Threads(int cpu, int priority, VirtualAddress first, ulong link, HashSet<ulong> seen)
    {
        var threads = new List<VirtualAddress>();
        for (var at = first; at.Value != 0;)
        {
            if (!seen.Add(at.Value) || seen.Count > DumpLimits.KernelThreads)
            {
                diagnostics.Warn("solaris/dispatch-queue", $"the dispatch queue of cpu {cpu} does not end (thread {at} again at priority {priority}); stopped: cycle.");
                return threads;
            }

            if (image.PointerAt(at + link) is not { } next)
            {
                diagnostics.Warn("solaris/dispatch-queue", $"the dispatch queue of cpu {cpu} is cut off: the thread at {at} cannot be read: {image.Memory.Explain(at).Text}.");
                return threads;
            }

            threads.Add(at);
            at = next;
        }

        return threads;
    }
}
