namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>A vcpu as it was built.</summary>
public sealed record BuiltVcpu(ulong Address, int Id, int Processor, int RunState);

/// <summary>A domain as it was built.</summary>
public sealed record BuiltDomain(ulong Address, int Id, uint Pages, IReadOnlyList<BuiltVcpu> Vcpus);

/// <summary>The hypervisor's side of a panic, as it was built.</summary>
public sealed record XpvSide
{
    /// <summary>Its module.</summary>
    public required KernelModule Module { get; init; }

    /// <summary>The hardware's CPUs.</summary>
    public required int Cpus { get; init; }

    /// <summary>The hardware's CPU that panicked.</summary>
    public required int PhysicalCpu { get; init; }

    /// <summary>The vcpu that it ran.</summary>
    public required BuiltVcpu Vcpu { get; init; }

    /// <summary>The domains in the order of Xen's list.</summary>
    public required IReadOnlyList<BuiltDomain> Domains { get; init; }

    /// <summary>What Xen calls itself.</summary>
    public required string Version { get; init; }

    /// <summary>Its frames above the first exception, innermost first.</summary>
    public required IReadOnlyList<ExpectedFrame> Frames { get; init; }

    /// <summary>Its frames between a fault of its own and the call of dom0's; empty where it had no fault of its own.</summary>
    public IReadOnlyList<ExpectedFrame> Nested { get; init; } = [];

    /// <summary>dom0's frames, innermost first.</summary>
    public required IReadOnlyList<ExpectedFrame> Guest { get; init; }

    /// <summary>A word behind a frame pointer that is no return address; 0 where there is none.</summary>
    public ulong NoReturn { get; init; }

    /// <summary>What Xen itself could not use.</summary>
    public ulong Cr2 { get; init; }
}
