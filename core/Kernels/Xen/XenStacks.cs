using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// The stacks of one CPU: the primary one and one for each used IST entry. The processor itself says where the latter are: the TSS holds seven IST pointers
/// (from byte 36 on; Intel SDM volume 3, 64-bit TSS format) and the IDT says which vector uses which. For what they do not tell, the pages that
/// xen/arch/x86/include/asm/current.h documents since 4.14: 1 #MC, 2 NMI, 3 #DB, 4 #DF, 6-7 primary.
/// </summary>
internal sealed class XenStacks(XenImage xen)
{
    private const ulong PageSize = 4096;

    /// <summary>
    /// Bytes from the start of cpu_user_regs to the end of what the processor and the entry code push when ring 0 is interrupted (UREGS_kernel_sizeof: up to es).
    /// </summary>
    private readonly ulong _kernelRecord = xen.Layout("cpu_user_regs")?.OffsetOf("es") ?? 168;

    private static readonly (int Vector, string Name)[] IstVectors = [(2, "NMI"), (8, "#DF"), (18, "#MC"), (1, "#DB")];

    /// <summary>The stacks within <paramref name="whole"/>, the primary first.</summary>
    public IReadOnlyList<StackRange> Of(AddressRange whole, StructAt cpuInfo, int cpu, CpuContext? context)
    {
        // On its way into a crash kernel Xen takes the IST stacks out of the IDT (nmi_shootdown_cpus): code may have run on them before.
        var ist = FromProcessor(whole, cpu, context);
        ist.AddRange(ByConvention(whole).FindAll(s => ist.TrueForAll(known => known.Range != s.Range && known.Name != s.Name)));
        ist.Sort((a, b) => a.Range.Start.CompareTo(b.Range.Start));
        ulong lowest = whole.Length > 2 * PageSize ? whole.Length - 2 * PageSize : 0;
        var primary = new StackRange("primary", AddressRange.FromTo(whole.Start + lowest, whole.End), cpuInfo.Address);
        return [primary, .. ist];
    }

    private List<StackRange> FromProcessor(AddressRange whole, int cpu, CpuContext? context)
    {
        var found = new List<StackRange>();
        if (Tss(cpu, context) is not { } tss || Idt(cpu, context) is not { } idt) return found;
        foreach (var (vector, name) in IstVectors)
        {
            if (!xen.Memory.TryReadU8(idt + (ulong)vector * 16 + 4, out byte index) || (index & 7) is 0) continue;
            if (!xen.Memory.TryReadU64(tss + 36 + (ulong)((index & 7) - 1) * 8, out ulong top)) continue;

            // Some tops leave a few bytes free at the end of their page.
            var range = AddressRange.FromTo(new VirtualAddress(unchecked(top - 1) & ~(PageSize - 1)), new VirtualAddress(top));
            if (whole.Contains(range.Start) && whole.Contains(range.End - 1) && found.TrueForAll(s => s.Range != range))
                found.Add(new StackRange(name, range, range.End - _kernelRecord));
        }

        return found;
    }

    private List<StackRange> ByConvention(AddressRange whole)
    {
        var found = new List<StackRange>();
        if (whole.Length != 8 * PageSize) return found;
        foreach (var (page, name) in new[] { (1, "#MC"), (2, "NMI"), (3, "#DB"), (4, "#DF") })
        {
            var range = new AddressRange(whole.Start + (ulong)page * PageSize, PageSize);
            found.Add(new StackRange(name, range, range.End - _kernelRecord));
        }

        return found;
    }

    /// <summary>Since 4.14 eight shadow stack pointers stand before the TSS (xen/arch/x86/include/asm/processor.h, struct tss_page).</summary>
    private VirtualAddress? Tss(int cpu, CpuContext? context)
    {
        if (context?["tr_base"] is { } tr && tr != 0) return new VirtualAddress(tr);
        if (xen.AddressOf("per_cpu__tss_page") is not { } template || xen.AddressOf("__per_cpu_offset") is not { } offsets) return null;
        return xen.Memory.TryReadU64(offsets + (ulong)cpu * 8, out ulong offset) ? template + offset + (xen.Layout("tss_page")?.OffsetOf("tss") ?? 64) : null;
    }

    private VirtualAddress? Idt(int cpu, CpuContext? context)
    {
        if (context?["idt_base"] is { } idt && idt != 0) return new VirtualAddress(idt);
        if (xen.AddressOf("idt_tables") is { } tables && xen.Memory.TryReadU64(tables + (ulong)cpu * 8, out ulong table) && table != 0)
            return new VirtualAddress(table);
        return xen.AddressOf("idt_table");
    }
}
