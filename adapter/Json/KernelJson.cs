using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Json;

/// <summary>A kernel's thread. What the dump does not give is null.</summary>
internal sealed record KernelThreadJson
{
    /// <summary>Where its structure is.</summary>
    public required string Address { get; init; }

    /// <summary>Its process's name.</summary>
    public required string? Process { get; init; }

    /// <summary>Process id.</summary>
    public required int? Pid { get; init; }

    /// <summary>Thread id within the process.</summary>
    public required int? Tid { get; init; }

    /// <summary><c>sleep</c>, <c>run</c>, <c>onproc</c>, ….</summary>
    public required string? State { get; init; }

    /// <summary>Priority.</summary>
    public required int? Priority { get; init; }

    /// <summary>What it sleeps on.</summary>
    public required string? WaitChannel { get; init; }

    /// <summary>What kind of thing that is.</summary>
    public required string? WaitsFor { get; init; }

    /// <summary>Its stack's lowest byte.</summary>
    public required string? StackBase { get; init; }

    /// <summary>One past its stack's highest.</summary>
    public required string? StackTop { get; init; }

    /// <summary>The kernel's CPU that runs it.</summary>
    public required int? Cpu { get; init; }

    /// <summary>The thread's shape.</summary>
    public static KernelThreadJson Of(KernelThread thread, KernelCpu? cpu) => new()
    {
        Address = thread.Address.ToString(),
        Process = thread.Name,
        Pid = thread.Pid,
        Tid = thread.Tid,
        State = thread.State is { } state ? Hex.Word(state) : null,
        Priority = thread.Priority,
        WaitChannel = Hex.Of(thread.WaitChannel),
        WaitsFor = thread.WaitsFor,
        StackBase = Hex.Of(thread.Stack?.Start),
        StackTop = Hex.Of(thread.Stack?.End),
        Cpu = cpu?.Id,
    };
}

/// <summary>The kernel of the dump, where it is known to the model. What the dump does not give is null.</summary>
internal sealed record KernelJson
{
    /// <summary><c>SunOS</c>.</summary>
    public required string? Sysname { get; init; }

    /// <summary>The host's name.</summary>
    public required string? Nodename { get; init; }

    /// <summary><c>5.11</c>.</summary>
    public required string? Release { get; init; }

    /// <summary>The build.</summary>
    public required string? Version { get; init; }

    /// <summary><c>i86pc</c>.</summary>
    public required string? Machine { get; init; }

    /// <summary><c>i86xpv</c>.</summary>
    public required string? Platform { get; init; }

    /// <summary>32 or 64.</summary>
    public required int Bits { get; init; }

    /// <summary>Its CPUs.</summary>
    public required IReadOnlyList<KernelCpuJson> Cpus { get; init; }

    /// <summary>Names of its modules in load order.</summary>
    public required IReadOnlyList<string> Modules { get; init; }

    /// <summary>What it saved when it panicked, by its own names.</summary>
    public required Dictionary<string, string>? PanicRegisters { get; init; }

    /// <summary>The thread that it says panicked.</summary>
    public required string? PanicThread { get; init; }

    /// <summary>The kernel's shape, or null.</summary>
    public static KernelJson? Of(Kernel? kernel) => kernel is null ? null : new KernelJson
    {
        Sysname = kernel.Utsname?.Sysname,
        Nodename = kernel.Utsname?.Nodename,
        Release = kernel.Utsname?.Release,
        Version = kernel.Utsname?.Version,
        Machine = kernel.Utsname?.Machine,
        Platform = kernel.Platform,
        Bits = kernel.Space.AddressBits,
        Cpus = [.. kernel.Cpus.Select(KernelCpuJson.Of)],
        Modules = [.. kernel.Modules.Select(m => m.Name)],
        PanicRegisters = kernel.Panic?.Values.DistinctBy(v => v.Key).ToDictionary(v => v.Key, v => Hex.Of(v.Value)!),
        PanicThread = Hex.Of(kernel.Panic?.Thread),
    };
}

/// <summary>A CPU as the kernel knows it.</summary>
internal sealed record KernelCpuJson
{
    /// <summary>Its number.</summary>
    public required int Id { get; init; }

    /// <summary>Where its structure is.</summary>
    public required string Address { get; init; }

    /// <summary><c>cpu_flags</c>.</summary>
    public required string? Flags { get; init; }

    /// <summary>Their names.</summary>
    public required IReadOnlyList<string> FlagNames { get; init; }

    /// <summary>Threads that wait for it.</summary>
    public required int? Runnable { get; init; }

    /// <summary>The thread that it runs.</summary>
    public required string? Thread { get; init; }

    /// <summary>That thread's process.</summary>
    public required string? Process { get; init; }

    /// <summary>The vcpu that it is, under Xen.</summary>
    public required string? Vcpu { get; init; }

    /// <summary>The CPU's shape.</summary>
    public static KernelCpuJson Of(KernelCpu cpu) => new()
    {
        Id = cpu.Id,
        Address = cpu.Address.ToString(),
        Flags = Hex.Of(cpu.Flags),
        FlagNames = cpu.FlagNames,
        Runnable = cpu.Runnable,
        Thread = Hex.Of(cpu.Thread),
        Process = cpu.Running?.Name,
        Vcpu = cpu.Vcpu?.Name,
    };
}
