using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Tests.Samples;

/// <summary>A sample opened as any dump is, and its stacks in one line a frame.</summary>
internal static class SampleDump
{
    public static DumpTarget Open(string name) => DumpOpener.Open(new OpenOptions { Dump = $"sample:{name}" }, cancel: TestContext.Current.CancellationToken);

    public static StackTrace StackOf(DumpTarget target, string thread) =>
        target.Threads.Single(t => t.Name.StartsWith(thread, StringComparison.Ordinal)).Stack(TestContext.Current.CancellationToken);

    /// <summary>Functions, innermost first; inlined ones in brackets, records as their exception's name.</summary>
    public static IEnumerable<string> Names(StackTrace stack) =>
        stack.Frames.Select(f => f.Exception is { } e ? $"--{e.Name}--" : f.Inline ? $"[{f.Function}]" : f.Function ?? "?");

    /// <summary>A frame's variables by name, as text.</summary>
    public static IReadOnlyDictionary<string, string> Variables(Frame frame) =>
        FrameVariables.Of(frame).ToDictionary(v => v.Name ?? "?", v => Core.Types.ValueFormatter.Format(v.Value));
}
