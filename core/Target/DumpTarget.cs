using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Target;

/// <summary>
/// A dump, opened: the stopped machine that every front end shows. Immutable after opening, but for what is computed when first asked for;
/// safe from any thread.
/// </summary>
public sealed class DumpTarget : IDisposable
{
    private readonly Lock _lock = new();
    private IReadOnlyList<TargetThread>? _moreThreads;
    private Dictionary<ulong, TargetThread>? _byKernelThread;

    /// <summary>What the user named: a path or <c>sample:NAME</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The dump's own contents.</summary>
    public required DumpImage Image { get; init; }

    /// <summary>The machine's registers (amd64 for every Xen of today; ia32 for a 32-bit machine).</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>How opening went, stage by stage.</summary>
    public required OpenReport Report { get; init; }

    /// <summary>Machine memory.</summary>
    public required IMemory<MachineAddress> MachineMemory { get; init; }

    /// <summary>Xen, or null where the dump shows none.</summary>
    public Hypervisor? Hypervisor { get; init; }

    /// <summary>Physical CPUs, by id.</summary>
    public IReadOnlyList<PhysicalCpu> Cpus { get; init; } = [];

    /// <summary>Domains: ordinary ones by id, then Xen's own (idle, DOMID_XEN, DOMID_IO).</summary>
    public IReadOnlyList<Domain> Domains { get; init; } = [];

    /// <summary>
    /// Threads of the stopped machine: first one for each physical CPU, the panicking one first; then the guest vcpus that run on no CPU.
    /// Ids are 1, 2, … in this order.
    /// </summary>
    public IReadOnlyList<TargetThread> Threads { get; init; } = [];

    /// <summary>The kernel of the dump by its own structures; null where none is known to the model (Solaris and illumos are).</summary>
    public Kernel? Kernel { get; init; }

    /// <summary>Makes <see cref="MoreThreads"/>.</summary>
    public Func<IReadOnlyList<TargetThread>>? ReadMoreThreads { private get; init; }

    /// <summary>The threads that no CPU runs: the kernel's sleeping and waiting ones. Read when first asked for; ids go on from <see cref="Threads"/>.</summary>
    public IReadOnlyList<TargetThread> MoreThreads
    {
        get
        {
            lock (_lock) return _moreThreads ??= ReadMoreThreads?.Invoke() ?? [];
        }
    }

    /// <summary>Whether there may be <see cref="MoreThreads"/>, without reading them.</summary>
    public bool ReadsMoreThreads => ReadMoreThreads is not null;

    /// <summary>Images with symbols: the hypervisor, kernels.</summary>
    public IReadOnlyList<Module> Modules { get; init; } = [];

    /// <summary>Spaces that a user can name. The first is the default (the hypervisor's, else the kernel's).</summary>
    public IReadOnlyList<AddressSpace> Spaces { get; init; } = [];

    /// <summary>What stopped the machine.</summary>
    public required PanicInfo Panic { get; init; }

    /// <summary>Everything wrong or doubtful, symbol mismatches first. Grows as parts are read.</summary>
    public required DiagnosticBag Diagnostics { get; init; }

    /// <summary>What must be closed with the target.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>The thread of that id, of <see cref="Threads"/> or <see cref="MoreThreads"/>; null where there is none.</summary>
    public TargetThread? FindThread(int id)
    {
        foreach (var thread in Threads)
            if (thread.Id == id) return thread;
        int place = id - Threads.Count - 1;
        return place >= 0 && place < MoreThreads.Count ? MoreThreads[place] : null;
    }

    /// <summary>The thread that the kernel knows by the structure at an address, of <see cref="Threads"/> or <see cref="MoreThreads"/>; null where there is none.</summary>
    public TargetThread? FindKernelThread(VirtualAddress address)
    {
        foreach (var thread in Threads)
            if (thread.KernelThread?.Address == address) return thread;
        var more = MoreThreads;
        lock (_lock) _byKernelThread ??= ByKernelThread(more);
        return _byKernelThread.GetValueOrDefault(address.Value);
    }

    private static Dictionary<ulong, TargetThread> ByKernelThread(IReadOnlyList<TargetThread> threads)
    {
        var index = new Dictionary<ulong, TargetThread>(threads.Count);
        foreach (var thread in threads)
            if (thread.KernelThread is { } own) index.TryAdd(own.Address.Value, thread);
        return index;
    }

    /// <summary>Finds spaces that are too many to list: those of processes, by process id.</summary>
    public Func<string, AddressSpace?>? FindOtherSpace { private get; init; }

    /// <summary>Whether there may be spaces beside <see cref="Spaces"/>: those of processes.</summary>
    public bool FindsOtherSpaces => FindOtherSpace is not null;

