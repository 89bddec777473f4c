namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>
/// The functions of the kernels that the builder makes: entry code and context switch as the assembler files have them (usr/src/uts/intel/ia32/ml, usr/src/uts/i86pc/ml), the
/// calls that threads sleep and drivers run in, and those of modules with names of their own.
/// </summary>
public sealed class KernelFunctions
{
    private readonly int _wordSize;
    private readonly Random _random;
    private readonly Names _names;

    internal KernelFunctions(KernelCode code, int wordSize, Random random, Names names, IReadOnlyList<string> modules)
    {
        (Code, _wordSize, _random, _names) = (code, wordSize, random, names);
        Switch();
        Sleeping = [Sleep("cv_wait", 2), Sleep("cv_timedwait", 3), Sleep("cv_wait_sig", 2), Sleep("sema_p", 1), Sleep("shuttle_resume", 2)];
        SystemCalls();
        Traps();
        foreach (string module in modules) Module(module);
        Workers.Add([Taskq, Code.Define("genunix", "taskq_thread_wait", 5), Sleeping[0]]);
        foreach (var chain in Workers.Concat(Requests)) Code.Chain([.. chain]);
    }

    /// <summary>All of them.</summary>
    public KernelCode Code { get; }

    /// <summary>Where threads begin.</summary>
    public KernelFunction ThreadStart { get; private set; } = null!;

    /// <summary>Where a call through a register returns to, from <see cref="ThreadStart"/>'s beginning.</summary>
    public int ThreadStartReturn { get; private set; }

    /// <summary>What switches to another thread.</summary>
    public KernelFunction Swtch { get; private set; } = null!;

    /// <summary>What it calls.</summary>
    public KernelFunction Resume { get; private set; } = null!;

    /// <summary>Where a thread goes on.</summary>
    public KernelFunction ResumeReturn { get; private set; } = null!;

    /// <summary>What idle threads run.</summary>
    public KernelFunction Idle { get; private set; } = null!;

    /// <summary>What an idle CPU calls Xen with, until there is something to do.</summary>
    public KernelFunction Block { get; private set; } = null!;

    /// <summary>What threads of a task queue run.</summary>
    public KernelFunction Taskq => Code.Define("genunix", "taskq_thread", 1);

    /// <summary>Functions that sleep; each calls <see cref="Swtch"/>.</summary>
    public IReadOnlyList<KernelFunction> Sleeping { get; }

    /// <summary>Chains of kernel threads, from what they start in to what sleeps.</summary>
    public List<KernelFunction[]> Workers { get; } = [];

    /// <summary>Chains of system calls, from the call's function to what sleeps.</summary>
    public List<KernelFunction[]> Requests { get; } = [];

    /// <summary>Chains of modules' functions that run and do not sleep: from a system call into a driver's depths.</summary>
    public List<KernelFunction[]> Depths { get; } = [];

    /// <summary>Entry code of system calls, and where the call returns to.</summary>
    public KernelFunction SystemCall { get; private set; } = null!;

    /// <inheritdoc cref="SystemCall"/>
    public int SystemCallReturn { get; private set; }

    /// <summary>Entry code of traps, and where <see cref="Trap"/> returns to.</summary>
    public KernelFunction TrapEntry { get; private set; } = null!;

    /// <inheritdoc cref="TrapEntry"/>
    public int TrapReturn { get; private set; }

    /// <summary>Entry code of interrupts, and where its callee returns to.</summary>
    public KernelFunction Interrupt { get; private set; } = null!;

    /// <inheritdoc cref="Interrupt"/>
    public int InterruptReturn { get; private set; }

    /// <summary><c>trap</c>, <c>die</c>, <c>panic</c>, <c>vpanic</c>, <c>panicsys</c>, <c>panic_idle</c>.</summary>
    public KernelFunction Trap { get; private set; } = null!;

    /// <inheritdoc cref="Trap"/>
    public KernelFunction Die { get; private set; } = null!;

    /// <inheritdoc cref="Trap"/>
    public KernelFunction Panic { get; private set; } = null!;

    /// <inheritdoc cref="Trap"/>
    public KernelFunction Vpanic { get; private set; } = null!;

    /// <inheritdoc cref="Trap"/>
    public KernelFunction PanicIdle { get; private set; } = null!;

    /// <summary>What saves where a stopped CPU is.</summary>
    public KernelFunction Setjmp { get; private set; } = null!;

    private bool Is64 => _wordSize == 64;

    private void Switch()
    {
        var exit = Code.Define("genunix", "thread_exit");
        ThreadStartReturn = 8;
        ThreadStart = Is64
            ? Code.DefineRaw("unix", "thread_start", [0x58, 0x5f, 0x5e, 0x48, 0x89, 0xe5, 0xff, 0xd0, 0xe8, 0, 0, 0, 0, 0x0f, 0x0b], (8, null), (13, exit))
            : Code.DefineRaw("unix", "thread_start", [0x58, 0x8b, 0xec, 0x83, 0xc5, 0x08, 0xff, 0xd0, 0x83, 0xc4, 0x08, 0xe8, 0, 0, 0, 0, 0x0f, 0x0b], (8, null), (16, exit));
        Resume = Code.DefineRaw("unix", "resume", Is64 ? [0x55, 0x48, 0x89, 0xe5, 0x49, 0x89, 0xfc, 0xff, 0xe0] : [0x55, 0x8b, 0xec, 0x8b, 0xfe, 0xff, 0xe0]);
        ResumeReturn = Code.DefineRaw("unix", "resume_return", Is64 ? [0x48, 0x83, 0xc4, 0x08, 0xc9, 0xc3] : [0x83, 0xc4, 0x04, 0xc9, 0xc3]);
        Swtch = Code.Define("unix", "swtch");
        Idle = Code.Define("unix", "idle");
        Code.Chain(Idle, Swtch, Resume);

        // syscall, or int $0x82.
        Block = Code.Define("unix", "HYPERVISOR_block");
        Block.Mark = Is64 ? [0x0f, 0x05] : [0xcd, 0x82];
        KernelCode.Call(Idle, Block);
    }

