using System.Globalization;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// Which address a page fault was at. The hardware's register (cr2) is overwritten by every later fault, also by those that Xen makes and mends itself while it
/// prints the crash (it reads the stack and the code around the pc), so it is the last to be believed.
/// </summary>
public static class XenFaultAddress
{
    /// <summary>The longest instruction: a fetch can fault in any byte of it.</summary>
    private const ulong InstructionBytes = 15;

    private const uint InstructionFetch = 16;

    /// <summary>What fatal_trap and do_page_fault print (xen/arch/x86/traps.c).</summary>
    private const string Printed = "Faulting linear address: ";

    /// <summary>The address and where it is from; nulls where it is not known.</summary>
    /// <param name="record">The record of the page fault.</param>
    /// <param name="guest">The vcpu that the CPU ran, or null.</param>
    /// <param name="hardware">cr2 of the CPU, as the dump has it.</param>
    /// <param name="panic">What this CPU said when it stopped the machine; null for another CPU.</param>
    public static (VirtualAddress? Address, string? Text) Of(SavedRegs record, Vcpu? guest, ulong? hardware, PanicInfo? panic)
    {
        if ((record.ErrorCode & InstructionFetch) != 0)
        {
            ulong? known = record.Ring == 0 ? hardware : guest?.GuestCr2?.Value;
            return known is { } near && unchecked(near - record.Pc.Value) < InstructionBytes
                ? (new VirtualAddress(near), WithHardware(record.Ring == 0 ? "hardware cr2" : KeptFor(guest!), near, hardware))
                : (record.Pc, WithHardware("the pc, as an instruction was fetched", record.Pc.Value, hardware));
        }

        if (record.Ring != 0 && guest?.GuestCr2 is { } kept) return (kept, WithHardware(KeptFor(guest), kept.Value, hardware));
        if (record.Ring == 0 && FromConsole(panic) is { } printed) return (new VirtualAddress(printed), WithHardware("as Xen printed it", printed, hardware));
        if (hardware is not { } cr2) return (null, null);
        return (new VirtualAddress(cr2), record.Ring == 0 ? "hardware cr2" : "hardware cr2, as the guest's own is not known");
    }

    private static string KeptFor(Vcpu guest) => $"the guest's, as Xen keeps it for {guest.Name}";

    private static string WithHardware(string text, ulong address, ulong? hardware) =>
        hardware is { } later && later != address ? $"{text}; hardware cr2 is {AddressText.Hex(later)}, from a later access of Xen itself" : text;

    private static ulong? FromConsole(PanicInfo? panic)
    {
        if (panic?.Message is not { } message) return null;
        int at = message.IndexOf(Printed, StringComparison.Ordinal);
        if (at < 0) return null;
        var digits = message.AsSpan(at + Printed.Length);
        int end = 0;
        while (end < digits.Length && char.IsAsciiHexDigit(digits[end])) end++;
        return ulong.TryParse(digits[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : null;
    }
}
