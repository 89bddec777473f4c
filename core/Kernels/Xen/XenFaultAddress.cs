using System.Globalization;
using XenDumpAdapter.Core.Arch;
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
    private const uint InstructionFetch = 16;

    /// <summary>What fatal_trap and do_page_fault print (xen/arch/x86/traps.c).</summary>
    private const string Printed = "Faulting linear address: ";

    /// <summary>
    /// Bytes below the guest's stack pointer that the event frame of a fault can reach when Xen delivers it on the stack that the guest's kernel ran on
    /// (create_bounce_frame, xen/arch/x86/x86_32/entry.S: error code, eip, cs, eflags; x86_64/entry.S: rcx, r11, error code, rip, cs, rflags, rsp, ss, from a
    /// stack pointer that is aligned down to 16).
    /// </summary>
    private static ulong EventFrameReach(InstructionSet set) => set == InstructionSet.Ia32 ? 4 * 4UL : 8 * 8UL + 15;

    /// <summary>The address and where it is from; nulls where it is not known.</summary>
    /// <param name="record">The record of the page fault.</param>
    /// <param name="guest">The vcpu that the CPU ran, or null.</param>
    /// <param name="hardware">cr2 of the CPU, as the dump has it.</param>
    /// <param name="panic">What this CPU said when it stopped the machine; null for another CPU.</param>
    /// <param name="interrupted">Where the interrupted code runs: with it the instruction says which address it touched. Null where that is not known.</param>
    public static (VirtualAddress? Address, string? Text) Of(InterruptRecord record, Vcpu? guest, ulong? hardware, PanicInfo? panic, CodeContext? interrupted = null)
    {
        VirtualAddress? kept = record.OfHypervisor ? FromConsole(panic) : guest?.GuestCr2;
        string keptText = record.OfHypervisor ? "as Xen printed it" : guest is null ? "" : $"the guest's, as Xen keeps it for {guest.Name}";
        string later = hardware is { } cr2 ? LaterText(record, interrupted, panic, cr2) : "";
        string With(string text, VirtualAddress address) => hardware is { } other && other != address.Value ? $"{text}; {later}" : text;

        if ((record.ErrorCode & InstructionFetch) != 0)
        {
            var known = record.OfHypervisor ? hardware : kept?.Value;
            return known is { } near && unchecked(near - record.Pc.Value) < InstructionAccess.LongestInstruction
                ? (new VirtualAddress(near), With(record.OfHypervisor ? "hardware cr2" : keptText, new VirtualAddress(near)))
                : (record.Pc, With("the pc, as an instruction was fetched", record.Pc));
        }

        if (Computed(record, interrupted, kept, hardware) is { } access)
        {
            string stale = kept is { } old && old != access.Address ? $"; {AddressText.Hex(old.Value)}, {keptText}, is another fault's" : "";
            return (access.Address, With(access.Text() + stale, access.Address!.Value));
        }

        if (kept is { } believed) return (believed, With(keptText, believed));
        if (hardware is not { } last) return (null, null);
        return (new VirtualAddress(last), record.OfHypervisor ? "hardware cr2" : "hardware cr2, as the guest's own is not known");
    }

    /// <summary>
    /// The access that the instruction itself proves to have faulted, where neither the address that was kept nor, for Xen's own faults, the hardware's is one
    /// that it touches. Null where one of them is, or where the instruction does not tell.
    /// </summary>
    private static FaultingAccess? Computed(InterruptRecord record, CodeContext? interrupted, VirtualAddress? kept, ulong? hardware)
    {
        if (interrupted is null) return null;
        var registers = record.Registers(interrupted.Architecture);
        var recorded = kept ?? (record.OfHypervisor && hardware is { } cr2 ? new VirtualAddress(cr2) : null);
        if (FaultingAccess.Of(interrupted, registers, record.Vector, record.ErrorCode, recorded) is not { Address: { } address } access) return null;
        return address == recorded ? null : access;
    }

    private static string LaterText(InterruptRecord record, CodeContext? interrupted, PanicInfo? panic, ulong cr2)
    {
        ulong below = unchecked(record.Sp.Value - cr2);
        bool push = record is SavedRegs { OfHypervisor: false } && panic is { Kind: PanicKind.Domain } && interrupted is not null
            && below > 0 && below <= EventFrameReach(interrupted.Architecture.InstructionSet)
            && (interrupted.KernelStart is not { } kernel || record.Pc >= kernel);
        return push
            ? string.Create(CultureInfo.InvariantCulture, $"hardware cr2 is {AddressText.Hex(cr2)}: Xen's own failed push, {below} bytes below the guest's stack pointer {record.Sp}, when it tried to deliver the fault")
            : $"hardware cr2 is {AddressText.Hex(cr2)}, from a later access of Xen itself";
    }

    private static VirtualAddress? FromConsole(PanicInfo? panic)
    {
        if (panic?.Message is not { } message) return null;
        int at = message.IndexOf(Printed, StringComparison.Ordinal);
        if (at < 0) return null;
        var digits = message.AsSpan(at + Printed.Length);
        int end = 0;
        while (end < digits.Length && char.IsAsciiHexDigit(digits[end])) end++;
        return ulong.TryParse(digits[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? new VirtualAddress(value) : null;
    }
}
