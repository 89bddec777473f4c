using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands;

/// <summary>The kernel's threads with their stacks, for commands that list many: each stack is walked when it is shown, and not kept.</summary>
internal sealed class KernelThreads
{
    private readonly DumpTarget _target;
    private Dictionary<ulong, KernelProcess>? _processes;

    public KernelThreads(DumpTarget target) => (_target, Kernel) = (target, RequireKernel(target));

    /// <summary>The kernel.</summary>
    public Kernel Kernel { get; }

    /// <summary>The threads to list: the one at an address, or all in the kernel's order.</summary>
    /// <exception cref="MdbException">There is no thread at the address.</exception>
    public IEnumerable<KernelThread> Named(ulong? address) => address is not { } at ? Kernel.Threads
        : _target.FindKernelThread(new VirtualAddress(at))?.KernelThread is { } thread ? [thread]
        : throw MdbException.OfItem($"can't read kthread_t at {MdbNumbers.Prefixed(at)}: the kernel has no such thread");

    /// <summary>The thread with its stack; null where the dump shows none.</summary>
    public TargetThread? Target(KernelThread thread) => _target.FindKernelThread(thread.Address);

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
