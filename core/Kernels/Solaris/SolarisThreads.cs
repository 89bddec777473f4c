using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>The threads of a Solaris dump: one for each CPU, the panicking one first; then, when asked for, those that no CPU runs.</summary>
internal sealed class SolarisThreads(SolarisImage image, Kernel kernel, XpvMachine? xpv)
{
    private readonly KernelContexts _contexts = new(image, kernel);

    private readonly Dictionary<int, PhysicalCpu> _physical = kernel.Cpus.DistinctBy(c => c.Id).ToDictionary(c => c.Id, c => new PhysicalCpu
    {
        Id = c.Id,
        Registers = c.Id == kernel.Panic?.CpuId ? kernel.Panic.Registers : null,
    });

    /// <summary>The CPUs of the machine: without Xen the kernel's own.</summary>
    public IReadOnlyList<PhysicalCpu> Cpus => xpv is null ? [.. _physical.Values.OrderBy(c => c.Id)] : xpv.Cpus;

    /// <summary>The CPUs' threads.</summary>
    /// <param name="panic">What stopped the machine.</param>
    public IReadOnlyList<TargetThread> OfCpus(PanicInfo panic)
    {
        var threads = new List<TargetThread>();
        var panicking = PanickingCpu(panic);
        if (panic.Kind is PanicKind.Hypervisor or PanicKind.Domain && xpv is not null) threads.Add(OfHypervisor(xpv, panicking, panic));
        else if (panic.Kind != PanicKind.None) threads.Add(OfPanic(panicking));
        foreach (var cpu in kernel.Cpus)
            if (cpu != panicking || threads.Count == 0) threads.Add(OfCpu(threads.Count + 1, cpu));
        return threads;
    }

    /// <summary>The threads that no CPU runs, with ids from <paramref name="firstId"/> on.</summary>
    public IReadOnlyList<TargetThread> Others(int firstId, IReadOnlyList<TargetThread> shown)
    {
        var known = shown.Select(t => t.KernelThread?.Address).OfType<VirtualAddress>().ToHashSet();
        var others = new List<TargetThread>();
        foreach (var thread in kernel.Threads)
            if (known.Add(thread.Address)) others.Add(new TargetThread(firstId + others.Count, new SwitchedThread(this, thread)) { KernelThread = thread });
        return others;
    }

    /// <summary>For people: <c>sched 0xc5a0ade0</c>.</summary>
    public static string NameOf(KernelThread thread) => $"{thread.Name ?? "thread"} {thread.Address}";

    /// <summary>The kernel's CPU that the panic happened on: that of the vcpu which the hypervisor ran, else the one that the kernel says.</summary>
    private KernelCpu? PanickingCpu(PanicInfo panic)
    {
        if (xpv is not null && panic.Kind is PanicKind.Hypervisor or PanicKind.Domain)
        {
            if (panic.Vcpu is { Domain.Id: 0 } vcpu) return kernel.Cpus.FirstOrDefault(c => c.Vcpu == vcpu);
            return panic is { Kind: PanicKind.Domain, Vcpu: null } && kernel.Cpus.Count == 1 ? kernel.Cpus[0] : null;
        }

        if (kernel.Panic?.CpuId is { } id) return kernel.Cpus.FirstOrDefault(c => c.Id == id);
        return kernel.Panic?.Thread is { } thread ? kernel.Cpus.FirstOrDefault(c => c.Thread == thread) : null;
    }

    private TargetThread OfHypervisor(XpvMachine machine, KernelCpu? cpu, PanicInfo panic)
    {
        var guest = machine.Panicking?.Current is { Domain.Kind: DomainKind.Pv } running ? running : null;

        // What crashed as domain 0 ran this kernel, also where nothing tells which of its CPUs.
        bool inDom0 = cpu is not null || panic.Kind == PanicKind.Domain;
        string physical = machine.Panicking is { } at ? $"CPU {at.Id}" : "hypervisor";
        string inGuest = guest is null ? "" : $": {guest.Name}";
        string inKernel = cpu is null ? "" : $", cpu {cpu.Id}{(cpu.Running is { } thread ? $" {NameOf(thread)}" : "")}";
        return new TargetThread(1, $"{physical}{inGuest}{inKernel} (panicking)", cancel => machine.Walk(guest, inDom0 ? _contexts.Of(cpu?.Running, guest?.Name) : null, kernel.Panic?["cr2"], panic, cancel))
        {
            Cpu = machine.Panicking,
            Vcpu = guest,
            KernelCpu = cpu,
            KernelThread = cpu?.Running,
            IsPanicking = true,
            Registers = machine.Registers,
        };
    }

    private TargetThread OfPanic(KernelCpu? cpu)
    {
        var thread = cpu?.Running is { } running && (kernel.Panic?.Thread is not { } named || named == running.Address) ? running
            : kernel.Threads.FirstOrDefault(t => t.Address == kernel.Panic?.Thread);
        var registers = kernel.Panic?.Registers ?? (thread is null ? null : StartOf(thread));
        string where = cpu is null ? "" : $"CPU {cpu.Id}: ";
        return new TargetThread(1, $"{where}{(thread is null ? "thread" : NameOf(thread))} (panicking)", cancel => Walk(thread, registers, cpu?.Vcpu?.Name, cancel, panicking: true))
        {
            Cpu = cpu is null ? null : PhysicalOf(cpu),
            Vcpu = cpu?.Vcpu,
            KernelCpu = cpu,
            KernelThread = thread,
            IsPanicking = true,
            Registers = registers,
        };
    }

