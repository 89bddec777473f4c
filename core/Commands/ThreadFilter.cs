using System.Globalization;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Which threads a list shows. What is not given does not restrict; what is given restricts together.</summary>
/// <param name="All">Also the threads that no CPU runs; so does every restriction, as it would find little without.</param>
/// <param name="Process">Process name or id.</param>
/// <param name="State">State of a kernel's thread, as <see cref="KernelThreadState"/> names it, or of a vcpu.</param>
/// <param name="Function">A function that is on the thread's stack: each stack is walked.</param>
public sealed record ThreadFilter(bool All = false, string? Process = null, string? State = null, string? Function = null)
{
    /// <summary>The states that can be asked for.</summary>
    public static IReadOnlyList<string> States { get; } =
        [.. Enum.GetNames<KernelThreadState>().Concat(Enum.GetNames<VcpuState>()).Select(n => n.ToLowerInvariant()).Distinct()];

    private bool IsGiven => All || Process is not null || State is not null || Function is not null;

    /// <summary>The threads, in the target's order.</summary>
    public IEnumerable<TargetThread> Of(DumpTarget target, CancellationToken cancel = default)
    {
        foreach (var thread in IsGiven ? target.Threads.Concat(target.MoreThreads) : target.Threads)
        {
            cancel.ThrowIfCancellationRequested();
            if (HasState(thread) && IsOfProcess(thread) && HasFunction(thread, cancel)) yield return thread;
        }
    }

    private bool HasState(TargetThread thread) => State is null ||
        string.Equals(thread.KernelThread?.State?.ToString() ?? thread.Vcpu?.State?.ToString(), State, StringComparison.OrdinalIgnoreCase);

    private bool IsOfProcess(TargetThread thread) => Process is null || (thread.KernelThread is { } kernel &&
        (kernel.Name == Process || (kernel.Pid is { } pid && pid.ToString(CultureInfo.InvariantCulture) == Process)));

    private bool HasFunction(TargetThread thread, CancellationToken cancel) =>
        Function is null || thread.WalkStack(cancel).Frames.Any(f => f.Function == Function || (f.Module is { } m && $"{m.Name}`{f.Function}" == Function));
}
