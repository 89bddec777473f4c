using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// What the hypervisor handed to the kernel when it panicked: <c>struct panic_info</c> of a Sun-built Xen (usr/src/uts/i86xpv/os/xpv_panic.c reads it through
/// <c>xpv_panic_info</c>). Members that the version lacks or that cannot be read are null.
/// </summary>
public sealed record XpvPanic
{
    /// <summary><c>pi_version</c>: 1, 2 or 3; 0 where the structure cannot be read, then only <see cref="XenStart"/> may be known.</summary>
    public required int Version { get; init; }

    /// <summary>Registers at the panic (<c>pi_regs</c>, a <c>struct regs</c>): those of the hypervisor.</summary>
    public RegisterSet? Registers { get; init; }

    /// <summary>The message, or the format of it (<c>pi_panicstr</c>).</summary>
    public string? Message { get; init; }

    /// <summary>Top of the hypervisor's stack that panicked (<c>pi_stktop</c>).</summary>
    public VirtualAddress? StackTop { get; init; }

    /// <summary>The domain that ran (<c>pi_domain</c>).</summary>
    public VirtualAddress? Domain { get; init; }

    /// <summary>The vcpu that ran (<c>pi_vcpu</c>).</summary>
    public VirtualAddress? Vcpu { get; init; }

    /// <summary>The kernel's CPU that crashed, where dom0 did (<c>pi_dom0cpu</c>).</summary>
    public int? Dom0Cpu { get; init; }

    /// <summary>Where the hypervisor maps all RAM (<c>pi_ram_start</c> to <c>pi_ram_end</c>): of it only <see cref="Image"/> is in the dump.</summary>
    public AddressRange? Ram { get; init; }

    /// <summary>The hypervisor's own text and heap within <see cref="Ram"/> (<c>pi_xen_start</c> to <c>pi_xen_end</c>, version 2 on).</summary>
    public AddressRange? Image { get; init; }

    /// <summary>Lowest address that the hypervisor keeps for itself (<c>xen_virt_start</c>).</summary>
    public VirtualAddress? XenStart { get; init; }
}
