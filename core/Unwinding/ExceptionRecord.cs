using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>An exception, interrupt or system call as the processor and Xen's entry code recorded it (<c>struct cpu_user_regs</c>).</summary>
public sealed record ExceptionRecord
{
    /// <summary>Where the record stands, in the hypervisor's address space.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>The vector (0-255), or Xen's own number above that (256: syscall, 257: sysenter).</summary>
    public required uint Vector { get; init; }

    /// <summary>Its name: <c>#PF</c>, <c>NMI</c>, <c>IRQ 0xf0</c>, <c>syscall</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The error code; for vectors that push none, what the entry code put in its place.</summary>
    public required uint ErrorCode { get; init; }

    /// <summary>The error code in words (<c>write to a page that is not present, in kernel mode</c>); empty where the vector has none.</summary>
    public required string ErrorText { get; init; }

    /// <summary>Faulting address of a page fault (what the guest or Xen touched); null where there is none or it is not known.</summary>
    public VirtualAddress? FaultAddress { get; init; }

    /// <summary>Whose the address is and where it was taken from: <c>guest cr2 in vcpu</c>, <c>hardware cr2</c>; also other addresses that must not be mixed up with it. Null where nothing is to be said.</summary>
    public string? FaultAddressText { get; init; }

    /// <summary>Selector and pc of the interrupted code.</summary>
    public required ushort Cs { get; init; }

    /// <summary>Interrupted pc.</summary>
    public required VirtualAddress Pc { get; init; }

    /// <summary>Selector of the interrupted stack.</summary>
    public required ushort Ss { get; init; }

    /// <summary>Interrupted stack pointer.</summary>
    public required VirtualAddress Sp { get; init; }
}
