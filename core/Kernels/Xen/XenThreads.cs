using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>The threads of the stopped machine, each with the walk that makes its one stack.</summary>
internal sealed class XenThreads(
    XenImage xen, IReadOnlyList<PhysicalCpu> cpus, IReadOnlyList<Domain> domains, GuestContexts guests, Func<PhysicalCpu, IMemory<VirtualAddress>> memoryOf)
{
    private readonly UserRegsLayout _regs = new(name => xen.Layout("cpu_user_regs")?.OffsetOf(name) is { } o and < 4096 ? (int)o : null);

    /// <summary>One for each CPU, the panicking one first; then the guests' vcpus that run on none.</summary>
    public IReadOnlyList<TargetThread> Make(PanicInfo panic)
    {
        var threads = new List<TargetThread>();
        foreach (var cpu in cpus.OrderBy(c => c == panic.Cpu ? 0 : 1).ThenBy(c => c.Id))
            threads.Add(OfCpu(threads.Count + 1, cpu, cpu == panic.Cpu && panic.Kind != PanicKind.None ? panic : null));
        var waiting = domains.Where(d => d.Kind is DomainKind.Pv or DomainKind.Hvm).SelectMany(d => d.Vcpus).Where(v => v.RunningOn is null);
        foreach (var vcpu in waiting) threads.Add(OfVcpu(threads.Count + 1, vcpu));
        return threads;
    }

    private TargetThread OfCpu(int id, PhysicalCpu cpu, PanicInfo? panic)
    {
        bool panicking = panic is not null;
        var guest = cpu.Current is { Domain.Kind: DomainKind.Pv or DomainKind.Hvm } running ? running : null;
        string what = cpu.Current is null ? "" : guest is null ? ": idle" : $": {guest.Name}";
        return new TargetThread(id, $"CPU {cpu.Id}{what}{(panicking ? " (panicking)" : "")}", cancel => WalkCpu(cpu, guest, panic, cancel))
        {
            Cpu = cpu,
            Vcpu = guest,
            IsPanicking = panicking,
            Registers = cpu.Registers,
        };
    }

    private StackTrace WalkCpu(PhysicalCpu cpu, Vcpu? guest, PanicInfo? panic, CancellationToken cancel)
    {
        if (cpu.Registers is not { } registers) return new StackTrace([], $"the dump has no registers of CPU {cpu.Id}", false);
        if (InGuest(registers, guest) is { } inGuest) return Walk(inGuest, RegistersFor(inGuest, registers), EnvironmentOf(guest, cpu, panic), $"CPU {cpu.Id}", cancel);
        var context = new CodeContext
        {
            Kind = FrameKind.Hypervisor,
            Architecture = Architecture.Amd64,
            Space = xen.Space,
            Memory = memoryOf(cpu),
            Modules = xen.Module is { } module ? [module] : [],
            Stacks = cpu.Stacks,
        };
        return Walk(context, registers, EnvironmentOf(guest, cpu, panic, context), $"CPU {cpu.Id}", cancel);
    }

    private static StackTrace Walk(CodeContext context, RegisterSet registers, UnwindEnvironment environment, string whose, CancellationToken cancel) =>
        FrameFactory.Code(context, registers, FoundBy.Context, pcIsReturnAddress: false) is { } start
            ? StackUnwinder.Walk(start, environment, cancel)
            : new StackTrace([], $"the registers of {whose} have no pc or stack pointer", false);

    /// <summary>A machine that was dumped while it ran: the CPU may be in a guest's code, not in Xen's, which its selector tells.</summary>
    private CodeContext? InGuest(RegisterSet registers, Vcpu? guest) => guest is not null && ((registers["cs"] ?? 0) & 3) != 0 ? guests.Of(guest) : null;

    /// <summary>The processor's registers as a 32-bit guest sees them.</summary>
    private static RegisterSet RegistersFor(CodeContext context, RegisterSet registers)
    {
        if (context.Architecture == registers.Architecture) return registers;
        var own = new RegisterSet(context.Architecture);
        foreach (var register in context.Architecture.Registers)
            if ((registers[register.Name] ?? registers["r" + register.Name[1..]]) is { } value) own = own.With(register, value);
        return own;
    }

    private UnwindEnvironment EnvironmentOf(Vcpu? guest, PhysicalCpu? cpu, PanicInfo? panic, CodeContext? own = null) => new()
    {
        Regs = _regs,
        RunsGuest = guest is not null,
        GuestContext = _ => guest is null ? null : guests.Of(guest),
        FaultAddress = record =>
            XenFaultAddress.Of(record, guest, cpu?.Context?["cr2"], panic, record.Ring == 0 ? own : guest is null ? null : guests.Of(guest)),
    };

    private TargetThread OfVcpu(int id, Vcpu vcpu)
    {
        string state = vcpu.State?.ToString().ToLowerInvariant() ?? "not running";
        return new TargetThread(id, $"{vcpu.Name} ({state})", cancel => WalkVcpu(vcpu, cancel)) { Vcpu = vcpu, Registers = vcpu.SavedRegisters };
    }

    private StackTrace WalkVcpu(Vcpu vcpu, CancellationToken cancel)
    {
        if (vcpu.State == VcpuState.Offline && vcpu.SavedRegisters?.Pc is null or { Value: 0 }) return new StackTrace([], $"{vcpu.Name} has never run", true);
        if (vcpu.SavedRegisters is not { } registers) return new StackTrace([], $"the registers of {vcpu.Name} are not known", false);
        if (guests.Of(vcpu) is not { } context) return new StackTrace([], $"the page tables of {vcpu.Name} are not known", false);
        return Walk(context, registers, EnvironmentOf(null, null, null), vcpu.Name, cancel);
    }
}
