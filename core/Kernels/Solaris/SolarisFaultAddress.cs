using System.Globalization;
using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// Which address a page fault of a Solaris kernel was at. The kernel prints it when a trap becomes a panic; the processor's register (cr2) is saved too, but later, so that it
/// may be of another fault; of a trap that did not panic only the instruction tells.
/// </summary>
public static partial class SolarisFaultAddress
{
    private const uint PageFault = 14;

    /// <summary>The address and where it is from; nulls where it is not known.</summary>
    /// <param name="record">Where the trap's <c>struct regs</c> stands.</param>
    /// <param name="registers">The registers in it.</param>
    /// <param name="error">The error code.</param>
    /// <param name="context">Where the interrupted code runs.</param>
    /// <param name="panic">What the kernel saved of its panic; null for a thread that did not panic.</param>
    public static (VirtualAddress? Address, string? Text) Of(VirtualAddress record, RegisterSet registers, uint error, CodeContext context, KernelPanic? panic)
    {
        if (Printed(panic?.Message) is { } printed && printed.Record == record) return (printed.Address, "as the panic's message has it");
        var saved = panic?["cr2"] is { } cr2 ? new VirtualAddress(cr2) : (VirtualAddress?)null;
        var access = FaultingAccess.Of(context, registers, PageFault, error, saved);
        if (saved is { } known && (access?.Address ?? known) == known) return (known, "cr2, as the panic saved it");
        if (access is not { Address: { } address }) return (null, null);
        return (address, saved is { } other ? $"{access.Text()}; {other}, cr2 as the panic saved it, is another fault's" : access.Text());
    }

    /// <summary>Where the message of a panic says that the registers of its trap are; null where it says nothing of them.</summary>
    internal static VirtualAddress? PrintedRecord(string? message) => Printed(message)?.Record;

    /// <summary>Where the registers of the trap are that became the panic, and its address, out of <c>BAD TRAP: type=e (#pf Page fault) rp=… addr=…</c> (die() of usr/src/uts/i86pc/os/trap.c).</summary>
    private static (VirtualAddress Record, VirtualAddress Address)? Printed(string? message)
    {
        if (message is null || BadTrap().Match(message) is not { Success: true } match) return null;
        return Number(match.Groups[1].ValueSpan) is { } rp && Number(match.Groups[2].ValueSpan) is { } address ? (rp, address) : null;
    }

    private static VirtualAddress? Number(ReadOnlySpan<char> hex) =>
        ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? new VirtualAddress(value) : null;

    [GeneratedRegex(@"BAD TRAP: .*\brp=(?:0x)?([0-9a-f]{1,16}) addr=(?:0x)?([0-9a-f]{1,16})\b", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex BadTrap();
}
