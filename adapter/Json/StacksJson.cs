using System.Text.Json.Serialization;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Json;

/// <summary><c>xendump stack --json</c>.</summary>
/// <param name="Stacks">The stacks that were asked for.</param>
/// <param name="Diagnostics">What is wrong or doubtful.</param>
internal sealed record StacksJson(IReadOnlyList<StackJson> Stacks, IReadOnlyList<DiagnosticJson> Diagnostics)
{
    /// <summary>Walks the threads.</summary>
    public static StacksJson Of(DumpTarget target, IEnumerable<TargetThread> threads, StackReportOptions options, CancellationToken cancel)
    {
        StackJson[] stacks = [.. threads.Select(t => StackJson.Of(t, options, cancel))];
        return new StacksJson(stacks, DiagnosticJson.Of(target));
    }
}

/// <summary>A thread's stack.</summary>
internal sealed record StackJson
{
    /// <summary>1, 2, ….</summary>
    public required int Thread { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is what crashed.</summary>
    public required bool Panicking { get; init; }

    /// <summary>The physical CPU; null for a vcpu that runs on none.</summary>
    public required int? Cpu { get; init; }

    /// <summary>The vcpu, or null.</summary>
    public required string? Vcpu { get; init; }

    /// <summary>The trap that became the panic, where the frames begin at what it interrupted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExceptionJson? Trap { get; init; }

    /// <summary>Frames, innermost first.</summary>
    public required IReadOnlyList<FrameJson> Frames { get; init; }

    /// <summary>Why the walk ended.</summary>
    public required string Ended { get; init; }

    /// <summary>Whether that is the outermost frame, not a failure.</summary>
    public required bool Complete { get; init; }

    /// <summary>Walks the thread.</summary>
    public static StackJson Of(TargetThread thread, StackReportOptions options, CancellationToken cancel)
    {
        var stack = thread.Stack(cancel);
        return new StackJson
        {
            Thread = thread.Id,
            Name = thread.Name,
            Panicking = thread.IsPanicking,
            Cpu = thread.Cpu?.Id,
            Vcpu = thread.Vcpu?.Name,
            Trap = ExceptionJson.Of(stack.Trap?.Exception),
            Frames = [.. stack.Frames.Select(f => FrameJson.Of(f, options))],
            Ended = stack.Ended,
            Complete = stack.Complete,
        };
    }
}
