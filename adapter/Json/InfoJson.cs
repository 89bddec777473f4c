using System.Text.Json.Serialization;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Json;

/// <summary><c>xendump info --json</c>.</summary>
internal sealed record InfoJson
{
    /// <summary>What the user named.</summary>
    public required string Dump { get; init; }

    /// <summary>The dump's format.</summary>
    public required string Format { get; init; }

    /// <summary>Machine memory that the dump holds, bytes.</summary>
    public required ulong MemoryBytes { get; init; }

    /// <summary>Xen, or null.</summary>
    public required HypervisorJson? Hypervisor { get; init; }

    /// <summary>Physical CPUs.</summary>
    public required IReadOnlyList<CpuJson> Cpus { get; init; }

    /// <summary>Domains.</summary>
    public required IReadOnlyList<DomainJson> Domains { get; init; }

    /// <summary>The kernel; absent where it is not known to the model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KernelJson? Kernel { get; init; }

    /// <summary>What stopped the machine.</summary>
    public required PanicJson Panic { get; init; }

    /// <summary>Conclusions, most important first.</summary>
    public required IReadOnlyList<FindingJson> Findings { get; init; }

    /// <summary>How opening went.</summary>
    public required IReadOnlyList<StageJson> OpenReport { get; init; }

    /// <summary>What is wrong or doubtful.</summary>
    public required IReadOnlyList<DiagnosticJson> Diagnostics { get; init; }

    /// <summary>Images with symbols.</summary>
    public required IReadOnlyList<ModuleJson> Modules { get; init; }

    /// <summary>Address spaces that can be named.</summary>
    public required IReadOnlyList<string> Spaces { get; init; }

    /// <summary>The target's shape.</summary>
    public static InfoJson Of(DumpTarget target, CancellationToken cancel)
    {
        FindingJson[] findings = [.. Core.Diagnosis.Findings.Of(target, cancel).Select(f => new FindingJson(f.Id, f.Summary, f.Evidence))];
        ulong bytes = 0;
        foreach (var range in target.Image.Pages.Ranges) bytes = unchecked(bytes + range.Length);
        return new InfoJson
        {
            Dump = target.Name,
            Format = target.Image.FormatName,
            MemoryBytes = bytes,
            Hypervisor = HypervisorJson.Of(target.Hypervisor),
            Cpus = [.. target.Cpus.Select(CpuJson.Of)],
            Domains = [.. target.Domains.Select(DomainJson.Of)],
            Kernel = KernelJson.Of(target.Kernel),
            Panic = PanicJson.Of(target.Panic),
            Findings = findings,
            OpenReport = [.. target.Report.Stages.Select(s => new StageJson(s.Stage, Hex.Word(s.State), s.Text))],
            Diagnostics = DiagnosticJson.Of(target),
            Modules = [.. target.Modules.Select(ModuleJson.Of)],
            Spaces = [.. target.Spaces.Select(s => s.Name)],
        };
    }
}

/// <summary>A conclusion.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Evidence">What it rests on.</param>
internal sealed record FindingJson(string Id, string Summary, IReadOnlyList<string> Evidence);

/// <summary>A stage of opening.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="State"><c>ok</c>, <c>partial</c>, <c>failed</c>, <c>skipped</c>.</param>
/// <param name="Text">One sentence.</param>
internal sealed record StageJson(string Stage, string State, string Text);

/// <summary>What stopped the machine.</summary>
/// <param name="Kind"><c>none</c>, <c>hypervisor</c>, <c>domain</c>, <c>requested</c>.</param>
/// <param name="Message">One line, or null.</param>
/// <param name="Cpu">The CPU, or null.</param>
/// <param name="Vcpu">The vcpu, or null.</param>
/// <param name="Console">The console's lines about it.</param>
internal sealed record PanicJson(string Kind, string? Message, int? Cpu, string? Vcpu, IReadOnlyList<string> Console)
{
    /// <summary>The panic's shape.</summary>
    public static PanicJson Of(PanicInfo panic) => new(Hex.Word(panic.Kind), panic.Message, panic.Cpu?.Id, panic.Vcpu?.Name, panic.ConsoleLines);
}

/// <summary>An image.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Path">The file, or null.</param>
/// <param name="Start">Lowest address.</param>
/// <param name="End">One past the highest.</param>
/// <param name="BuildId">Build id, or null.</param>
/// <param name="Symbols">How many symbols.</param>
/// <param name="Types">Where its types come from, or null.</param>
/// <param name="Cfi">Whether it has call frame information.</param>
internal sealed record ModuleJson(string Name, string? Path, string Start, string End, string? BuildId, int Symbols, string? Types, bool Cfi)
{
    /// <summary>The image's shape.</summary>
    public static ModuleJson Of(Core.Types.Module m) =>
        new(m.Name, m.Path, m.Range.Start.ToString(), m.Range.End.ToString(), m.BuildId, m.Symbols.Count, m.Types?.Description, m.Cfi is not null);
}