    private KernelFunction Sleep(string name, int arguments)
    {
        var function = Code.Define("genunix", name, arguments);
        KernelCode.Call(function, Swtch);
        return function;
    }

    private void SystemCalls()
    {
        byte[] code = Is64 ? [0x0f, 0x01, 0xf8, 0x48, 0x89, 0xe5, 0x48, 0x8b, 0x43, 0x10, 0xff, 0xd0, 0x48, 0x89, 0xc7, 0x0f, 0x0b] : [0x60, 0x8b, 0xec, 0x8b, 0x43, 0x10, 0xff, 0xd0, 0x8b, 0xf0, 0x0f, 0x0b];
        SystemCallReturn = Is64 ? 12 : 8;
        SystemCall = Code.DefineRaw("unix", Is64 ? "sys_syscall" : "sys_call", code, (SystemCallReturn, null));
        KernelFunction Of(string name, int arguments) => Code.Define("genunix", name, arguments);
        Requests.Add([Of("pollsys", 4), Of("poll_common", 3), Sleeping[2]]);
        Requests.Add([Of("syslwp_park", 3), Of("lwp_park", 2), Sleeping[2]]);
        Requests.Add([Of("read", 3), Of("fop_read", 5), Of("strread", 3), Of("strwaitq", 5), Sleeping[2]]);
        Requests.Add([Of("doorfs", 6), Of("door_call", 2), Sleeping[4]]);
        Requests.Add([Of("waitsys", 4), Of("waitid", 4), Sleeping[0]]);
    }

    private void Traps()
    {
        Panic = Code.Define("genunix", "panic", 1);
        Vpanic = Code.DefineRaw("unix", "vpanic", Is64 ? [0x55, 0x48, 0x89, 0xe5, 0x50, 0x41, 0x53, 0x90, 0x90, 0x0f, 0x0b] : [0x55, 0x8b, 0xec, 0x50, 0x9c, 0x90, 0x90, 0x0f, 0x0b]);
        Vpanic.FrameBytes = Is64 ? 240 : 84;
        Trap = Code.Define("unix", "trap", 3);
        Die = Code.Define("unix", "die", 4);
        Code.Chain(Trap, Die, Panic, Vpanic);
        TrapReturn = Is64 ? 20 : 14;
        TrapEntry = Code.DefineRaw("unix", "cmntrap", Is64
            ? [0x41, 0x57, 0x41, 0x56, 0x48, 0x89, 0xe5, 0x31, 0xf6, 0x89, 0xc2, 0x48, 0x89, 0xef, 0x90, 0xe8, 0, 0, 0, 0, 0x48, 0x89, 0xec, 0x0f, 0x0b]
            : [0x60, 0x1e, 0x06, 0x8b, 0xec, 0x90, 0x50, 0x51, 0x55, 0xe8, 0, 0, 0, 0, 0x83, 0xc4, 0x0c, 0x0f, 0x0b], (TrapReturn, Trap));
        PanicIdle = Code.Define("genunix", "panic_idle");
        Setjmp = Code.DefineRaw("unix", "setjmp", [0x31, 0xc0, 0xc3]);
        KernelCode.Call(PanicIdle, Setjmp);
        InterruptReturn = Is64 ? 12 : 11;
        var service = Code.Define("unix", "xc_serv", 2);
        KernelCode.Call(service, PanicIdle);
        Interrupt = Code.DefineRaw("unix", "cmnint", Is64
            ? [0x41, 0x57, 0x48, 0x89, 0xe5, 0x90, 0x90, 0xe8, 0, 0, 0, 0, 0x90, 0x0f, 0x0b]
            : [0x60, 0x1e, 0x8b, 0xec, 0x90, 0x90, 0xe8, 0, 0, 0, 0, 0x90, 0x0f, 0x0b], (InterruptReturn, service));
    }

    /// <summary>A module's functions: a worker that sleeps, and calls that go deep.</summary>
    private void Module(string module)
    {
        KernelFunction Of(int arguments) => Code.Define(module, $"{module}_{_names.Next()}", arguments);
        Workers.Add([Of(_random.Next(1, 3)), Of(_random.Next(0, 4)), Sleeping[_random.Next(Sleeping.Count)]]);
        KernelFunction[] way = [Code.Define("genunix", "ioctl", 3), Code.Define("genunix", "fop_ioctl", 6), Code.Define("genunix", "cdev_ioctl", 6)];
        Depths.Add([.. way, .. Enumerable.Range(0, _random.Next(3, 7)).Select(_ => Of(_random.Next(0, 6)))]);
        Code.Chain([.. Depths[^1]]);
    }
}
