using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands;

/// <summary>The kernel's threads with their stacks, for commands that list many: each stack is walked when it is shown, and not kept.</summary>
internal sealed class KernelThreads
{
    private readonly Dictionary<ulong, TargetThread> _targets = [];
    private readonly Dictionary<ulong, KernelThread> _threads = [];
    private Dictionary<ulong, KernelProcess>? _processes;

    public KernelThreads(DumpTarget target)
    {
        Kernel = RequireKernel(target);
        foreach (var thread in Kernel.Threads) _threads.TryAdd(thread.Address.Value, thread);
        foreach (var thread in target.Threads.Concat(target.MoreThreads))
            if (thread.KernelThread is { } own) _targets.TryAdd(own.Address.Value, thread);
    }

    /// <summary>The kernel.</summary>
    public Kernel Kernel { get; }

    /// <summary>The threads to list: the one at an address, or all in the kernel's order.</summary>
    /// <exception cref="MdbException">There is no thread at the address.</exception>
    public IEnumerable<KernelThread> Named(ulong? address) => address is not { } at ? Kernel.Threads
        : _threads.TryGetValue(at, out var thread) ? [thread] : throw MdbException.OfItem($"can't read kthread_t at {MdbNumbers.Prefixed(at)}: the kernel has no such thread");

    /// <summary>The thread with its stack; null where the dump shows none.</summary>
    public TargetThread? Target(KernelThread thread) => _targets.GetValueOrDefault(thread.Address.Value);

    /// <summary>The command line of a thread's process; null where it is not known.</summary>
    public string? Arguments(KernelThread thread)
    {
        _processes ??= Kernel.Processes.DistinctBy(p => p.Address).ToDictionary(p => p.Address.Value);
        return thread.Process is { } process ? _processes.GetValueOrDefault(process.Value)?.Arguments : null;
    }

    /// <summary>The kernel.</summary>
    /// <exception cref="MdbException">The dump has none whose structures are known.</exception>
    public static Kernel RequireKernel(DumpTarget target) =>
        target.Kernel ?? throw MdbException.OfDump("this dump has no Solaris kernel: threads and processes of other kernels are not read (::walk vcpu, ::stack -u and ::pcpu show what there is)");
}
