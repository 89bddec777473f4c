using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>What entry code saved of the code that an exception, interrupt or system call interrupted: Xen's record, or a kernel's own.</summary>
/// <param name="Address">Where it stands.</param>
public abstract record InterruptRecord(VirtualAddress Address)
{
    /// <summary>The vector, or the entry code's own number.</summary>
    public abstract uint Vector { get; }

    /// <summary>The error code; for vectors that push none, what the entry code put in its place.</summary>
    public abstract uint ErrorCode { get; }

    /// <summary>The interrupted pc.</summary>
    public abstract VirtualAddress Pc { get; }

    /// <summary>The interrupted stack pointer.</summary>
    public abstract VirtualAddress Sp { get; }

    /// <summary>cs.</summary>
    public abstract ushort Cs { get; }

    /// <summary>ss; 0 where the processor did not push it.</summary>
    public abstract ushort Ss { get; }

    /// <summary>The flags.</summary>
    public abstract ulong Flags { get; }

    /// <summary>Requested privilege level of the interrupted code: 0 is the most privileged.</summary>
    public int Ring => Cs & 3;

    /// <summary>Whether the interrupted code is the hypervisor's own.</summary>
    public abstract bool OfHypervisor { get; }

    /// <summary>Whether the interrupted code runs in the context that the record stands in; else in the guest's.</summary>
    internal abstract bool StaysInContext { get; }

    /// <summary>Whether it is known to be a device's or timer's interrupt, whose number is none of an exception.</summary>
    internal virtual bool IsInterrupt => false;

    /// <summary>The vector's name.</summary>
    internal virtual string Name => ExceptionNames.Name(Vector);

    /// <summary>The saved registers as a context of that architecture sees them.</summary>
    public abstract RegisterSet Registers(Architecture architecture);
}
