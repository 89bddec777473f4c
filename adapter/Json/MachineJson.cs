using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Json;

/// <summary>Xen. What the dump does not give is null.</summary>
internal sealed record HypervisorJson
{
    /// <summary>Always <c>Xen</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Full version.</summary>
    public required string? Version { get; init; }

    /// <summary>Whether it is a debug build.</summary>
    public required bool? Debug { get; init; }

    /// <summary>Compiler.</summary>
    public required string? Compiler { get; init; }

    /// <summary>Compile date.</summary>
    public required string? CompileDate { get; init; }

    /// <summary>Changeset.</summary>
    public required string? Changeset { get; init; }

    /// <summary>Build id.</summary>
    public required string? BuildId { get; init; }

    /// <summary>Command line.</summary>
    public required string? CommandLine { get; init; }

    /// <summary>Machine address of the image.</summary>
    public required string? PhysStart { get; init; }

    /// <summary>The symbol file, or null.</summary>
    public required string? Symbols { get; init; }

    /// <summary>The console ring's lines, oldest first; null where it cannot be read.</summary>
    public required IReadOnlyList<string>? Console { get; init; }

    /// <summary>The hypervisor's shape, or null.</summary>
    public static HypervisorJson? Of(Hypervisor? xen) => xen is null ? null : new HypervisorJson
    {
        Name = "Xen",
        Version = xen.Version,
        Debug = xen.Debug,
        Compiler = xen.Compiler,
        CompileDate = xen.CompileDate,
        Changeset = xen.Changeset,
        BuildId = xen.BuildId,
        CommandLine = xen.CommandLine,
        PhysStart = xen.PhysStart?.ToString(),
        Symbols = xen.Module?.Path,
        Console = xen.Console?.TrimEnd('\n').Split('\n'),
    };
}

/// <summary>A physical CPU.</summary>
internal sealed record CpuJson
{
    /// <summary>Its number.</summary>
    public required int Id { get; init; }

    /// <summary>Address of its <c>struct cpu_info</c>, or null.</summary>
    public required string? CpuInfo { get; init; }

    /// <summary>The vcpu that it runs, or null.</summary>
    public required string? Current { get; init; }

    /// <summary>Address of that <c>struct vcpu</c>, or null.</summary>
    public required string? CurrentAddress { get; init; }

    /// <summary>Its stacks.</summary>
    public required IReadOnlyList<StackRangeJson> Stacks { get; init; }

    /// <summary>Where its registers come from, or null.</summary>
    public required string? Source { get; init; }

    /// <summary>Its registers, or null.</summary>
    public required Dictionary<string, string>? Registers { get; init; }

    /// <summary>The CPU's shape.</summary>
    public static CpuJson Of(PhysicalCpu cpu) => new()
    {
        Id = cpu.Id,
        CpuInfo = Hex.Of(cpu.CpuInfo),
        Current = cpu.Current?.Name,
        CurrentAddress = Hex.Of(cpu.Current?.Address),
        Stacks = [.. cpu.Stacks.Select(s => new StackRangeJson(s.Name, s.Range.Start.ToString(), s.Range.End.ToString(), Hex.Of(s.RecordAt)))],
        Source = cpu.Context?.Source,
        Registers = cpu.Registers is { } r ? Hex.Of(r) : null,
    };
}

/// <summary>A stack.</summary>
/// <param name="Name"><c>primary</c>, <c>NMI</c>, ….</param>
/// <param name="Start">Its lowest byte.</param>
/// <param name="End">One past its highest.</param>
/// <param name="Record">Where the exception record stands when it was entered from outside, or null.</param>
internal sealed record StackRangeJson(string Name, string Start, string End, string? Record);

/// <summary>A domain.</summary>
internal sealed record DomainJson
{
    /// <summary>Its id.</summary>
    public required int Id { get; init; }

    /// <summary>Address of its <c>struct domain</c>.</summary>
    public required string Address { get; init; }

    /// <summary><c>pv</c>, <c>hvm</c>, <c>idle</c>, <c>xen</c>, <c>io</c>, <c>cow</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>32 or 64, or null.</summary>
    public required int? Bits { get; init; }

    /// <summary>Its state in a word, or null.</summary>
    public required string? State { get; init; }

    /// <summary>Pages it has, or null.</summary>
    public required ulong? TotalPages { get; init; }

    /// <summary>Pages it may have, 4294967295 for no limit; or null.</summary>
    public required ulong? MaxPages { get; init; }

    /// <summary>Address of its shared_info, or null.</summary>
    public required string? SharedInfo { get; init; }

    /// <summary>MFN of its P2M's list of lists, or null.</summary>
    public required string? P2mMfn { get; init; }

    /// <summary>Its kernel's symbol file, or null.</summary>
    public required string? Kernel { get; init; }

    /// <summary>Its vcpus.</summary>
    public required IReadOnlyList<VcpuJson> Vcpus { get; init; }

    /// <summary>The domain's shape.</summary>
    public static DomainJson Of(Domain d) => new()
    {
        Id = d.Id,
        Address = d.Address.ToString(),
        Kind = Hex.Word(d.Kind),
        Bits = d.Bits,
        State = d.State,
        TotalPages = d.TotalPages,
        MaxPages = d.MaxPages,
        SharedInfo = Hex.Of(d.SharedInfo),
        P2mMfn = Hex.Of(d.P2mFrameListList),
        Kernel = d.Kernel?.Path,
        Vcpus = [.. d.Vcpus.Select(VcpuJson.Of)],
    };
}

/// <summary>A vcpu.</summary>
internal sealed record VcpuJson
{
    /// <summary>Its number in the domain.</summary>
    public required int Id { get; init; }

    /// <summary><c>d0v0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Address of its <c>struct vcpu</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The CPU that it is placed on, or null.</summary>
    public required int? Processor { get; init; }

    /// <summary><c>running</c>, <c>runnable</c>, <c>blocked</c>, <c>offline</c>, or null.</summary>
    public required string? State { get; init; }

    /// <summary>Whether a CPU is running it.</summary>
    public required bool Current { get; init; }

    /// <summary>That CPU, or null.</summary>
    public required int? Cpu { get; init; }

    /// <summary>Machine address of its page tables, or null.</summary>
    public required string? PageTables { get; init; }

    /// <summary>The guest's cr2 as Xen keeps it, or null.</summary>
    public required string? Cr2 { get; init; }

    /// <summary>The vcpu's shape.</summary>
    public static VcpuJson Of(Vcpu v) => new()
    {
        Id = v.Id,
        Name = v.Name,
        Address = v.Address.ToString(),
        Processor = v.Processor,
        State = FrameText.State(v.State),
        Current = v.RunningOn is not null,
        Cpu = v.RunningOn?.Id,
        PageTables = v.PageTables?.ToString(),
        Cr2 = Hex.Of(v.GuestCr2),
    };
}