    /// <summary>The space of that name, or null.</summary>
    public AddressSpace? FindSpace(string name) =>
        Spaces.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase)) ?? FindOtherSpace?.Invoke(name);

    /// <summary>
    /// The space that a virtual address without a space means: the hypervisor's for addresses that Xen keeps for itself, else dom0's, as no guest may use
    /// those. Null where the target has no spaces.
    /// </summary>
    public AddressSpace? HomeOf(ulong address)
    {
        if (Hypervisor is { Range: { } range } xen && range.Contains(new VirtualAddress(address))) return xen.Space;
        return Domains.FirstOrDefault(d => d.Id == 0)?.Space ?? (Spaces.Count > 0 ? Spaces[0] : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var item in Owned) item.Dispose();
    }
}

/// <summary>A thread of the target: a physical CPU with all that runs on it, or a vcpu that is not running.</summary>
public sealed class TargetThread
{
    private readonly Lock _lock = new();
    private readonly IThreadSource _source;
    private StackTrace? _stack;

    /// <summary>One of many threads: what its source can tell is asked when it is wanted, and not kept.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="source">Tells of it.</param>
    public TargetThread(int id, IThreadSource source) => (Id, _source) = (id, source);

    /// <summary>A thread whose name is known.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="name">Its name.</param>
    /// <param name="walk">Walks its stack.</param>
    public TargetThread(int id, string name, Func<CancellationToken, StackTrace> walk)
    {
        var source = new KnownThread(name, walk);
        (Id, _source) = (id, source);
    }

    /// <summary>1, 2, ….</summary>
    public int Id { get; }

    /// <summary>For people: <c>CPU 0: d0v0 (panicking)</c>, <c>d0v1 (offline)</c>.</summary>
    public string Name => _source.Name;

    /// <summary>The CPU; null for a vcpu that runs on none.</summary>
    public PhysicalCpu? Cpu { get; init; }

    /// <summary>The vcpu: what the CPU was running (null while idle or unknown), or the vcpu itself.</summary>
    public Vcpu? Vcpu { get; init; }

    /// <summary>The kernel's thread: what the CPU was running, or the thread itself; null where unknown.</summary>
    public KernelThread? KernelThread { get; init; }

    /// <summary>The kernel's CPU that runs it; null for a thread that runs on none, and without a model of the kernel.</summary>
    public KernelCpu? KernelCpu { get; init; }

    /// <summary>Whether this is what crashed.</summary>
    public bool IsPanicking { get; init; }

    /// <summary>Registers that the walk starts from; null where the dump has none for it.</summary>
    public RegisterSet? Registers
    {
        get => _source.Registers;
        init => ((KnownThread)_source).Registers = value;
    }

    /// <summary>The one stack, for those who look at many threads once: walked anew and not kept, unless it is kept already.</summary>
    public StackTrace WalkStack(CancellationToken cancel = default)
    {
        lock (_lock)
            if (_stack is { } kept) return kept;
        return _source.Walk(cancel);
    }

    /// <summary>The one stack; walked once, then kept.</summary>
    public StackTrace Stack(CancellationToken cancel = default)
    {
        lock (_lock) return _stack ??= _source.Walk(cancel);
    }

    private sealed class KnownThread(string name, Func<CancellationToken, StackTrace> walk) : IThreadSource
    {
        public string Name => name;

        public RegisterSet? Registers { get; set; }

        public StackTrace Walk(CancellationToken cancel) => walk(cancel);
    }
}

/// <summary>What tells of a thread.</summary>
public interface IThreadSource
{
    /// <summary>Its name, for people.</summary>
    string Name { get; }

    /// <summary>Registers that the walk starts from; null where the dump has none for it.</summary>
    RegisterSet? Registers { get; }

    /// <summary>Walks its stack.</summary>
    StackTrace Walk(CancellationToken cancel);
}

/// <summary>What kind of crash.</summary>
public enum PanicKind
{
    /// <summary>Nothing in the dump says that anything crashed: a live dump.</summary>
    None,

    /// <summary>Xen itself (panic, fatal trap, watchdog).</summary>
    Hypervisor,

    /// <summary>A domain that Xen crashed or that crashed itself; Xen stopped the machine because it was dom0.</summary>
    Domain,

    /// <summary>The kernel of the dump, by itself.</summary>
    Kernel,

    /// <summary>Somebody asked for it: debug key, kexec by hand.</summary>
    Requested,
}

/// <summary>What stopped the machine, with the words that were printed.</summary>
public sealed record PanicInfo
{
    /// <summary>What kind.</summary>
    public required PanicKind Kind { get; init; }

    /// <summary>One line: <c>Domain 0 (vcpu#0) crashed on cpu#0</c>. Null where nothing was printed.</summary>
    public string? Message { get; init; }

    /// <summary>The console's lines about it; empty where there are none.</summary>
    public IReadOnlyList<string> ConsoleLines { get; init; } = [];

    /// <summary>The CPU it happened on, or null.</summary>
    public PhysicalCpu? Cpu { get; init; }

    /// <summary>The vcpu that it happened to; null for the hypervisor's own crash or where unknown.</summary>
    public Vcpu? Vcpu { get; init; }
}
