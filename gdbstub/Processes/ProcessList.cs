using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.GdbStub.Layout;
using XenDumpAdapter.GdbStub.SymbolFiles;

namespace XenDumpAdapter.GdbStub.Processes;

/// <summary>
/// A target as processes and threads. Built once for a server; holds no selection, so every session may share it. Registers are looked up when a client wants them:
/// those of a running vcpu need the walk of its CPU's stack.
/// </summary>
internal sealed class ProcessList
{
    private const int MachineId = 1;
    private const int FirstDomainId = 2;
    private readonly DumpTarget _target;
    private readonly SymbolImage? _image;
    private readonly bool _allThreads;

    /// <summary>The processes of a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="view">Which process is the first.</param>
    /// <param name="allThreads">Whether the kernel's threads that no CPU runs are threads, too.</param>
    public ProcessList(DumpTarget target, GdbView view, bool allThreads = false)
    {
        _target = target;
        _image = SymbolImage.Of(target, allThreads);
        _allThreads = allThreads;
        var guests = target.Domains.Where(d => d.Kind is DomainKind.Pv or DomainKind.Hvm && d.Space is not null && d.Vcpus.Count > 0).Select(Guest).ToList();
        var machine = Machine();
        All = [machine, .. guests];
        var crashed = target.Panic.Vcpu?.Domain ?? target.Threads.FirstOrDefault(t => t.IsPanicking)?.Vcpu?.Domain;
        First = view == GdbView.Machine ? machine : guests.FirstOrDefault(g => g.Id == crashed?.Id + FirstDomainId) ?? guests.FirstOrDefault() ?? machine;
    }

    /// <summary>Every process, the machine first, then the guests by id.</summary>
    public IReadOnlyList<GdbProcess> All { get; }

    /// <summary>The one that a client sees first.</summary>
    public GdbProcess First { get; }

    /// <summary>The process of that id, or null.</summary>
    public GdbProcess? Find(long id) => All.FirstOrDefault(p => p.Id == id);

    private GdbProcess Machine()
    {
        var space = _target.Hypervisor?.Space ?? _target.Spaces.FirstOrDefault(s => s.Kind == AddressSpaceKind.Virtual);
        var threads = _target.Threads.Where(t => t.Cpu is not null || t.Vcpu is null).ToList();
        return new GdbProcess
        {
            Id = MachineId,
            Name = space?.Name ?? "machine",
            Layout = RegisterLayout.Of(_target.Architecture),
            Space = space,
            Threads = [.. threads.Select(Cpu), .. KernelThreads(0)],
            Image = _image,
            Module = _target.Hypervisor?.Module ?? (_target.Hypervisor is null && _target.Modules is [var only, ..] ? only : null),
            LinearBits = LinearBits(_target.Architecture),
        };
    }

    private GdbThread Cpu(TargetThread thread) => new(
        thread.Id, thread.Name, _ => name => thread.Registers?[name] ?? thread.Cpu?.Registers?[name] ?? thread.Cpu?.Context?[name])
    {
        Core = thread.Cpu?.Id,
        Signal = cancel => StopSignal.Of(_target, thread, cancel),
    };

    // By the target's own ids, which are those of "monitor stack", unless vcpus have taken them.
    private IEnumerable<GdbThread> KernelThreads(int taken)
    {
        if (!_allThreads || _target.MoreThreads is not [var first, ..]) return [];
        int shift = Math.Max(0, taken + 1 - first.Id);
        return _target.MoreThreads.Select(t => new GdbThread(t.Id + shift, t.Name, _ => name => t.Registers?[name]) { Signal = _ => GdbSignal.None });
    }

    // The kernel that the dump has the symbols of is dom0's.
    private SymbolImage? ImageOf(Domain domain, Architecture architecture) => domain.Id == 0 && _image?.Architecture == architecture ? _image : null;

    private GdbProcess Guest(Domain domain)
    {
        var architecture = (domain.Bits ?? domain.Space!.AddressBits) == 32 ? Architecture.Ia32 : Architecture.Amd64;
        return new GdbProcess
        {
            Id = domain.Id + FirstDomainId,
            Name = domain.Space!.Name,
            Layout = RegisterLayout.Of(architecture),
            Space = domain.Space,
            Threads =
            [
                .. domain.Vcpus.OrderByDescending(v => ThreadOf(v)?.IsPanicking == true).ThenBy(v => v.Id).Select(v => Vcpu(v, architecture.PointerSize * 8)),
                .. domain.Id == 0 ? KernelThreads(domain.Vcpus.Max(v => v.Id) + 1) : [],
            ],
            Module = domain.Kernel,
            Image = ImageOf(domain, architecture),
            LinearBits = LinearBits(architecture),
        };
    }

    private GdbThread Vcpu(Vcpu vcpu, int bits)
    {
        var thread = ThreadOf(vcpu);
        string state = vcpu.RunningOn is { } cpu ? $"on CPU {cpu.Id}" : vcpu.State?.ToString().ToLowerInvariant() ?? "state unknown";
        string name = $"{vcpu.Name} ({state}{(thread?.IsPanicking == true ? ", panicking" : "")})";
        return new GdbThread(vcpu.Id + 1, name, cancel =>
        {
            var registers = GuestRegisters(vcpu, thread, cancel);
            return register => Control(vcpu, register, bits) ?? registers?[register];
        })
        {
            Core = vcpu.RunningOn?.Id,
            Signal = cancel => thread is null ? GdbSignal.None : StopSignal.Of(_target, thread, cancel),
        };
    }

    private TargetThread? ThreadOf(Vcpu vcpu) => _target.Threads.FirstOrDefault(t => ReferenceEquals(t.Vcpu, vcpu));

    // While a vcpu runs its registers are where its CPU entered the hypervisor, in the one stack; what its last context switch saved is stale then.
    private static RegisterSet? GuestRegisters(Vcpu vcpu, TargetThread? thread, CancellationToken cancel)
    {
        if (thread is null) return vcpu.RunningOn is null ? vcpu.SavedRegisters : null;
        if (thread.Cpu is null) return thread.Registers ?? vcpu.SavedRegisters;
        return thread.Stack(cancel).Frames.FirstOrDefault(f => f.Context.Kind is FrameKind.Kernel or FrameKind.User)?.Registers;
    }

    // What the guest believes to be in cr2 and cr3; the CPU's own belong to the hypervisor. A PAE guest's cr3 holds no machine address above 4 GB as it is.
    private static ulong? Control(Vcpu vcpu, string name, int bits) => name switch
    {
        "cr2" => vcpu.GuestCr2?.Value,
        "cr3" => vcpu.PageTables is { } tables && (bits == 64 || tables.Value <= uint.MaxValue) ? tables.Value : null,
        _ => null,
    };

    // cr4.LA57 is bit 12. Where no cr4 is known the wider space is offered: it only bounds what clients may ask for.
    private int LinearBits(Architecture architecture)
    {
        if (architecture.InstructionSet == InstructionSet.Ia32) return 32;
        ulong? cr4 = _target.Cpus.Select(c => c.Registers?["cr4"] ?? c.Context?["cr4"]).FirstOrDefault(v => v is not null);
        return cr4 is { } v && (v >> 12 & 1) == 0 ? 48 : 57;
    }
}
