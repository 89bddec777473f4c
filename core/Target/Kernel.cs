using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Target;

/// <summary>
/// An operating system's kernel as its own structures describe it: what it calls itself, its modules, CPUs, threads and processes. Members that the dump does
/// not give are null or empty; lists that may be long are read when first asked for.
/// </summary>
public sealed class Kernel
{
    private readonly Lazy<IReadOnlyList<KernelThread>> _threads;
    private readonly Lazy<IReadOnlyList<KernelProcess>> _processes;
    private readonly Lazy<string?> _messages;
    private readonly Lazy<IReadOnlyList<KernelLwp>> _lwps;
    private readonly Lazy<IReadOnlyList<KernelModule>> _loaded;
    private readonly Lazy<IReadOnlyList<KernelMessage>> _log;

    /// <summary>A kernel; the functions read its long lists.</summary>
    /// <param name="threads">Reads every thread.</param>
    /// <param name="processes">Reads every process.</param>
    /// <param name="messages">Reads the message buffer, oldest line first; null where it cannot be read.</param>
    public Kernel(Func<IReadOnlyList<KernelThread>> threads, Func<IReadOnlyList<KernelProcess>> processes, Func<string?> messages)
    {
        _threads = new Lazy<IReadOnlyList<KernelThread>>(threads);
        _processes = new Lazy<IReadOnlyList<KernelProcess>>(processes);
        _messages = new Lazy<string?>(messages);
        _lwps = new Lazy<IReadOnlyList<KernelLwp>>(() => ReadLwps?.Invoke() ?? []);
        _loaded = new Lazy<IReadOnlyList<KernelModule>>(() => ReadModules?.Invoke() ?? []);
        _log = new Lazy<IReadOnlyList<KernelMessage>>(() => ReadLog?.Invoke() ?? []);
    }

    /// <summary>What it calls itself (<c>struct utsname</c>); null where that cannot be read.</summary>
    public UtsName? Utsname { get; init; }

    /// <summary>The platform: <c>i86pc</c>, <c>i86xpv</c>; null where unknown.</summary>
    public string? Platform { get; init; }

    /// <summary>Its address space.</summary>
    public required AddressSpace Space { get; init; }

    /// <summary>Its modules in load order: the core kernel first.</summary>
    public IReadOnlyList<Module> Modules { get; init; } = [];

    /// <summary>The types by which it was read: its modules' own, or a table measured of another build; null where there are none.</summary>
    public ITypeSource? Types { get; init; }

    /// <summary>The symbols of its namelist (<c>unix.N</c>), those of its modules among them; null where there is none.</summary>
    public ISymbolSource? Namelist { get; init; }

    /// <summary>Its CPUs, by id.</summary>
    public IReadOnlyList<KernelCpu> Cpus { get; init; } = [];

    /// <summary>What it said and saved when it panicked; null where it did not.</summary>
    public KernelPanic? Panic { get; init; }

    /// <summary>Every thread, in the kernel's own order.</summary>
    public IReadOnlyList<KernelThread> Threads => _threads.Value;

    /// <summary>Every process, in the kernel's own order.</summary>
    public IReadOnlyList<KernelProcess> Processes => _processes.Value;

    /// <summary>Reads every lwp.</summary>
    public Func<IReadOnlyList<KernelLwp>>? ReadLwps { private get; init; }

    /// <summary>The lwps of the processes, in the order of their threads.</summary>
    public IReadOnlyList<KernelLwp> Lwps => _lwps.Value;

    /// <summary>Reads the kernel's own list of modules.</summary>
    public Func<IReadOnlyList<KernelModule>>? ReadModules { private get; init; }

    /// <summary>The entries of the kernel's own list of modules, in its order; those that are not loaded among them.</summary>
    public IReadOnlyList<KernelModule> ModuleList => _loaded.Value;

    /// <summary>Reads the segments of an address space.</summary>
    public Func<VirtualAddress, IEnumerable<KernelSegment>>? ReadSegments { private get; init; }

    /// <summary>The segments of the address space whose <c>struct as</c> is there, ascending; none where they cannot be read.</summary>
    public IEnumerable<KernelSegment> Segments(VirtualAddress addressSpace) => ReadSegments?.Invoke(addressSpace) ?? [];

    /// <summary>Reads the message buffer, message by message.</summary>
    public Func<IReadOnlyList<KernelMessage>>? ReadLog { private get; init; }

    /// <summary>The message buffer, oldest message first; empty where it cannot be read by itself (<see cref="Messages"/> may still have its text).</summary>
    public IReadOnlyList<KernelMessage> Log => _log.Value;

    /// <summary>The message buffer, oldest line first; null where it cannot be read.</summary>
    public string? Messages => _messages.Value;
}

/// <summary><c>struct utsname</c> (illumos: usr/src/uts/common/sys/utsname.h). A member that is not text is null.</summary>
/// <param name="Sysname"><c>SunOS</c>.</param>
/// <param name="Nodename">The host's name.</param>
/// <param name="Release"><c>5.11</c>.</param>
/// <param name="Version">The build.</param>
/// <param name="Machine"><c>i86pc</c>.</param>
public sealed record UtsName(string? Sysname, string? Nodename, string? Release, string? Version, string? Machine);

/// <summary>A message of the kernel's log.</summary>
/// <param name="Text">The text as it was stored; it mostly ends with a newline.</param>
/// <param name="Control">Where its <c>log_ctl_t</c> is (usr/src/uts/common/sys/strlog.h); null where that is not known.</param>
/// <param name="Time">When it was logged, in seconds (<c>ttime</c>); null where that cannot be read.</param>
public sealed record KernelMessage(string Text, VirtualAddress? Control, DateTimeOffset? Time);

/// <summary>A run of addresses that an address space gives to one purpose (illumos: <c>struct seg</c>, usr/src/uts/common/vm/seg.h).</summary>
/// <param name="Address">Where its structure is.</param>
/// <param name="Range">The addresses.</param>
/// <param name="Operations">Where the functions of its driver are (<c>s_ops</c>), whose symbol tells its kind: <c>segkmem_ops</c>; null where unknown.</param>
public readonly record struct KernelSegment(VirtualAddress Address, AddressRange Range, VirtualAddress? Operations);
