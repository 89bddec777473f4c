using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands;

/// <summary>The kernel's processes by who started whom.</summary>
internal sealed class ProcessTree
{
    private readonly IReadOnlyList<KernelProcess> _all;
    private readonly Dictionary<int, KernelProcess> _byPid = [];
    private readonly ILookup<int, KernelProcess> _children;

    public ProcessTree(Kernel kernel)
    {
        _all = kernel.Processes;
        foreach (var process in _all)
            if (process.Pid is { } pid) _byPid.TryAdd(pid, process);
        _children = _all.Where(p => p.ParentPid is not null && p.ParentPid != p.Pid).ToLookup(p => p.ParentPid!.Value);
    }

    /// <summary>All, in the kernel's own order.</summary>
    public IEnumerable<(KernelProcess Process, int Depth)> All => _all.Select(p => (p, Ancestors(p).Count));

    /// <summary>The process with that id; null where there is none.</summary>
    public KernelProcess? Find(int pid) => _byPid.GetValueOrDefault(pid);

    /// <summary>A process and its descendants, each behind its parent.</summary>
    /// <exception cref="MdbException">There is no process at the address.</exception>
    public IEnumerable<(KernelProcess Process, int Depth)> Below(ulong address)
    {
        var root = _all.FirstOrDefault(p => p.Address.Value == address) ?? throw MdbException.OfItem($"there is no process at {MdbNumbers.Prefixed(address)}");
        return Walk(root, Ancestors(root).Count);
    }

    /// <summary>Every process that none started, each with its descendants.</summary>
    public IEnumerable<(KernelProcess Process, int Depth)> Whole
    {
        get
        {
            var shown = new HashSet<KernelProcess>();
            foreach (var root in _all.Where(p => p.ParentPid is null || p.ParentPid == p.Pid || !_byPid.ContainsKey(p.ParentPid.Value)).Concat(_all))
            {
                if (shown.Contains(root)) continue;
                foreach (var item in Walk(root, 0))
                    if (shown.Add(item.Process)) yield return item;
            }
        }
    }

    /// <summary>Parents of a process, the oldest first; a ring of parents ends where it closes.</summary>
    public IReadOnlyList<KernelProcess> Ancestors(KernelProcess process)
    {
        var line = new List<KernelProcess>();
        var seen = new HashSet<KernelProcess> { process };
        for (var at = process; at.ParentPid is { } parent && parent != at.Pid && _byPid.GetValueOrDefault(parent) is { } found && seen.Add(found); at = found) line.Add(found);
        line.Reverse();
        return line;
    }

    private IEnumerable<(KernelProcess Process, int Depth)> Walk(KernelProcess root, int depth)
    {
        var seen = new HashSet<KernelProcess>();
        var waiting = new Stack<(KernelProcess Process, int Depth)>();
        waiting.Push((root, depth));
        while (waiting.TryPop(out var next))
        {
            if (!seen.Add(next.Process)) continue;
            yield return next;
            if (next.Process.Pid is not { } pid) continue;
            foreach (var child in _children[pid].Reverse()) waiting.Push((child, next.Depth + 1));
        }
    }
}
