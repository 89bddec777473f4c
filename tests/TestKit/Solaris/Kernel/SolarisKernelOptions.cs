namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>What kernel is built. Everything else is the dice's, which fall alike for a seed.</summary>
public sealed record SolarisKernelOptions
{
    /// <summary>32 or 64.</summary>
    public int WordSize { get; init; } = 64;

    /// <summary>Structures of September 2007 instead of January 2015.</summary>
    public bool Is2007 { get; init; }

    /// <summary>Of addresses, names and sizes.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>CPUs.</summary>
    public int Cpus { get; init; } = 2;

    /// <summary>Threads beside those that every kernel has: of CPUs and of system processes.</summary>
    public int Threads { get; init; } = 40;

    /// <summary>User processes.</summary>
    public int Processes { get; init; } = 6;

    /// <summary>Modules beside unix and genunix, at least 4.</summary>
    public int Modules { get; init; } = 6;

    /// <summary>Whether it runs on Xen.</summary>
    public bool IsXpv { get; init; }

    /// <summary>Pages of a thread's stack; 0 for what such a kernel has.</summary>
    public int StackPages { get; init; }

    /// <summary>Whether modules carry their types.</summary>
    public bool HasTypes { get; init; } = true;
}
