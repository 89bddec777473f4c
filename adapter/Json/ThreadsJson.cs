using System.Text.Json.Serialization;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Json;

/// <summary><c>xendump threads --json</c>.</summary>
/// <param name="Threads">The threads.</param>
internal sealed record ThreadsJson(IReadOnlyList<ThreadJson> Threads)
{
    /// <summary>The target's threads.</summary>
    public static ThreadsJson Of(DumpTarget target, ThreadFilter filter, CancellationToken cancel) => new([.. filter.Of(target, cancel).Select(t => ThreadJson.Of(target, t))]);
}

/// <summary>A thread.</summary>
internal sealed record ThreadJson
{
    /// <summary>1, 2, ….</summary>
    public required int Thread { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is what crashed.</summary>
    public required bool Panicking { get; init; }

    /// <summary>The physical CPU, or null.</summary>
    public required int? Cpu { get; init; }

    /// <summary>The vcpu, or null.</summary>
    public required string? Vcpu { get; init; }

    /// <summary>What the vcpu does, or null.</summary>
    public required string? State { get; init; }

    /// <summary>Where it stands; null where the dump has no registers of it.</summary>
    public required string? Pc { get; init; }

    /// <summary>Its stack pointer, likewise.</summary>
    public required string? Sp { get; init; }

    /// <summary>The symbol at <see cref="Pc"/>, or null.</summary>
    public required string? Symbol { get; init; }

    /// <summary>The kernel's thread; absent where the kernel is not known to the model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KernelThreadJson? Kernel { get; init; }

    /// <summary>The thread's shape; no stack is walked.</summary>
    public static ThreadJson Of(DumpTarget target, TargetThread thread) => new()
    {
        Thread = thread.Id,
        Name = thread.Name,
        Panicking = thread.IsPanicking,
        Cpu = thread.Cpu?.Id,
        Vcpu = thread.Vcpu?.Name,
        State = FrameText.State(thread.Vcpu?.State),
        Pc = Hex.Of(thread.Registers?.Pc),
        Sp = Hex.Of(thread.Registers?.Sp),
        Symbol = thread.Registers?.Pc is { } pc ? SymbolText.Describe(target, null, pc) : null,
        Kernel = thread.KernelThread is { } kernel ? KernelThreadJson.Of(kernel, thread.KernelCpu) : null,
    };
}
