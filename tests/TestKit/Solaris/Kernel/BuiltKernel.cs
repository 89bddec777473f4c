namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>States of a thread: <c>t_state</c> (usr/src/uts/common/sys/thread.h).</summary>
public enum BuiltThreadState
{
    Free = 0,
    Sleep = 1,
    Run = 2,
    OnProc = 4,
    Zombie = 8,
    Stopped = 16,
}

/// <summary>A process as it was built.</summary>
public sealed class BuiltProcess
{
    public required ulong Address { get; init; }

    public required int Pid { get; init; }

    public required string Name { get; init; }

    public required string Arguments { get; init; }

    public BuiltProcess? Parent { get; init; }

    /// <summary>Its <c>struct as</c>.</summary>
    public required ulong AddressSpace { get; init; }

    /// <summary>A piece of its program's memory that is in the dump; empty where none is.</summary>
    public (ulong Address, byte[] Bytes) Memory { get; set; } = (0, []);

    public List<BuiltThread> Threads { get; } = [];

    public List<BuiltProcess> Children { get; } = [];
}

/// <summary>A thread as it was built.</summary>
public sealed class BuiltThread
{
    public required ulong Address { get; init; }

    public required BuiltProcess Process { get; init; }

    public required int Tid { get; init; }

    public BuiltThreadState State { get; set; }

    public int Priority { get; set; }

    /// <summary>Its <c>klwp_t</c>; 0 where only the kernel has it.</summary>
    public ulong Lwp { get; init; }

    /// <summary>What it started in; 0 for a thread of a user process.</summary>
    public ulong Start { get; init; }

    /// <summary><c>t_wchan</c>; 0 where it does not wait.</summary>
    public ulong WaitChannel { get; set; }

    /// <summary>The first page of its stack.</summary>
    public required ulong StackBase { get; init; }

    /// <summary><c>t_stk</c>.</summary>
    public required ulong StackTop { get; init; }

    /// <summary>The CPU that it runs on or ran on.</summary>
    public int Cpu { get; set; }

    /// <summary>Its frames, innermost first; empty where it has none to show.</summary>
    public IReadOnlyList<ExpectedFrame> Frames { get; set; } = [];
}

/// <summary>A CPU as it was built.</summary>
public sealed class BuiltCpu
{
    public required int Id { get; init; }

    public required ulong Address { get; init; }

    public required ulong Dispatcher { get; init; }

    public required ulong InterruptStack { get; init; }

    public BuiltThread Idle { get; set; } = null!;

    public BuiltThread Running { get; set; } = null!;

    public ulong Flags { get; set; }

    /// <summary>Threads that wait for it.</summary>
    public List<BuiltThread> Queue { get; } = [];
}

/// <summary>A dump's contents, and what a reader must find in them.</summary>
public sealed record SolarisKernelScenario
{
    /// <summary>What happened, in a word.</summary>
    public required string Name { get; init; }

    /// <summary>Memory and symbols.</summary>
    public required SolarisMemoryImage Image { get; init; }

    /// <summary>What the dump says of itself.</summary>
    public required SolarisDumpSettings Settings { get; init; }

    /// <summary>The kernel's structures and functions.</summary>
    public required SolarisKernelBuilder Kernel { get; init; }

    /// <summary>In the order of the kernel's list.</summary>
    public IReadOnlyList<KernelModule> Modules => Kernel.Modules;

    /// <summary>In the order of <c>allthreads</c>.</summary>
    public IReadOnlyList<BuiltThread> Threads => Kernel.Threads;

    /// <summary>In the order in which they were made.</summary>
    public IReadOnlyList<BuiltProcess> Processes => Kernel.Processes;

    /// <summary>By id.</summary>
    public IReadOnlyList<BuiltCpu> Cpus => Kernel.Cpus;

    /// <summary>The thread that panicked, or that the hypervisor's panic interrupted; null for a live dump.</summary>
    public BuiltThread? Panicking { get; init; }

    /// <summary>What <c>panicbuf</c> says; null where nothing panicked.</summary>
    public string? Message { get; init; }

    /// <summary>The stack to show first, innermost frame first.</summary>
    public IReadOnlyList<ExpectedFrame> Frames { get; init; } = [];

    /// <summary>The faulting instruction's address; 0 where none faulted.</summary>
    public ulong FaultPc { get; init; }

    /// <summary>The address that it could not use.</summary>
    public ulong FaultAddress { get; init; }

    /// <summary>The register that held it or what it was made from.</summary>
    public string FaultRegister { get; init; } = "";

    /// <summary>The hypervisor's side; null where it did not panic.</summary>
    public XpvSide? Xen { get; init; }

    /// <summary>vmcore.N.</summary>
    public byte[] Vmcore() => VmcoreWriter.Build(Image, Settings);

    /// <summary>unix.N.</summary>
    public byte[] Unix() => KsymsWriter.Build(Image);

    /// <summary>vmdump.N.</summary>
    public byte[] Vmdump() => VmdumpWriter.Build(Image, Settings);

    /// <summary>The dump device.</summary>
    public byte[] Device() => DumpDeviceWriter.Build(Image, Settings);
}
