using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Arch.Amd64;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// Where the code of paravirtual guests runs: the address space of a vcpu's own page tables. The tables of every PV guest on 64-bit Xen are long-mode
/// ones, also a 32-bit guest's, whose addresses are the lowest 4 GB of them.
/// </summary>
public sealed class GuestContexts(IMemory<MachineAddress> machine)
{
    /// <summary>Lowest address that a 64-bit PV guest's kernel may use: the upper half, of which Xen keeps the start for itself (public/arch-x86/xen-x86_64.h).</summary>
    private static readonly VirtualAddress KernelStart64 = new(0xffff_8000_0000_0000);

    private readonly Dictionary<VirtualAddress, CodeContext?> _byVcpu = [];
    private readonly Lock _lock = new();

    /// <summary>The context of a vcpu's kernel; null where its page tables are not known or it is not a PV guest's.</summary>
    public CodeContext? Of(Vcpu vcpu)
    {
        lock (_lock)
        {
            if (!_byVcpu.TryGetValue(vcpu.Address, out var context)) _byVcpu[vcpu.Address] = context = Make(vcpu);
            return context;
        }
    }

    /// <summary>Virtual memory through a vcpu's page tables; null where they are not known.</summary>
    public IMemory<VirtualAddress>? MemoryOf(Vcpu vcpu)
    {
        if (vcpu.Domain.Kind != DomainKind.Pv || vcpu.PageTables is not { } root) return null;
        var tables = PageTables.FromCr3(machine, root.Value, 0);
        return new TranslatedMemory<VirtualAddress, MachineAddress>(tables, machine);
    }

    private CodeContext? Make(Vcpu vcpu)
    {
        if (MemoryOf(vcpu) is not { } memory) return null;
        bool is32 = vcpu.Domain.Bits == 32;
        Module[] modules = vcpu.Domain.Kernel is { } kernel ? [kernel] : [];
        return new CodeContext
        {
            Kind = FrameKind.Kernel,
            Architecture = is32 ? Architecture.Ia32 : Architecture.Amd64,
            Space = vcpu.Domain.Space ?? AddressSpace.Of(vcpu.Name, is32 ? 32 : 64, memory),
            Memory = memory,
            Modules = modules,
            Vcpu = vcpu.Name,
            KernelStart = is32 ? null : KernelStart64,
        };
    }
}
