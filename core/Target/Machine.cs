using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Target;

/// <summary>Xen. Text is null where the dump or the symbols do not give it.</summary>
public sealed record Hypervisor
{
    /// <summary>Full version: <c>4.17.5</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Compiler text.</summary>
    public string? Compiler { get; init; }

    /// <summary>Who and when: compile date.</summary>
    public string? CompileDate { get; init; }

    /// <summary>Changeset text.</summary>
    public string? Changeset { get; init; }

    /// <summary>Build id of the running image, hex; null where memory does not give it.</summary>
    public string? BuildId { get; init; }

    /// <summary>Whether it is a debug build, as its banner says; null where unknown.</summary>
    public bool? Debug { get; init; }

    /// <summary>Xen's command line.</summary>
    public string? CommandLine { get; init; }

    /// <summary>The console ring, oldest line first; null where it cannot be read.</summary>
    public string? Console { get; init; }

    /// <summary>Where Xen's image lies in machine memory; null where unknown.</summary>
    public MachineAddress? PhysStart { get; init; }

    /// <summary>xen-syms, or null where there are no (fitting) symbols.</summary>
    public Module? Module { get; init; }

    /// <summary>The types by which it was read: its own, or a table measured of another build; null where there are none.</summary>
    public ITypeSource? Types { get; init; }

    /// <summary>Xen's address space.</summary>
    public required AddressSpace Space { get; init; }

    /// <summary>The virtual addresses that Xen keeps for itself in every address space of the machine; null where unknown.</summary>
    public AddressRange? Range { get; init; }
}

/// <summary>A physical CPU.</summary>
public sealed class PhysicalCpu
{
    /// <summary>Xen's number for it.</summary>
    public required int Id { get; init; }

    /// <summary>What the dump records of it; null for a CPU without a note.</summary>
    public CpuContext? Context { get; init; }

    /// <summary>Registers of <see cref="Context"/>; null likewise.</summary>
    public RegisterSet? Registers { get; init; }

    /// <summary>Address of its <c>struct cpu_info</c> at the top of its stack; null where unknown.</summary>
    public VirtualAddress? CpuInfo { get; init; }

    /// <summary>Its stacks: primary, and one for each IST entry; empty where unknown.</summary>
    public IReadOnlyList<StackRange> Stacks { get; init; } = [];

    /// <summary>The vcpu that it runs (perhaps an idle one); null where unknown.</summary>
    public Vcpu? Current { get; set; }
}

/// <summary>What a domain is.</summary>
public enum DomainKind
{
    /// <summary>A paravirtual guest.</summary>
    Pv,

    /// <summary>A hardware-assisted guest (HVM, PVH).</summary>
    Hvm,

    /// <summary>The idle domain (DOMID_IDLE, 0x7fff).</summary>
    Idle,

    /// <summary>DOMID_XEN (0x7ff2): owner of Xen's shared pages.</summary>
    Xen,

    /// <summary>DOMID_IO (0x7ff1): owner of I/O memory.</summary>
    Io,

    /// <summary>DOMID_COW (0x7ff3): owner of shared copy-on-write pages.</summary>
    Cow,
}

/// <summary>A domain. Members that this version of Xen does not have, or that cannot be read, are null.</summary>
public sealed class Domain
{
    /// <summary>Its id.</summary>
    public required int Id { get; init; }

    /// <summary>Address of its <c>struct domain</c>.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>What it is.</summary>
    public required DomainKind Kind { get; init; }

    /// <summary>Width of its kernel: 32 or 64 bits; null where unknown or not a guest.</summary>
    public int? Bits { get; init; }

    /// <summary>Pages it has.</summary>
    public ulong? TotalPages { get; init; }

    /// <summary>Pages it may have; 0xffffffff for no limit.</summary>
    public ulong? MaxPages { get; init; }

    /// <summary>Address of its shared_info in Xen's space.</summary>
    public VirtualAddress? SharedInfo { get; init; }

    /// <summary>MFN of its P2M's list of lists.</summary>
    public ulong? P2mFrameListList { get; init; }

    /// <summary>State in a word: <c>running</c>, <c>dying</c>, <c>shut down (crash)</c>, <c>paused</c>.</summary>
    public string? State { get; init; }

    /// <summary>Its vcpus, by id.</summary>
    public IReadOnlyList<Vcpu> Vcpus { get; set; } = [];

    /// <summary>Its kernel's image; null where there are no (fitting) symbols.</summary>
    public Module? Kernel { get; set; }

    /// <summary>Its kernel's address space; null where no vcpu's page tables are known.</summary>
    public AddressSpace? Space { get; set; }
}

/// <summary>What a vcpu does (<c>RUNSTATE_*</c> of xen/include/public/vcpu.h).</summary>
public enum VcpuState
{
    /// <summary>Running on a CPU.</summary>
    Running = 0,

    /// <summary>Could run, waits for a CPU.</summary>
    Runnable = 1,

    /// <summary>Waits for an event.</summary>
    Blocked = 2,

    /// <summary>Not up, or paused.</summary>
    Offline = 3,
}

/// <summary>A virtual CPU.</summary>
public sealed class Vcpu
{
    /// <summary>Number within its domain.</summary>
    public required int Id { get; init; }

    /// <summary>Its domain.</summary>
    public required Domain Domain { get; init; }

    /// <summary>Address of its <c>struct vcpu</c>.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>The CPU that it is placed on (<c>processor</c>); null where unknown.</summary>
    public int? Processor { get; init; }

    /// <summary>What it does; null where unknown.</summary>
    public VcpuState? State { get; init; }

    /// <summary>The CPU that is running it now; null where none is.</summary>
    public PhysicalCpu? RunningOn { get; set; }

    /// <summary>Machine address of its top page table (guest cr3); null where unknown.</summary>
    public MachineAddress? PageTables { get; init; }

    /// <summary>The guest's cr2 as Xen keeps it (<c>arch.pv.ctrlreg[2]</c> or vcpu_info); null where unknown.</summary>
    public VirtualAddress? GuestCr2 { get; init; }

    /// <summary>Registers saved at its last context switch; stale while it runs. Null where unknown.</summary>
    public RegisterSet? SavedRegisters { get; init; }

    /// <summary>As Xen's console writes it: <c>d0v0</c>; an idle vcpu <c>d[IDLE]v0</c>.</summary>
    public string Name => Domain.Kind == DomainKind.Idle ? $"d[IDLE]v{Id}" : $"d{Domain.Id}v{Id}";
}
