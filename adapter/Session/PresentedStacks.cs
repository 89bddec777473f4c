using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>
/// The stacks as clients see them: a label row before each change of context, the exception record as a label of its own. Ids count up for each
/// thread, so that they stay the same however often and in whatever parts a client asks.
/// </summary>
internal sealed class PresentedStacks(DumpTarget target)
{
    /// <summary>More rows than any stack has: frames and a label for each.</summary>
    private const int IdsPerThread = 10_000;

    private readonly Dictionary<int, IReadOnlyList<PresentedFrame>> _byThread = [];

    /// <summary>The rows of a thread; null where there is no such thread.</summary>
    public IReadOnlyList<PresentedFrame>? Of(int threadId, CancellationToken cancel)
    {
        if (_byThread.TryGetValue(threadId, out var known)) return known;
        if (target.FindThread(threadId) is not { } thread) return null;
        return _byThread[threadId] = [.. Rows(thread, cancel).Select((row, i) => new PresentedFrame(threadId * IdsPerThread + i, thread, row.Label, row.Frame))];
    }

    /// <summary>The row with that id; null where there is none.</summary>
    public PresentedFrame? Find(int frameId, CancellationToken cancel)
    {
        int index = frameId % IdsPerThread;
        return frameId >= 0 && Of(frameId / IdsPerThread, cancel) is { } rows && index < rows.Count ? rows[index] : null;
    }

    private static IEnumerable<(string? Label, Frame? Frame)> Rows(TargetThread thread, CancellationToken cancel)
    {
        var stack = thread.Stack(cancel);
        CodeContext? context = null;
        FrameKind? kind = null;
        if (stack.Trap is { Exception: { } trap }) yield return (Text(trap), stack.Trap);
        foreach (var frame in stack.Frames)
        {
            if (frame.Exception is { } exception)
            {
                yield return (Text(exception), frame);
                (context, kind) = (null, null);
                continue;
            }

            if (!ReferenceEquals(context, frame.Context) || kind != frame.Kind) yield return ($"— {Place(thread, frame)} —", null);
            (context, kind) = (frame.Context, frame.Kind);
            yield return (null, frame);
        }

        if (!stack.Complete || stack.Frames.Count == 0) yield return ($"— {stack.Ended} —", null);
    }

    private static string Place(TargetThread thread, Frame frame) => frame.Kind switch
    {
        FrameKind.Hypervisor => $"Xen hypervisor{(thread.Cpu is { } cpu ? $", CPU {cpu.Id}" : "")}",
        FrameKind.User => $"user program, {frame.Context.Vcpu}",
        _ when thread.KernelThread is { } own => $"kernel{(frame.Context.Vcpu is { } vcpu ? $" of {vcpu}" : "")}, thread {own.Address}{(own.Name is { } name ? $" ({name})" : "")}",
        _ => $"{frame.Context.Space.Name} kernel, {frame.Context.Vcpu}",
    };

    private static string Text(ExceptionRecord exception)
    {
        string what = exception.ErrorText.Length > 0 ? $": {exception.ErrorText}" : "";
        string where = exception.FaultAddress is { } address ? $", address {address}" : "";
        return $"— {exception.Name}{what}{where} —";
    }
}
