using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>Reads threads, one after the other: <c>kthread_t</c> (usr/src/uts/common/sys/thread.h). Not for several threads at a time.</summary>
internal sealed class ThreadReader
{
    /// <summary>SOBJ_* of usr/src/uts/common/sys/sobject.h.</summary>
    private static readonly string?[] ObjectKinds = [null, "mutex", "rwlock", "condition variable", "semaphore", "user object", "user mutex", "shuttle"];

    private readonly SolarisImage _image;
    private readonly KernelProcesses _processes;
    private readonly StructBlock _block;
    private readonly IReadOnlySet<ulong> _idle;
    private readonly Dictionary<ulong, string?> _objects = [];
    private readonly BlockMember? _next, _previous, _nextOfProcess, _process, _state, _stackTop, _stackBase, _priority, _waitChannel, _object, _cpu, _bound, _start, _registers, _lwp, _tid, _flags, _interrupted;

    /// <summary>A reader.</summary>
    /// <param name="image">The kernel.</param>
    /// <param name="layout">Layout of <c>kthread_t</c>.</param>
    /// <param name="processes">The processes, for names.</param>
    /// <param name="idle">Addresses of the CPUs' idle threads.</param>
    public ThreadReader(SolarisImage image, StructLayout layout, KernelProcesses processes, IReadOnlySet<ulong> idle)
    {
        _image = image;
        _processes = processes;
        _idle = idle;
        _block = new StructBlock(layout, image.Memory);
        _next = _block.Member("t_next");
        _previous = _block.Member("t_prev");
        _nextOfProcess = _block.Member("t_forw");
        _process = _block.Member("t_procp");
        _state = _block.Member("t_state");
        _stackTop = _block.Member("t_stk");
        _stackBase = _block.Member("t_stkbase");
        _priority = _block.Member("t_pri");
        _waitChannel = _block.Member("t_lwpchan.lc_wchan", "t_wchan") ?? SecondWord(_block.Member("t_lwpchan"), image.Word);
        _object = _block.Member("t_sobj_ops");
        _cpu = _block.Member("t_cpu");
        _bound = _block.Member("t_bound_cpu");
        _start = _block.Member("t_startpc");
        _registers = _block.Member("t_pcb");
        _lwp = _block.Member("t_lwp");
        _tid = _block.Member("t_tid");
        _flags = _block.Member("t_flag");
        _interrupted = _block.Member("t_intr");
    }

    /// <summary><c>t_next</c> of the thread that was fetched.</summary>
    public VirtualAddress? Next => _block.Pointer(_next);

    /// <summary><c>t_prev</c>.</summary>
    public VirtualAddress? Previous => _block.Pointer(_previous);

    /// <summary><c>t_forw</c>: the next thread of the process.</summary>
    public VirtualAddress? NextOfProcess => _block.Pointer(_nextOfProcess);

    /// <summary><c>t_procp</c>.</summary>
    public VirtualAddress? Process => _block.PointerOrNull(_process);

    /// <summary>Whether what was fetched can be a thread: a state that there is, and a stack or a process.</summary>
    public bool LooksLikeThread => StateOf(_block.Number(_state)) is not null && (Stack() is not null || (Process is { } process && _processes.Named(process).Pid is not null));

    /// <summary>Fetches a thread; false where it is not in the dump.</summary>
    public bool Fetch(VirtualAddress thread) => _block.Read(thread);

    /// <summary>Whether the thread is what a link led to: it links back, or else it can be a thread all the same (a live dump is taken while lists change).</summary>
    public bool FollowsFrom(VirtualAddress other, bool forward) => (forward ? Previous : Next) == other || LooksLikeThread;

    /// <summary>The thread at an address; null where it is not in the dump.</summary>
    public KernelThread? Read(VirtualAddress thread) => Fetch(thread) ? Make() : null;

    /// <summary>The thread that was fetched.</summary>
    public KernelThread Make()
    {
        ulong? state = _block.Number(_state);
        var known = StateOf(state);
        var process = Process;
        var (name, pid) = process is { } owner ? _processes.Named(owner) : default;
        bool waits = known == KernelThreadState.Sleep || known is null;
        return new KernelThread
        {
            Address = _block.Address,
            Name = _idle.Contains(_block.Address.Value) ? "(idle)" : name,
            Process = process,
            Pid = pid,
            Tid = _block.Int(_tid),
            Lwp = _block.PointerOrNull(_lwp),
            State = known,
            RawState = state,
            Priority = _block.Int(_priority),
            WaitChannel = _block.PointerOrNull(_waitChannel),
            WaitsFor = waits && _block.PointerOrNull(_object) is { } kind ? ObjectKind(kind) : null,
            Cpu = _block.PointerOrNull(_cpu),
            BoundCpu = _block.PointerOrNull(_bound),
            Start = _block.PointerOrNull(_start),
            Stack = Stack(),
            SavedRegisters = Registers(),
            Flags = _block.Number(_flags),
            Interrupted = _block.PointerOrNull(_interrupted),
        };
    }

    /// <summary><c>lc_wchan</c> of a <c>lwpchan_t</c> of which the types tell no more than its size: the second of its two pointers (usr/src/uts/common/sys/thread.h).</summary>
    private static BlockMember? SecondWord(BlockMember? channel, int word) => channel is { } c && c.Size == 2 * word ? new BlockMember(c.Offset + word, word, false) : null;

    private RegisterSet? Registers()
    {
        Span<byte> label = stackalloc byte[64];
        label = label[..SolarisRegs.LabelBytes(_image.Architecture)];
        return _block.TryCopy(_registers, label) ? SolarisRegs.OfLabel(_image.Architecture, label) : null;
    }

    private AddressRange? Stack() =>
        _block.PointerOrNull(_stackBase) is { } low && _block.PointerOrNull(_stackTop) is { } high && low < high && unchecked(high.Value - low.Value) <= KernelThreads.LargestStack
            ? AddressRange.FromTo(low, high)
            : null;

    private static KernelThreadState? StateOf(ulong? raw) => raw is 0 or 1 or 2 or 4 or 8 or 16 or 32 ? (KernelThreadState)raw : null;

    /// <summary>What a thread sleeps on: <c>sobj_type</c> of its operations, or what their symbol is called.</summary>
    private string? ObjectKind(VirtualAddress operations)
    {
        if (_objects.TryGetValue(operations.Value, out string? known)) return known;
        string? kind = _image.Memory.TryReadU32(operations, out uint type) && type < ObjectKinds.Length ? ObjectKinds[type] : OfSymbol(operations);
        if (_objects.Count < DumpLimits.DiagnosticsPerId * ObjectKinds.Length) _objects[operations.Value] = kind;
        return kind;
    }

    private string? OfSymbol(VirtualAddress operations) => _image.SymbolAt(operations)?.Name switch
    {
        "mutex_sobj_ops" => ObjectKinds[1],
        "rw_sobj_ops" => ObjectKinds[2],
        "cv_sobj_ops" or "lwp_cv_sobj_ops" => ObjectKinds[3],
        "sema_sobj_ops" => ObjectKinds[4],
        "lwp_sobj_ops" => ObjectKinds[5],
        "lwp_sobj_pi_ops" => ObjectKinds[6],
        "shuttle_sobj_ops" => ObjectKinds[7],
        _ => null,
    };
}
