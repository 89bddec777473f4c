using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.TestKit.Synthetic;

/// <summary>
/// A made-up host whose dom0 ran over its stack, small enough to know by heart: two CPUs, dom0 with two vcpus, a hypervisor with three typed
/// objects, a kernel with one, and a stack of five frames with a page fault in the middle.
/// </summary>
public sealed class CrashedHost
{
    /// <summary>Where Xen's image lies.</summary>
    public const ulong XenBase = 0xffff82d040000000;

    /// <summary><c>struct vcpu</c> of d0v0.</summary>
    public const ulong VcpuAddress = 0xffff8300031e4000;

    /// <summary><c>struct domain</c> of dom0.</summary>
    public const ulong DomainAddress = 0xffff830003f41000;

    /// <summary>The array <c>idle_vcpu</c>.</summary>
    public const ulong IdleVcpu = XenBase + 0x100000;

    /// <summary>The variable <c>nr_cpus</c>.</summary>
    public const ulong NrCpus = XenBase + 0x100100;

    /// <summary>The variable <c>hardware_domain</c>.</summary>
    public const ulong HardwareDomain = XenBase + 0x100108;

    /// <summary>Where dom0's kernel lies.</summary>
    public const ulong KernelBase = 0xffffffff80100000;

    /// <summary>The kernel's <c>kstack</c>.</summary>
    public const ulong KernelStack = KernelBase + 0x4000;

    /// <summary>The address that faulted, below <see cref="KernelStack"/>.</summary>
    public const ulong FaultAddress = KernelStack - 0x68;

    /// <summary>A host with its memory filled in.</summary>
    public CrashedHost()
    {
        Xen = AddressSpace.Of("xen", 64, XenMemory);
        Dom0 = AddressSpace.Of("dom0", 64, KernelMemory);
        Machine = AddressSpace.Of("machine", MachineMemory);
        FillMemory();
    }

    /// <summary>Xen's virtual memory.</summary>
    public SparseMemory<VirtualAddress> XenMemory { get; } = new();

    /// <summary>dom0's kernel's virtual memory.</summary>
    public SparseMemory<VirtualAddress> KernelMemory { get; } = new();

    /// <summary>Machine memory: sixteen bytes at 0x1000.</summary>
    public SparseMemory<MachineAddress> MachineMemory { get; } = new();

    /// <summary>Xen's space.</summary>
    public AddressSpace Xen { get; }

    /// <summary>dom0's space.</summary>
    public AddressSpace Dom0 { get; }

    /// <summary>The machine's space.</summary>
    public AddressSpace Machine { get; }

    /// <summary>What is wrong with the dump.</summary>
    public DiagnosticBag Diagnostics { get; } = new();

    /// <summary>The target; each call makes a new one over the same memory.</summary>
    public DumpTarget Open() => new CrashedHostTarget(this).Build();

    private void FillMemory()
    {
        XenMemory.Put64(IdleVcpu, 0xffff830003dfa000).Put64(IdleVcpu + 8, 0xffff8300031f5000);
        XenMemory.Put32(NrCpus, 2).Put64(HardwareDomain, DomainAddress);
        XenMemory.Put32(DomainAddress, 0).Put32(DomainAddress + 4, 11287).Put64(DomainAddress + 8, DomainAddress + 0x800);
        XenMemory.Put64(DomainAddress + 0x800, VcpuAddress).Put64(DomainAddress + 0x808, 0);
        XenMemory.Put32(VcpuAddress, 7).Put32(VcpuAddress + 4, 0xfffffffe).Put64(VcpuAddress + 8, DomainAddress);
        XenMemory.Put32(VcpuAddress + 16, 1).Put32(VcpuAddress + 20, 0b1011).Put64(VcpuAddress + 24, 0x1234);
        XenMemory.Put(VcpuAddress + 32, "vcpu0\0\0\0"u8);

        // machine_halt: cli; hlt; jmp back to the hlt.
        XenMemory.Put(XenBase + 0x1000, 0xfa, 0xf4, 0xeb, 0xfd, 0x90, 0x90, 0x90, 0x90);
        KernelMemory.Put(KernelStack, [.. Enumerable.Range(0, 64).Select(i => (byte)i)]);
        KernelMemory.Put(KernelStack + 64, "rootfs\0\0"u8);
        MachineMemory.Put(0x1000, "0123456789abcdef"u8);
    }

    internal static Module XenModule() => new()
    {
        Name = "xen",
        Path = "/lab/xen-syms",
        Range = new AddressRange(new VirtualAddress(XenBase), 0x400000),
        BuildId = "ca2e6ffe",
        Symbols = new TableSymbols(
            new Symbol("machine_halt", new VirtualAddress(XenBase + 0x1000), 8, SymbolKind.Function, true),
            new Symbol("default_idle", new VirtualAddress(XenBase + 0x2000), 0x40, SymbolKind.Function, false, "arch/x86/domain.c"),
            new Symbol("fault.constprop.0", new VirtualAddress(XenBase + 0x3000), 0x40, SymbolKind.Function, false),
            new Symbol("common_interrupt", new VirtualAddress(XenBase + 0x4000), 0x40, SymbolKind.None, true),
            new Symbol("idle_vcpu", new VirtualAddress(IdleVcpu), 32, SymbolKind.Object, true),
            new Symbol("nr_cpus", new VirtualAddress(NrCpus), 4, SymbolKind.Object, true),
            new Symbol("hardware_domain", new VirtualAddress(HardwareDomain), 8, SymbolKind.Object, true),
            new Symbol("untyped_thing", new VirtualAddress(IdleVcpu), 8, SymbolKind.Object, true)),
        Types = HostTypes.OfXen(),
    };

    internal static Module KernelModule() => new()
    {
        Name = "mini",
        Path = "/lab/mini.elf",
        Range = new AddressRange(new VirtualAddress(KernelBase), 0x10000),
        Symbols = new TableSymbols(
            new Symbol("_start", new VirtualAddress(KernelBase), 0x20, SymbolKind.None, true),
            new Symbol("walk_tree", new VirtualAddress(KernelBase + 0x2100), 0x80, SymbolKind.Function, true),
            new Symbol("kstack", new VirtualAddress(KernelStack), 8192, SymbolKind.Object, true)),
        Types = HostTypes.OfKernel(),
    };
}
