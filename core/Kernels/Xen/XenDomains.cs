using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// The domains: <c>domain_list</c> through <c>next_in_list</c>, then Xen's own, which are on no list: the idle domain, <c>dom_xen</c>, <c>dom_io</c>,
/// <c>dom_cow</c>. Where types are a neighbouring build's table, a number is believed only if the dump agrees with itself.
/// </summary>
/// <param name="xen">The hypervisor.</param>
/// <param name="image">The dump: what else it records of domains.</param>
/// <param name="cpus">The physical CPUs that are known; those that run a vcpu are given it.</param>
/// <param name="diagnostics">Where lists that do not end and structures that cannot be read are reported.</param>
public sealed class XenDomains(XenImage xen, DumpImage image, IReadOnlyList<PhysicalCpu> cpus, DiagnosticBag diagnostics)
{
    private readonly XenVcpus _vcpus = new(xen, cpus, diagnostics);

    /// <summary>Ordinary domains by id, then Xen's own by id.</summary>
    public IReadOnlyList<Domain> Find()
    {
        if (xen.Layout("domain") is null) return [];
        var found = new Dictionary<ulong, Domain>();
        foreach (var address in Listed().Concat(OfXen()).Concat(OfCpus()))
            if (!found.ContainsKey(address.Value) && Read(address) is { } domain)
                found.Add(address.Value, domain);
        if (found.Values.All(d => d.Id != 0) && OfDom0() is { } missing) found.Add(missing.Address.Value, missing);
        return [.. found.Values.OrderBy(d => d.Kind is DomainKind.Pv or DomainKind.Hvm ? 0 : 1).ThenBy(d => d.Id)];
    }

    /// <summary>The list in domid order. Ends at null, at the first address met twice, or at the limit.</summary>
    private IEnumerable<VirtualAddress> Listed()
    {
        var seen = new HashSet<ulong>();
        var next = xen.Pointer("domain_list") ?? FromVmcoreInfo();
        while (next is { Value: not 0 } at)
        {
            if (!seen.Add(at.Value) || seen.Count > DumpLimits.Domains)
            {
                diagnostics.Warn("xen/domain-list-cycle", $"the list of domains does not end (domain at {at} again); stopped: cycle.");
                yield break;
            }

            yield return at;
            next = xen.At("domain", at)?.Pointer("next_in_list");
            if (next is null) diagnostics.Warn("xen/domain-list-cut", $"the list of domains is cut off after the domain at {at}: its next_in_list cannot be read.");
        }
    }

    /// <summary>VMCOREINFO_XEN names domain_list even where there are no symbols.</summary>
    private VirtualAddress? FromVmcoreInfo() =>
        VmcoreInfo.Number(image.XenVmcoreInfo, "SYMBOL(domain_list)", hex: true) is { } at
            ? xen.PointerAt(new VirtualAddress(at))
            : null;

    private IEnumerable<VirtualAddress> OfXen()
    {
        if (xen.Pointer("idle_vcpu") is { Value: not 0 } vcpu &&
            xen.At("vcpu", vcpu)?.Pointer("domain") is { Value: not 0 } idleDomain)
            yield return idleDomain;
        foreach (string name in new[] { "dom_xen", "dom_io", "dom_cow" })
            if (xen.Pointer(name) is { Value: not 0 } at) yield return at;
    }

    /// <summary>Domains that are only known from what the CPUs run: all that is left without symbols.</summary>
    private IEnumerable<VirtualAddress> OfCpus()
    {
        foreach (var cpu in cpus)
            if (cpu.CpuInfo is { } info && xen.At("cpu_info", info)?.Pointer("current_vcpu") is { } current &&
                xen.At("vcpu", current)?.Pointer("domain") is { Value: not 0 } domain)
                yield return domain;
    }

    /// <summary>
    /// dom0, where the list that should begin with it is damaged: <c>hardware_domain</c>, before 4.4 <c>dom0</c>. (Later builds have another <c>dom0</c> of their own.)
    /// </summary>
    private Domain? OfDom0()
    {
        foreach (string name in new[] { "hardware_domain", "dom0" })
            if (xen.Pointer(name) is { Value: not 0 } at && xen.At("domain", at) is { } domain && domain.Number("domain_id") == 0 && XenVcpus.IsProven(xen, domain))
                return Read(at);
        return null;
    }

