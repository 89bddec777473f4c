using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Target;

/// <summary>What a kernel thread does (illumos: <c>TS_*</c> of usr/src/uts/common/sys/thread.h; the values are those of <c>t_state</c>).</summary>
public enum KernelThreadState
{
    /// <summary>TS_FREE: not in use.</summary>
    Free = 0,

    /// <summary>TS_SLEEP: waits for a resource.</summary>
    Sleep = 1,

    /// <summary>TS_RUN: could run, waits for a CPU.</summary>
    Run = 2,

    /// <summary>TS_ONPROC: runs on a CPU.</summary>
    OnProc = 4,

    /// <summary>TS_ZOMB: has exited.</summary>
    Zombie = 8,

    /// <summary>TS_STOPPED: stopped by a debugger or a signal.</summary>
    Stopped = 16,

    /// <summary>TS_WAIT: waits for its CPU cap.</summary>
    Wait = 32,
}

/// <summary>A kernel thread (illumos: <c>kthread_t</c>). Members that cannot be read are null.</summary>
public sealed record KernelThread
{
    /// <summary>Where its structure is.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>Its process's name: <c>sched</c>, <c>python2.4</c>; <c>(idle)</c> for a CPU's idle thread. Null where unknown.</summary>
    public string? Name { get; init; }

    /// <summary>Its process (<c>t_procp</c>).</summary>
    public VirtualAddress? Process { get; init; }

    /// <summary>Process id.</summary>
    public int? Pid { get; init; }

    /// <summary>Thread id within the process (<c>t_tid</c>).</summary>
    public int? Tid { get; init; }

    /// <summary>Its lwp (<c>t_lwp</c>); null for a thread that only the kernel has.</summary>
    public VirtualAddress? Lwp { get; init; }

    /// <summary>State; null where the number is none that is known.</summary>
    public KernelThreadState? State { get; init; }

    /// <summary>The number in <c>t_state</c>.</summary>
    public ulong? RawState { get; init; }

    /// <summary>Priority (<c>t_pri</c>).</summary>
    public int? Priority { get; init; }

    /// <summary>What it sleeps on (<c>t_wchan</c>); null where nothing.</summary>
    public VirtualAddress? WaitChannel { get; init; }

    /// <summary>What kind of thing that is: <c>mutex</c>, <c>rwlock</c>, <c>condition variable</c>, <c>semaphore</c>, <c>user object</c>, <c>shuttle</c>; null where unknown.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>The CPU that it ran on last (<c>t_cpu</c>).</summary>
    public VirtualAddress? Cpu { get; init; }

    /// <summary>The CPU that it is bound to (<c>t_bound_cpu</c>); null where none.</summary>
    public VirtualAddress? BoundCpu { get; init; }

    /// <summary>The function that it started in (<c>t_startpc</c>); null where none.</summary>
    public VirtualAddress? Start { get; init; }

    /// <summary>Its kernel stack, from <c>t_stkbase</c> to <c>t_stk</c>; null where the numbers are no stack.</summary>
    public AddressRange? Stack { get; init; }

    /// <summary>Registers of its last switch (<c>t_pcb</c>, a <c>label_t</c>): pc, sp, fp and the callee-saved ones. Stale while it runs.</summary>
    public RegisterSet? SavedRegisters { get; init; }

    /// <summary><c>t_flag</c>.</summary>
    public ulong? Flags { get; init; }

    /// <summary><c>t_intr</c>: the thread that this interrupt thread interrupted; null where none.</summary>
    public VirtualAddress? Interrupted { get; init; }
}

/// <summary>A process (illumos: <c>proc_t</c>). Members that cannot be read are null.</summary>
public sealed record KernelProcess
{
    /// <summary>Where its structure is.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>Process id.</summary>
    public int? Pid { get; init; }

    /// <summary>Its parent's process id (<c>p_ppid</c>).</summary>
    public int? ParentPid { get; init; }

    /// <summary>Name (<c>p_user.u_comm</c>).</summary>
    public string? Name { get; init; }

    /// <summary>Command line (<c>p_user.u_psargs</c>).</summary>
    public string? Arguments { get; init; }

    /// <summary>State (<c>p_stat</c>) in a word: <c>run</c>, <c>idle</c>, <c>zombie</c>.</summary>
    public string? State { get; init; }

    /// <summary>Its <c>struct as</c> (<c>p_as</c>).</summary>
    public VirtualAddress? AddressSpace { get; init; }

    /// <summary>Its first thread (<c>p_tlist</c>); null where it has none.</summary>
    public VirtualAddress? FirstThread { get; init; }

    /// <summary>Count of its lwps (<c>p_lwpcnt</c>).</summary>
    public int? LwpCount { get; init; }
}

/// <summary>What a kernel saved when it panicked.</summary>
public sealed record KernelPanic
{
    /// <summary>The message as it was printed; null where it cannot be read.</summary>
    public string? Message { get; init; }

    /// <summary>The thread that panicked (<c>panic_thread</c>); null where unknown.</summary>
    public VirtualAddress? Thread { get; init; }

    /// <summary>The kernel's CPU that panicked (<c>panic_cpu.cpu_id</c>); null where unknown.</summary>
    public int? CpuId { get; init; }

    /// <summary>Registers at the panic; null where none were saved.</summary>
    public RegisterSet? Registers { get; init; }

    /// <summary>Where they are from: <c>panicbuf</c>, <c>panic_reg</c>, <c>panic_regs</c>. Null where there are none.</summary>
    public string? RegistersFrom { get; init; }

    /// <summary>Where the registers of the trap are that became the panic (<c>struct regs</c>); null where it was no trap, or where they are is not known.</summary>
    public VirtualAddress? TrapRegisters { get; init; }

    /// <summary>Every saved value by the kernel's name for it (<c>trapno</c>, <c>err</c>, <c>cr2</c>, <c>gdt</c>, …), in the kernel's order.</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>> Values { get; init; } = [];

    /// <summary>The value of that name; null where it was not saved.</summary>
    public ulong? this[string name]
    {
        get
        {
            foreach (var value in Values)
                if (value.Key == name) return value.Value;
            return null;
        }
    }
}
