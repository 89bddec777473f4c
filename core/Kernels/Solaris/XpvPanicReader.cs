using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// Reads what the hypervisor handed over: the kernel counts in <c>xpv_panicking</c> and keeps the pointer in <c>xpv_panic_info</c> (usr/src/uts/i86xpv/os/xpv_panic.c). The
/// structure is the hypervisor's, so its own version says how it is laid out, not the kernel's types (usr/src/uts/i86xpv/sys/xpv_panic.h and its history).
/// </summary>
public static class XpvPanicReader
{
    /// <summary>Words before <c>pi_xen_start</c> where there is one: version, regs, apic, panicstr, ram_start, ram_end.</summary>
    private const int WordsInFront = 6;

    /// <summary>The hypervisor's panic; null where it did not panic. One whose structure cannot be read has version 0.</summary>
    public static XpvPanic? Read(SolarisImage image, DiagnosticBag diagnostics)
    {
        if (image.U32("xpv_panicking") is not { } count || unchecked((int)count) <= 0) return null;
        var start = image.Pointer("xen_virt_start") is { Value: not 0 } lowest ? lowest : (VirtualAddress?)null;
        if (image.Pointer("xpv_panic_info") is not { Value: not 0 } at)
        {
            diagnostics.Warn("solaris/xpv-panic-info", "the hypervisor panicked (xpv_panicking is set), but the dump does not say where what it handed over is (xpv_panic_info).");
            return new XpvPanic { Version = 0, XenStart = start };
        }

        if (!image.Memory.TryReadU32(at, out uint version))
        {
            diagnostics.Warn("solaris/xpv-panic-info", $"what the hypervisor handed over cannot be read: {image.Memory.Explain(at).Text}.");
            return new XpvPanic { Version = 0, XenStart = start };
        }

        int known = version is >= 1 and <= 3 ? (int)version : Guess(image, at);
        if (known != version)
            diagnostics.Warn("solaris/xpv-panic-version", $"the hypervisor's panic_info at {at} has version {version}; versions 1 to 3 are known, and it is read as version {known}.");
        return Read(image, at, known, start, diagnostics);
    }

    private static XpvPanic Read(SolarisImage image, VirtualAddress at, int version, VirtualAddress? start, DiagnosticBag diagnostics)
    {
        VirtualAddress? Word(int index) => image.PointerAt(at + (ulong)(index * image.Word)) is { Value: not 0 } value ? value : null;
        int stack = WordsInFront + (version >= 2 ? 2 : 0);
        var regs = Word(1);
        var values = regs is { } there ? SolarisRegs.ReadTrap(image, there) : null;
        if (values is null) diagnostics.Warn("solaris/xpv-panic-regs", $"the hypervisor's registers cannot be read: {(regs is { } r ? image.Memory.Explain(r).Text : "there is no pointer to them")}.");
        return new XpvPanic
        {
            Version = version,
            Registers = values is null ? null : SolarisRegs.Of(image.Architecture, values),
            Message = image.Text(Word(3), DumpLimits.PanicTextBytes),
            Ram = RangeOf(Word(4), Word(5)),
            Image = version >= 2 ? RangeOf(Word(6), Word(7)) : null,
            StackTop = Word(stack),
            Domain = Word(stack + 1),
            Vcpu = Word(stack + 2),
            Dom0Cpu = image.Memory.TryReadU32(at + (ulong)((stack + 3) * image.Word), out uint cpu) && cpu < DumpLimits.Cpus ? (int)cpu : null,
            XenStart = start,
        };
    }

    /// <summary>The version whose stack top is above the stack pointer, by at most a stack's size.</summary>
    private static int Guess(SolarisImage image, VirtualAddress at)
    {
        const ulong LargestStack = 0x8000;
        var sp = image.PointerAt(at + (ulong)image.Word) is { } regs && SolarisRegs.ReadTrap(image, regs) is { } values ? SolarisRegs.Of(image.Architecture, values)?.Sp : null;
        foreach (int version in (ReadOnlySpan<int>)[3, 1])
        {
            int stack = WordsInFront + (version >= 2 ? 2 : 0);
            if (sp is { } pointer && image.PointerAt(at + (ulong)(stack * image.Word)) is { } top && unchecked(top.Value - pointer.Value) <= LargestStack) return version;
        }

        return 3;
    }

    private static AddressRange? RangeOf(VirtualAddress? start, VirtualAddress? end) => start is { } s && end is { } e && e > s ? AddressRange.FromTo(s, e) : null;
}
