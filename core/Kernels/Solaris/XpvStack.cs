using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>The hypervisor's stack that panicked, and what <c>struct cpu_info</c> at its top says (xen/include/asm-x86/current.h).</summary>
/// <param name="Range">The stack.</param>
/// <param name="CpuInfo">Where <c>cpu_info</c> stands: the guest's registers first.</param>
/// <param name="Processor">Number of the physical CPU.</param>
/// <param name="Vcpu">The vcpu that it ran; null where that cannot be read.</param>
public sealed record XpvStack(AddressRange Range, VirtualAddress CpuInfo, int Processor, VirtualAddress? Vcpu)
{
    /// <summary>STACK_SIZE: 16 KB on ia32 and up to 3.1, 32 KB from 3.2 on.</summary>
    private static readonly ulong[] Sizes = [0x4000, 0x8000];

    /// <summary>Finds it: the top that Xen handed over, else the end of the aligned stack that the panic's stack pointer lies in. Believed if <c>cpu_info</c> there names the vcpu that Xen handed over, or any CPU at all where it handed none; where the one that it handed is not in the dump, one whose vcpu says that it runs there.</summary>
    public static XpvStack? Find(XenImage xen, XpvPanic panic)
    {
        foreach (var (top, size) in Tops(panic))
            if (At(xen, panic, top, size) is { } stack) return stack;
        return null;
    }

    private static IEnumerable<(VirtualAddress Top, ulong Size)> Tops(XpvPanic panic)
    {
        var sp = panic.Registers?.Sp;
        if (panic.StackTop is { Value: not 0 } told)
            foreach (ulong size in Sizes)
                if (sp is not { } inside || unchecked(told.Value - inside.Value) <= size) yield return (told, size);
        if (sp is not { Value: not 0 } pointer) yield break;
        foreach (ulong size in Sizes) yield return (new VirtualAddress(unchecked((pointer.Value | (size - 1)) + 1)), size);
    }

    private static XpvStack? At(XenImage xen, XpvPanic panic, VirtualAddress top, ulong size)
    {
        if (xen.Layout("cpu_info") is not { Size: > 0 } layout || xen.At("cpu_info", top - layout.Size) is not { } info) return null;
        if (info.Number("processor_id") is not { } id || id >= (ulong)DumpLimits.Cpus) return null;
        var vcpu = info.Pointer("current_vcpu");
        if (panic.Vcpu is { Value: not 0 } told && vcpu != told && (xen.Memory.TryReadU32(told, out _) || !RunsOn(xen, vcpu, id))) return null;
        return new XpvStack(AddressRange.FromTo(top - size, top), info.Address, (int)id, vcpu);
    }

    private static bool RunsOn(XenImage xen, VirtualAddress? vcpu, ulong processor) => vcpu is { } at && xen.At("vcpu", at)?.Number("processor") == processor;
}