    private Domain? Read(VirtualAddress address)
    {
        if (xen.At("domain", address) is not { } at || at.Number("domain_id") is not { } id || id > 0x7fff)
        {
            diagnostics.Warn("xen/domain-unreadable", $"the domain at {address} cannot be read: {xen.Memory.Explain(address).Text}.");
            return null;
        }

        bool believed = !xen.TypesAreGuessed || XenVcpus.IsProven(xen, at);
        var kind = KindOf((int)id, at, believed);
        int? bits = kind == DomainKind.Pv ? BitsOf(at) : null;
        var domain = new Domain
        {
            Id = (int)id,
            Address = address,
            Kind = kind,
            Bits = bits,
            TotalPages = Plausible(at, "tot_pages", believed),
            MaxPages = Plausible(at, "max_pages", believed),
            SharedInfo = at.Pointer("shared_info") is { Value: not 0 } shared ? shared : null,
            P2mFrameListList = kind == DomainKind.Pv ? FrameListList(at, (int)id, bits ?? 64) : null,
            State = kind is DomainKind.Pv or DomainKind.Hvm ? (believed ? DomainState.Of(at) : null) : "running",
        };
        domain.Vcpus = _vcpus.Of(domain, at, believed);
        return domain;
    }

    private static DomainKind KindOf(int id, StructAt at, bool believed) => id switch
    {
        0x7fff => DomainKind.Idle,
        0x7ff1 => DomainKind.Io,
        0x7ff2 => DomainKind.Xen,
        0x7ff3 => DomainKind.Cow,
        _ => believed && (at.Number("options") & 1 ?? at.FirstNumber("is_hvm", "guest_type")) is not (null or 0) ? DomainKind.Hvm : DomainKind.Pv,
    };

    private int BitsOf(StructAt at)
    {
        if (xen.Architecture.PointerSize == 4) return 32;
        int told = at.FirstNumber("arch.pv.is_32bit", "arch.pv_domain.is_32bit", "arch.is_32bit_pv") is 1 ? 32 : 64;
        return xen.TypesAreGuessed ? BitsFromGuestSelector(at.Address) ?? told : told;
    }

    /// <summary>The guest's kernel runs at ring 1 only where it is a 32-bit one (public/arch-x86/xen.h); ring 3 is used by both.</summary>
    private int? BitsFromGuestSelector(VirtualAddress domain)
    {
        foreach (var cpu in cpus)
        {
            if (cpu.CpuInfo is not { } address || xen.At("cpu_info", address) is not { } info) continue;
            if (info.Pointer("current_vcpu") is not { } current || xen.At("vcpu", current)?.Pointer("domain") != domain) continue;
            if (info.Number("guest_cpu_user_regs.cs") is { } cs && (cs & 0xffff) != 0) return (cs & 3) == 1 ? 32 : 64;
        }

        return null;
    }

    /// <summary>A count from a guessed layout counts only if a machine could have so many pages, or if it means no limit.</summary>
    private ulong? Plausible(StructAt at, string member, bool believed) =>
        at.Number(member) is { } n && (believed || n == uint.MaxValue || n <= image.Pages.FrameLimit) ? n : null;

    private ulong? FrameListList(StructAt at, int id, int bits)
    {
        if (id == 0 && image.XenCrash?.Dom0P2mFrameListList is { } noted and not 0) return noted;
        if (at.Pointer("shared_info") is not { Value: not 0 } shared) return null;

        // public/xen.h, struct shared_info: arch.pfn_to_mfn_frame_list_list follows vcpu_info[32], the event channel words, the wall clock and arch.max_pfn.
        // 64-bit: 0x800 + 0x400 + 0x10 + 8; 32-bit: 0x800 + 0x100 + 0xc + 4.
        bool ok = bits == 32
            ? xen.Memory.TryReadUnsigned(shared + 0x910, 4, out ulong mfn)
            : xen.Memory.TryReadUnsigned(shared + (xen.Layout("shared_info")?.OffsetOf("arch.pfn_to_mfn_frame_list_list") ?? 0xc18), 8, out mfn);
        return ok && mfn != 0 && mfn < image.Pages.FrameLimit ? mfn : null;
    }
}
