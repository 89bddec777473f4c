using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Walkers;

/// <summary><c>::walk thread</c>: the kernel's threads, or those of the process at the address.</summary>
public sealed class ThreadWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "thread";

    /// <inheritdoc/>
    public override string Summary => "walk all threads, or those of a process";

    /// <inheritdoc/>
    public override string? TypeName => "kthread_t";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call)
    {
        var kernel = KernelThreads.RequireKernel(call.Session.Target);
        if (call.Address is { } at && kernel.Processes.All(p => p.Address.Value != at) && kernel.Threads.All(t => t.Process?.Value != at))
            throw MdbException.OfItem($"failed to perform walk: there is no process at {MdbNumbers.Prefixed(at)}");
        return kernel.Threads.Where(t => call.Address is not { } process || t.Process?.Value == process).Select(t => t.Address.Value);
    }
}

/// <summary><c>::walk proc</c>: the processes, or the descendants of the one at the address.</summary>
public sealed class ProcWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "proc";

    /// <inheritdoc/>
    public override string Summary => "walk all processes, or one and its descendants";

    /// <inheritdoc/>
    public override string? TypeName => "proc_t";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call)
    {
        var tree = new ProcessTree(KernelThreads.RequireKernel(call.Session.Target));
        return (call.Address is { } root ? tree.Below(root) : tree.All).Select(p => p.Process.Address.Value);
    }
}

/// <summary><c>::walk cpu</c>: the kernel's CPUs, by id.</summary>
public sealed class CpuWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "cpu";

    /// <inheritdoc/>
    public override string Summary => "walk the CPUs";

    /// <inheritdoc/>
    public override string? TypeName => "cpu_t";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call) => KernelThreads.RequireKernel(call.Session.Target).Cpus.Select(c => c.Address.Value);
}

/// <summary><c>::walk cpu_dispq</c>: the threads that wait for a CPU, by priority.</summary>
public sealed class DispatchQueueWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "cpu_dispq";

    /// <inheritdoc/>
    public override string Summary => "walk the threads on a CPU's dispatch queues, or on those of all";

    /// <inheritdoc/>
    public override string? TypeName => "kthread_t";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call)
    {
        var cpus = KernelThreads.RequireKernel(call.Session.Target).Cpus.Where(c => call.Address is not { } at || c.Address.Value == at || c.Self?.Value == at).ToList();
        if (cpus.Count == 0) throw MdbException.OfItem($"failed to perform walk: there is no CPU at {MdbNumbers.Prefixed(call.Address ?? 0)}");
        return cpus.SelectMany(c => c.Queues).SelectMany(q => q.Threads).Select(t => t.Value);
    }
}
