using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>Kernel threads in the words of findings.</summary>
internal static class ThreadText
{
    /// <summary><c>thread 0xc5a0ade0 (sched)</c>.</summary>
    public static string Of(KernelThread thread) => $"thread {thread.Address}{(thread.Name is { Length: > 0 } name ? $" ({name.Trim('(', ')')})" : "")}";
}
