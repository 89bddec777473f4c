using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// The machine under the kernel, of a dump that the hypervisor's panic made: Xen as the module <c>xpv</c>, the physical CPU that panicked, the domains. Of the other
/// physical CPUs the dump keeps no registers; which vcpus they ran, the vcpus say.
/// </summary>
internal sealed class XpvMachine
{
    private readonly XenImage _xen;

    private XpvMachine(XenImage xen, XpvPanic panic, PhysicalCpu? panicking, IReadOnlyList<Domain> domains, IReadOnlyList<PhysicalCpu> cpus)
    {
        _xen = xen;
        Panic = panic;
        Panicking = panicking;
        Domains = domains;
        Cpus = cpus;
    }

    /// <summary>What the hypervisor handed over.</summary>
    public XpvPanic Panic { get; }

    /// <summary>The CPU that panicked; null where its stack does not tell.</summary>
    public PhysicalCpu? Panicking { get; }

    /// <summary>Registers at the panic.</summary>
    public RegisterSet? Registers => Panic.Registers;

    /// <summary>The physical CPUs that are known, by id.</summary>
    public IReadOnlyList<PhysicalCpu> Cpus { get; }

    /// <summary>The domains.</summary>
    public IReadOnlyList<Domain> Domains { get; }

    /// <summary>Reads the machine.</summary>
    public static XpvMachine Read(XenImage xen, XpvPanic panic, DumpImage dump, DiagnosticBag diagnostics)
    {
        var stack = XpvStack.Find(xen, panic);
        var first = stack is null ? null : new PhysicalCpu
        {
            Id = stack.Processor,
            Registers = panic.Registers,
            CpuInfo = stack.CpuInfo,
            Stacks = [new StackRange("primary", stack.Range, stack.CpuInfo)],
        };
        var domains = new XenDomains(xen, dump, first is null ? [] : [first], diagnostics).Find();
        if (first is not null && first.Current is null)
            first.Current = domains.SelectMany(d => d.Vcpus).FirstOrDefault(v => v.Address == (stack!.Vcpu ?? panic.Vcpu));
        return new XpvMachine(xen, panic, first, domains, CpusOf(first, domains));
    }

    /// <summary>Walks the one stack: the hypervisor's frames, the exception record, then the kernel's.</summary>
    /// <param name="guest">The vcpu that the CPU ran; null for none.</param>
    /// <param name="inGuest">Where that vcpu's kernel runs; null where its memory is not in the dump.</param>
    /// <param name="cr2">The processor's register of the last fault, as the panic saved it; null where it did not.</param>
    /// <param name="panic">What stopped the machine.</param>
    /// <param name="cancel">Stops the walk.</param>
    public StackTrace Walk(Vcpu? guest, CodeContext? inGuest, ulong? cr2, PanicInfo panic, CancellationToken cancel)
    {
        if (Panic.Registers is not { } registers) return new StackTrace([], "the hypervisor's registers are not in the dump", false);
        var context = new CodeContext
        {
            Kind = FrameKind.Hypervisor,
            Architecture = _xen.Architecture,
            Space = _xen.Space,
            Memory = _xen.Memory,
            Modules = _xen.Module is { } module ? [module] : [],
            Stacks = Panicking?.Stacks ?? [],
            KeepsFramePointers = true,
        };
        var environment = new UnwindEnvironment
        {
            Regs = new UserRegsLayout(_xen.Architecture, name => _xen.Layout("cpu_user_regs")?.OffsetOf(name) is { } o and < 4096 ? (int)o : null),
            RunsGuest = inGuest is not null,
            GuestContext = _ => inGuest,
            FaultAddress = record => XenFaultAddress.Of(record, guest, cr2, panic, record.Ring == 0 ? context : inGuest),
        };
        return FrameFactory.Code(context, registers, FoundBy.Context, pcIsReturnAddress: false) is { } start
            ? StackUnwinder.Walk(start, environment, cancel)
            : new StackTrace([], "the hypervisor's registers have no pc or stack pointer", false);
    }

    private static IReadOnlyList<PhysicalCpu> CpusOf(PhysicalCpu? first, IReadOnlyList<Domain> domains)
    {
        var byId = new SortedDictionary<int, PhysicalCpu>();
        if (first is not null) byId.Add(first.Id, first);
        foreach (var vcpu in domains.Where(d => d.Kind is DomainKind.Pv or DomainKind.Hvm).SelectMany(d => d.Vcpus))
        {
            if (vcpu.State != VcpuState.Running || vcpu.Processor is not (>= 0 and < DumpLimits.Cpus)) continue;
            if (!byId.TryGetValue(vcpu.Processor.Value, out var cpu)) byId.Add(vcpu.Processor.Value, cpu = new PhysicalCpu { Id = vcpu.Processor.Value, Current = vcpu });
            if (cpu.Current == vcpu) vcpu.RunningOn ??= cpu;
        }

        return [.. byId.Values];
    }
}
