using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>The vcpus of a domain: <c>vcpu</c> is an array in the domain (Xen 3) or a pointer to one of <c>max_vcpus</c> pointers.</summary>
internal sealed class XenVcpus(XenImage xen, IReadOnlyList<PhysicalCpu> cpus, DiagnosticBag diagnostics)
{
    /// <summary>Its vcpus by id; those that do not point back at the domain are left out, with a diagnostic.</summary>
    public IReadOnlyList<Vcpu> Of(Domain domain, StructAt at)
    {
        var found = new List<Vcpu>();
        foreach (var address in Addresses(domain, at))
        {
            if (xen.At("vcpu", address) is { } v && v.Pointer("domain") == domain.Address && v.Number("vcpu_id") is { } id and < (ulong)DumpLimits.VcpusPerDomain)
                found.Add(Read(domain, v, (int)id));
            else
                diagnostics.Warn("xen/vcpu-unreadable", $"what should be a vcpu of domain {domain.Id} at {address} does not point back at the domain; left out.");
        }

        return found;
    }

    private IEnumerable<VirtualAddress> Addresses(Domain domain, StructAt at)
    {
        if (domain.Kind is DomainKind.Xen or DomainKind.Io or DomainKind.Cow) yield break;
        var member = at.Layout.Find("vcpu");
        bool inline = member?.Type is Types.ArrayType;
        var array = domain.Kind == DomainKind.Idle ? xen.AddressOf("idle_vcpu") : inline ? at.AddressOf("vcpu") : at.Pointer("vcpu");
        ulong count = domain.Kind == DomainKind.Idle ? (ulong)cpus.Count : at.Number("max_vcpus") ?? (member?.Type is Types.ArrayType { Count: { } n } ? n : 0);
        if (array is not { Value: not 0 } start)
        {
            foreach (var known in Running(domain.Address)) yield return known;
            yield break;
        }

        if (count > DumpLimits.VcpusPerDomain)
        {
            diagnostics.Warn("xen/vcpu-count", $"domain {domain.Id} claims {count} vcpus; only those that run are shown.");
            foreach (var known in Running(domain.Address)) yield return known;
            yield break;
        }

        for (ulong i = 0; i < count; i++)
            if (xen.PointerAt(start + i * (ulong)xen.Architecture.PointerSize) is { Value: not 0 } pointer) yield return pointer;
    }

    /// <summary>The domain's vcpus that a CPU runs: what is left where the array cannot be found.</summary>
    private IEnumerable<VirtualAddress> Running(VirtualAddress domain)
    {
        foreach (var cpu in cpus)
            if (CurrentOf(cpu) is { } current && xen.At("vcpu", current)?.Pointer("domain") == domain) yield return current;
    }

    private VirtualAddress? CurrentOf(PhysicalCpu cpu) =>
        cpu.CpuInfo is { } info ? xen.At("cpu_info", info)?.Pointer("current_vcpu") : null;

    private Vcpu Read(Domain domain, StructAt v, int id)
    {
        int bits = domain.Bits ?? 64;
        var runningOn = cpus.FirstOrDefault(c => CurrentOf(c) == v.Address);
        bool guest = domain.Kind is DomainKind.Pv or DomainKind.Hvm;
        var vcpu = new Vcpu
        {
            Id = id,
            Domain = domain,
            Address = v.Address,
            Processor = v.Number("processor") is { } p and < (ulong)DumpLimits.Cpus ? (int)p : null,
            State = StateOf(v, runningOn is not null),
            RunningOn = runningOn,
            PageTables = guest ? TablesOf(v, runningOn) : null,
            GuestCr2 = domain.Kind == DomainKind.Pv ? GuestCr2(v, bits) : null,
            SavedRegisters = guest ? SavedOf(v, bits) : null,
        };
        if (runningOn is not null) runningOn.Current = vcpu;
        return vcpu;
    }

    /// <summary>
    /// A vcpu's registers are saved in it when the CPU loads another guest. A CPU that goes idle leaves them where they are, at the top of its stack, and
    /// says so in <c>curr_vcpu</c> (lazy context switch, xen/arch/x86/domain.c).
    /// </summary>
    private RegisterSet? SavedOf(StructAt v, int bits)
    {
        foreach (var cpu in cpus)
            if (cpu.CpuInfo is { } info && CurrentOf(cpu) != v.Address && LoadedOn(cpu) == v.Address && xen.At("cpu_info", info) is { } top)
                return UserRegs.Read(top, "guest_cpu_user_regs", bits);
        if (xen.TypesAreGuessed) return null;
        return UserRegs.Read(v, "arch.user_regs", bits) ?? UserRegs.Read(v, "arch.guest_context.user_regs", bits);
    }

    private VirtualAddress? LoadedOn(PhysicalCpu cpu)
    {
        if (xen.AddressOf("per_cpu__curr_vcpu") is not { } template || xen.AddressOf("__per_cpu_offset") is not { } offsets) return null;
        return xen.Memory.TryReadU64(offsets + (ulong)cpu.Id * 8, out ulong offset) && xen.Memory.TryReadU64(template + offset, out ulong vcpu)
            ? new VirtualAddress(vcpu)
            : null;
    }

    /// <summary>A state from a guessed layout counts only if it fits what the CPUs say.</summary>
    private VcpuState? StateOf(StructAt v, bool running)
    {
        if (v.Number("runstate.state") is not { } state || state > 3) return null;
        return !xen.TypesAreGuessed || state == 0 == running ? (VcpuState)state : null;
    }

    /// <summary>
    /// The top page table. <c>arch.cr3</c> is what Xen loads for the vcpu; without types, what a CPU that runs the vcpu has loaded.
    /// </summary>
    private MachineAddress? TablesOf(StructAt v, PhysicalCpu? runningOn)
    {
        ulong? cr3 = xen.TypesAreGuessed ? runningOn?.Context?["cr3"] : v.Number("arch.cr3") ?? runningOn?.Context?["cr3"];
        return cr3 is { } value && value >> 12 != 0 ? new MachineAddress(value & 0x000f_ffff_ffff_f000) : null;
    }

    /// <summary>
    /// The address that the guest last faulted on, as Xen delivered it: <c>arch.pv.ctrlreg[2]</c>; else the copy in vcpu_info, whose place is public
    /// (public/xen.h and arch-x86/xen.h: arch.cr2 at byte 16 for 64-bit guests, 8 for 32-bit ones).
    /// </summary>
    private VirtualAddress? GuestCr2(StructAt v, int bits)
    {
        ulong? value = xen.TypesAreGuessed ? null : v.FirstNumber("arch.pv.ctrlreg[2]", "arch.pv_vcpu.ctrlreg[2]", "arch.guest_context.ctrlreg[2]");
        if (value is null && (v.Pointer("vcpu_info") ?? v.Pointer("vcpu_info_area.map")) is { Value: not 0 } info)
            value = bits == 32 ? (xen.Memory.TryReadU32(info + 8, out uint v32) ? v32 : null) : xen.Memory.TryReadU64(info + 16, out ulong v64) ? v64 : null;
        return value is { } cr2 and not 0 ? new VirtualAddress(cr2) : null;
    }
}