    private TargetThread OfCpu(int id, KernelCpu cpu)
    {
        var thread = cpu.Running;
        var registers = thread is null ? null : OfVcpu(cpu, thread) ?? StartOf(thread);
        var physical = PhysicalOf(cpu);
        string where = xpv is null ? $"CPU {cpu.Id}" : $"{(physical is null ? "" : $"CPU {physical.Id}: ")}{(cpu.Vcpu is { } vcpu ? $"{vcpu.Name}, " : "")}cpu {cpu.Id}";
        string who = thread is null ? ", thread not known" : $"{(xpv is null ? ": " : " ")}{NameOf(thread)}";
        return new TargetThread(id, where + who, cancel => Walk(thread, registers, cpu.Vcpu?.Name, cancel))
        {
            Cpu = physical,
            Vcpu = cpu.Vcpu,
            KernelCpu = cpu,
            KernelThread = thread,
            Registers = registers,
        };
    }

    /// <summary>The physical CPU that is a kernel's CPU: itself, or under Xen the one that runs its vcpu.</summary>
    private PhysicalCpu? PhysicalOf(KernelCpu cpu) => xpv is null ? _physical.GetValueOrDefault(cpu.Id) : cpu.Vcpu?.RunningOn;

    /// <summary>
    /// The registers that Xen keeps of a vcpu that it does not run: where its kernel was when it called Xen or was interrupted. Believed if they are of the kernel's code and on the stack of the
    /// thread that the kernel's CPU runs; of a vcpu that runs they are stale. Null for none.
    /// </summary>
    private RegisterSet? OfVcpu(KernelCpu cpu, KernelThread thread)
    {
        if (xpv is null || cpu.Vcpu is not { State: not VcpuState.Running, SavedRegisters: { Pc: { } pc, Sp: { } sp } saved }) return null;
        return thread.Stack is { } stack && stack.Contains(sp) && image.Modules.Any(m => m.Covers(pc) && m.Symbols.Find(pc) is not null) ? saved : null;
    }

    /// <summary>
    /// Registers to begin a switched-out thread's walk with. <c>resume</c> stores the stack pointer after it has pushed the frame pointer and its return address, so
    /// that pair stands where <c>t_sp</c> points (usr/src/uts/intel/ia32/ml/swtch.s); <c>setjmp</c>, which stops the other CPUs of a panic use, stores it where its own return
    /// address stands, and that is <c>t_pc</c>.
    /// </summary>
    private RegisterSet? StartOf(KernelThread thread)
    {
        if (thread.SavedRegisters is not { Pc: { Value: not 0 } pc, Sp: { Value: not 0 } sp } saved) return null;
        if (!image.Memory.TryReadUnsigned(sp, image.Word, out ulong top)) return saved;
        return top == pc.Value ? saved.With(image.Architecture.Sp, (sp + (ulong)image.Word).Value) : saved.With(image.Architecture.Fp, sp.Value);
    }

    private StackTrace Walk(KernelThread? thread, RegisterSet? registers, string? vcpu, CancellationToken cancel, bool panicking = false)
    {
        if (registers is null) return new StackTrace([], thread is null ? "the thread is not known" : $"thread {thread.Address} has no saved registers", false);
        var context = _contexts.Of(thread, vcpu);
        var environment = Environment(context, panicking ? kernel.Panic : null);
        if (panicking && kernel.Panic?.TrapRegisters is { } trap && TrapAt(context, trap, registers) is { } record)
        {
            // The kernel saved the registers of the trap: the record of it tells the stack pointer too, which those of a 32-bit trap do not.
            var trapped = record.Registers(image.Architecture);
            if (record.Sp > record.Fp) trapped = registers;
            if (FrameFactory.Code(context, trapped, FoundBy.Context, pcIsReturnAddress: false) is { } at)
                return StackUnwinder.Walk(at, environment, cancel) with { Trap = FrameFactory.Record(context, trapped, record, environment) };
        }

        return FrameFactory.Code(context, registers, FoundBy.Context, pcIsReturnAddress: false) is { } start
            ? StackUnwinder.Walk(start, environment, cancel)
            : new StackTrace([], "the registers have no pc or stack pointer", false);
    }

    /// <summary>The trap's registers at an address, if they are those that the panic saved.</summary>
    private static TrapRegs? TrapAt(CodeContext context, VirtualAddress at, RegisterSet saved)
    {
        foreach (var layout in context.TrapRegs)
            if (layout.Read(context.Memory, at, entry: null) is { HasKnownVector: true } record && record.Pc == saved.Pc && record.Fp == saved.Fp) return record;
        return null;
    }

    private static UnwindEnvironment Environment(CodeContext context, KernelPanic? panic) => new()
    {
        GuestContext = _ => null,
        FaultAddress = record => SolarisFaultAddress.Of(record.Address, record.Registers(context.Architecture), record.ErrorCode, context, panic),
    };

    /// <summary>A thread that no CPU runs. There may be very many: what is known of it is in its structure, so nothing of it is kept twice.</summary>
    private sealed class SwitchedThread(SolarisThreads owner, KernelThread thread) : IThreadSource
    {
        public string Name => $"{NameOf(thread)} ({(thread.State is { } known ? known.ToString().ToLowerInvariant() : "state unknown")})";

        public RegisterSet? Registers => owner.StartOf(thread);

        public StackTrace Walk(CancellationToken cancel) => owner.Walk(thread, Registers, null, cancel);
    }
}
