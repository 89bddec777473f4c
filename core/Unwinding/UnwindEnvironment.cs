using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>What a walk needs to know of the machine beyond its frames; the hypervisor's model gives it.</summary>
public sealed class UnwindEnvironment
{
    /// <summary>Layout of the exception records.</summary>
    public UserRegsLayout Regs { get; init; } = new();

    /// <summary>
    /// The context that a record with a guest selector was interrupted in; null where the CPU runs no guest (idle: what stands at the stack's top is stale),
    /// or one whose memory cannot be reached.
    /// </summary>
    public required Func<InterruptRecord, CodeContext?> GuestContext { get; init; }

    /// <summary>Whether the CPU was running a guest's vcpu: then the hypervisor's stack ends in that guest's registers.</summary>
    public bool RunsGuest { get; init; }

    /// <summary>The faulting address that belongs to a page-fault record, and whose it is; nulls where unknown.</summary>
    public required Func<InterruptRecord, (VirtualAddress? Address, string? Text)> FaultAddress { get; init; }
}
