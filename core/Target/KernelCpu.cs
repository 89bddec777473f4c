using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Target;

/// <summary>A CPU as the kernel knows it (illumos: <c>cpu_t</c>, usr/src/uts/common/sys/cpuvar.h). Under Xen it is a vcpu of the kernel's domain.</summary>
public sealed class KernelCpu
{
    private readonly Lazy<IReadOnlyList<RunQueue>> _queues;

    /// <summary>A CPU.</summary>
    /// <param name="queues">Reads its dispatch queues.</param>
    public KernelCpu(Func<IReadOnlyList<RunQueue>> queues) => _queues = new Lazy<IReadOnlyList<RunQueue>>(queues);

    /// <summary>Its number (<c>cpu_id</c>).</summary>
    public required int Id { get; init; }

    /// <summary>Where its structure is; for the CPU that panicked, the copy that the panic made.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>The address that the kernel itself knows it by (<c>cpu_self</c>), which threads name in <see cref="KernelThread.Cpu"/>; null where absent.</summary>
    public VirtualAddress? Self { get; init; }

    /// <summary><c>cpu_flags</c>; null where absent.</summary>
    public ulong? Flags { get; init; }

    /// <summary>Names of the flags that are set: <c>RUNNING</c>, <c>READY</c>, <c>QUIESCED</c>, <c>EXISTS</c>, <c>ENABLE</c>, ….</summary>
    public IReadOnlyList<string> FlagNames { get; init; } = [];

    /// <summary>The thread that it runs (<c>cpu_thread</c>); null where absent.</summary>
    public VirtualAddress? Thread { get; init; }

    /// <summary>Its idle thread; null where absent.</summary>
    public VirtualAddress? IdleThread { get; init; }

    /// <summary>The thread that an interrupt thread interrupted, or the interrupt thread itself (<c>cpu_intr_thread</c>); null where absent.</summary>
    public VirtualAddress? InterruptThread { get; init; }

    /// <summary>Top of its interrupt stack (<c>cpu_intr_stack</c>); null where absent.</summary>
    public VirtualAddress? InterruptStack { get; init; }

    /// <summary>Threads that wait for it (<c>cpu_disp->disp_nrunnable</c>); null where absent.</summary>
    public int? Runnable { get; init; }

    /// <summary><c>cpu_base_spl</c>; null where absent.</summary>
    public int? BaseSpl { get; init; }

    /// <summary><c>cpu_runrun</c>: whether the thread should give way; null where absent.</summary>
    public bool? RunRun { get; init; }

    /// <summary><c>cpu_kprunrun</c>: whether it must, in the kernel too; null where absent.</summary>
    public bool? KernelRunRun { get; init; }

    /// <summary>Clock ticks since its last switch, as of the panic; null where absent.</summary>
    public long? TicksSinceSwitch { get; init; }

    /// <summary>The thread that it runs, read; null where it cannot be.</summary>
    public KernelThread? Running { get; init; }

    /// <summary>The domain's vcpu that it is; null without a hypervisor.</summary>
    public Vcpu? Vcpu { get; set; }

    /// <summary>Its dispatch queues that hold threads, highest priority first.</summary>
    public IReadOnlyList<RunQueue> Queues => _queues.Value;
}

/// <summary>The threads that wait for a CPU at one priority.</summary>
/// <param name="Priority">The priority.</param>
/// <param name="Threads">Addresses of the threads, first to run first.</param>
public sealed record RunQueue(int Priority, IReadOnlyList<VirtualAddress> Threads);
