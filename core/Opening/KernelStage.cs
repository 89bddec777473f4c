using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Opening;

/// <summary>From domains to address spaces that a user can name, and dom0's kernel symbols, checked against its memory.</summary>
internal sealed class KernelStage(PagedMemory machine, GuestContexts guests, SymbolFinder symbols, OpenStages stages, DiagnosticBag diagnostics)
{
    private const string Symbols = "dom0 symbols";
    private const string Physical = "dom0 physical memory";

    /// <summary>Gives each PV domain its space and dom0 its kernel; returns the spaces, dom0's first.</summary>
    public IReadOnlyList<AddressSpace> Open(IReadOnlyList<Domain> domains)
    {
        var spaces = new List<AddressSpace>();
        Domain? dom0 = null;
        IMemory<VirtualAddress>? dom0Memory = null;
        foreach (var domain in domains.Where(d => d.Kind == DomainKind.Pv))
        {
            if (MemoryOf(domain) is not { } memory) continue;
            domain.Space = AddressSpace.Of($"dom{domain.Id}", domain.Bits ?? 64, memory);
            spaces.Add(domain.Space);
            if (domain.Id == 0) (dom0, dom0Memory) = (domain, memory);
        }

        OpenKernel(dom0, dom0Memory);
        foreach (var domain in domains)
            if (OpenPhysical(domain) is { } space) spaces.Add(space);
        return spaces;
    }

    /// <summary>The tables of the vcpu that runs, else of the first that has any: they agree in the kernel's half.</summary>
    private IMemory<VirtualAddress>? MemoryOf(Domain domain) =>
        domain.Vcpus.OrderBy(v => v.RunningOn is null ? 1 : 0).Select(guests.MemoryOf).FirstOrDefault(m => m is not null);

    private void OpenKernel(Domain? dom0, IMemory<VirtualAddress>? memory)
    {
        stages.Begin(Symbols, "reading the dom0 kernel's symbols");
        if (dom0 is null || memory is null)
        {
            stages.Skipped(Symbols, "skipped: dom0's page tables are not known");
            return;
        }

        dom0.Kernel = new SymbolChoice(symbols, stages, diagnostics).Choose(SymbolRole.Kernel, Symbols, null, memory, dom0.Bits);
    }

    private AddressSpace? OpenPhysical(Domain domain)
    {
        if (domain.Kind != DomainKind.Pv || domain.P2mFrameListList is not { } list)
        {
            if (domain is { Id: 0, Kind: DomainKind.Pv }) stages.Skipped(Physical, "skipped: dom0 has not told Xen where its P2M is");
            return null;
        }

        var map = new PageFrameMap(machine, list, domain.Bits ?? 64);
        var memory = new TranslatedMemory<PhysicalAddress, MachineAddress>(map, machine);
        if (domain.Id == 0) stages.Ok(Physical, $"P2M from frame list list at MFN {AddressText.Hex(list)}");
        return AddressSpace.Of(domain.Id == 0 ? "phys" : $"phys{domain.Id}", memory);
    }
}
