using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// Every thread of the kernel: the circular list from <c>allthreads</c> through <c>t_next</c> (usr/src/uts/common/disp/thread.c). Where that is broken it is walked
/// backwards too, and what the CPUs and the processes know is added, so that damage to one link hides no thread that something else names.
/// </summary>
internal sealed class KernelThreads(SolarisImage image, KernelProcesses processes, DiagnosticBag diagnostics)
{
    /// <summary>Bytes of the largest kernel stack that is believed: 1 MB, as the kernel debugger's findstack does (usr/src/cmd/mdb/common/modules/genunix/findstack_subr.c).</summary>
    public const ulong LargestStack = 1 << 20;

    /// <summary>The threads.</summary>
    /// <param name="reader">Reads one.</param>
    /// <param name="named">Threads that the CPUs name.</param>
    public IReadOnlyList<KernelThread> All(ThreadReader reader, IEnumerable<VirtualAddress> named)
    {
        var found = new List<KernelThread>();
        var seen = new HashSet<ulong>();
        bool whole = false;
        if (Head() is { } head)
        {
            whole = Walk(reader, head, forward: true, found, seen);
            if (!whole && found.Count > 0) Walk(reader, head, forward: false, found, seen);
        }

        foreach (var thread in named) Add(reader, thread, found, seen);
        if (whole) return found;
        foreach (var process in processes.All)
            if (process.FirstThread is { } first) OfProcess(reader, process, first, found, seen);
        return found;
    }

    private VirtualAddress? Head()
    {
        if (image.Pointer("allthreads") is { Value: not 0 } head) return head;
        if (image.AddressOf("t0") is { } first) return first;
        diagnostics.Warn("solaris/threads", $"the list of threads cannot be found ({(image.AddressOf("allthreads") is { } at ? $"allthreads: {(image.Memory.Explain(at) is { Kind: not FaultKind.None } fault ? fault.Text : "it is null")}" : "there is no symbol allthreads")}); only those that CPUs and processes name are shown.");
        return null;
    }

    /// <summary>Follows the list until it comes back to its head (true), or ends otherwise (false, with a diagnostic when going forward).</summary>
    private bool Walk(ThreadReader reader, VirtualAddress head, bool forward, List<KernelThread> found, HashSet<ulong> seen)
    {
        var previous = head;
        var at = head;
        for (int steps = 0; ; steps++)
        {
            if (steps > 0 && at == head) return true;
            bool skip = !forward && steps == 0;
            if (!skip && !seen.Add(at.Value)) return Broken(forward, "solaris/threads-cycle", $"the list of threads does not end (thread {at} again); stopped: cycle.");
            if (steps >= DumpLimits.KernelThreads) return Broken(forward, "solaris/threads-limit", $"the list of threads has more than {DumpLimits.KernelThreads} entries; stopped.");
            if (!reader.Fetch(at)) return Broken(forward, "solaris/threads-cut", $"the list of threads is cut off: the thread at {at} cannot be read: {image.Memory.Explain(at).Text}.");
            if (steps == 0 ? !reader.LooksLikeThread : !reader.FollowsFrom(previous, forward)) return Broken(forward, "solaris/threads-cut", $"the list of threads is cut off: thread {previous} leads to {at}, which is no thread.");
            if (!skip) found.Add(reader.Make());
            previous = at;
            if ((forward ? reader.Next : reader.Previous) is not { Value: not 0 } next) return Broken(forward, "solaris/threads-cut", $"the list of threads is cut off after the thread at {at}, which names no next one.");
            at = next;
        }
    }

    private bool Broken(bool forward, string id, string text)
    {
        if (forward) diagnostics.Warn(id, text);
        return false;
    }

    private static void OfProcess(ThreadReader reader, KernelProcess process, VirtualAddress first, List<KernelThread> found, HashSet<ulong> seen)
    {
        var at = first;
        var own = new HashSet<ulong>();
        while (own.Add(at.Value) && own.Count <= DumpLimits.KernelThreads)
        {
            if (!reader.Fetch(at) || reader.Process != process.Address) return;
            if (seen.Add(at.Value)) found.Add(reader.Make());
            if (reader.NextOfProcess is not { Value: not 0 } next) return;
            at = next;
        }
    }

    private static void Add(ThreadReader reader, VirtualAddress thread, List<KernelThread> found, HashSet<ulong> seen)
    {
        if (thread.Value != 0 && !seen.Contains(thread.Value) && reader.Fetch(thread) && reader.LooksLikeThread && seen.Add(thread.Value)) found.Add(reader.Make());
    }
}
