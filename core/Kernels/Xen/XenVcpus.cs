using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>The vcpus of a domain: <c>vcpu</c> is an array in the domain (Xen 3) or a pointer to one of <c>max_vcpus</c> pointers.</summary>
internal sealed class XenVcpus(XenImage xen, IReadOnlyList<PhysicalCpu> cpus, DiagnosticBag diagnostics)
{
    private static readonly int[] PerCpuShifts = [12, 13];

    /// <summary>MAX_VIRT_CPUS of Xen 3, whose idle domain's vcpus stand in an array of the domain like all others.</summary>
    private const ulong InlineVcpus = 32;

    /// <summary>
    /// Whether a table's layout fits this domain: all that its own array of vcpus names are vcpus, point back at it and have the number of their place. The array stands
    /// behind everything else that is read of a domain, so that a build whose members lie elsewhere is found out. Only Xen 3 has the array in the domain.
    /// </summary>
    public static bool IsProven(XenImage xen, StructAt domain)
    {
        if (!xen.TypesAreGuessed) return true;
        if (domain.Layout.Find("vcpu") is not { Type: ArrayType { Count: <= InlineVcpus and { } count } } member) return false;
        int found = 0;
        for (ulong i = 0; i < count; i++)
        {
            if (xen.PointerAt(domain.Address + member.Offset + i * (ulong)xen.Architecture.PointerSize) is not { } pointer) return false;
            if (pointer.Value == 0) continue;
            if (xen.At("vcpu", pointer) is not { } vcpu || vcpu.Pointer("domain") != domain.Address || vcpu.Number("vcpu_id") != i) return false;
            found++;
        }

        return found > 0;
    }

    /// <summary>Its vcpus by id; those that do not point back at the domain are left out, with a diagnostic.</summary>
    public IReadOnlyList<Vcpu> Of(Domain domain, StructAt at, bool believed)
    {
        var found = new List<Vcpu>();
        foreach (var address in Addresses(domain, at))
        {
            if (xen.At("vcpu", address) is { } v && v.Pointer("domain") == domain.Address && v.Number("vcpu_id") is { } id and < (ulong)DumpLimits.VcpusPerDomain)
                found.Add(Read(domain, v, (int)id, believed));
            else
                diagnostics.Warn("xen/vcpu-unreadable", $"what should be a vcpu of domain {domain.Id} at {address} does not point back at the domain; left out.");
        }

        return found;
    }

    private IEnumerable<VirtualAddress> Addresses(Domain domain, StructAt at)
    {
        if (domain.Kind is DomainKind.Xen or DomainKind.Io or DomainKind.Cow) yield break;
        var member = at.Layout.Find("vcpu");
        ulong? inline = (member?.Type as ArrayType)?.Count;
        bool ofCpus = domain.Kind == DomainKind.Idle && inline is null;
        var array = ofCpus ? xen.AddressOf("idle_vcpu") : inline is not null ? at.AddressOf("vcpu") : at.Pointer("vcpu");
        ulong count = ofCpus ? (ulong)cpus.Count : at.Number("max_vcpus") ?? inline ?? 0;
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

    private Vcpu Read(Domain domain, StructAt v, int id, bool believed)
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
            State = StateOf(v, runningOn is not null, believed),
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
        if (UserRegs.Read(v, "arch.guest_context.user_regs", bits) is { } old) return !xen.TypesAreGuessed || IsOfGuest(v, "arch.guest_context.user_regs") ? old : null;
        return xen.TypesAreGuessed ? null : UserRegs.Read(v, "arch.user_regs", bits);
    }

    /// <summary>Whether what a table takes for a guest's registers can be some: a selector of an outer ring, as Xen lets no guest run in ring 0, and the flag that is always set.</summary>
    private static bool IsOfGuest(StructAt v, string path) =>
        v.Number($"{path}.cs") is { } cs && (cs & 3) != 0 && v.FirstNumber($"{path}.eflags", $"{path}.rflags") is { } flags && (flags & 2) != 0;

    /// <summary>
    /// The vcpu whose registers a CPU holds: <c>curr_vcpu</c>, in the older versions the first member of <c>percpu_ctxt</c> (xen/arch/x86/domain.c). A CPU's variables lie
    /// <c>__per_cpu_offset[]</c> further on; where there is no such array, the CPU's number times a power of two (PERCPU_SHIFT, xen/include/asm-x86/percpu.h).
    /// </summary>
    private VirtualAddress? LoadedOn(PhysicalCpu cpu)
    {
        if ((xen.AddressOf("per_cpu__curr_vcpu") ?? xen.AddressOf("per_cpu__percpu_ctxt")) is not { } template) return null;
        if (xen.AddressOf("__per_cpu_offset") is { } offsets)
            return xen.PointerAt(offsets + (ulong)cpu.Id * (ulong)xen.Architecture.PointerSize) is { } offset ? xen.PointerAt(template + offset.Value) : null;
        foreach (int shift in PerCpuShifts)
            if (xen.PointerAt(template + ((ulong)cpu.Id << shift)) is { Value: not 0 } vcpu && xen.At("vcpu", vcpu)?.Number("processor") == (ulong)cpu.Id) return vcpu;
        return null;
    }

    /// <summary>A state from a guessed layout counts only if the layout is proven, or if it fits what the CPUs say. A version without runstates has flags.</summary>
    private static VcpuState? StateOf(StructAt v, bool running, bool believed)
    {
        if (v.Layout.Find("runstate.state") is null) return believed ? StateOfFlags(v) : null;
        if (v.Number("runstate.state") is not { } state || state > 3) return null;
        return believed || state == 0 == running ? (VcpuState)state : null;
    }

    /// <summary>VCPUF_* of 3.0.4, xen/include/xen/sched.h: bit 2 blocked, 3 running, 5 down, 12 blocked in Xen.</summary>
    private static VcpuState? StateOfFlags(StructAt v) => v.Number("vcpu_flags") is not { } flags ? null
        : (flags & 1UL << 5) != 0 ? VcpuState.Offline
        : (flags & 1UL << 3) != 0 ? VcpuState.Running
        : (flags & (1UL << 2 | 1UL << 12)) != 0 ? VcpuState.Blocked
        : VcpuState.Runnable;

    /// <summary>
    /// The top page table. <c>arch.cr3</c> is what Xen loads for the vcpu; without types, what a CPU that runs the vcpu has loaded.
    /// </summary>
    private MachineAddress? TablesOf(StructAt v, PhysicalCpu? runningOn)
    {
        ulong? cr3 = xen.TypesAreGuessed ? runningOn?.Context?["cr3"] : v.Number("arch.cr3") ?? runningOn?.Context?["cr3"];

        // The table of four entries that a 32-bit Xen loads lies anywhere in a page (Intel SDM volume 3, PAE paging).
        ulong mask = xen.Architecture.PointerSize == 4 ? 0xffff_ffe0UL : 0x000f_ffff_ffff_f000;
        return cr3 is { } value && value >> 12 != 0 ? new MachineAddress(value & mask) : null;
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
