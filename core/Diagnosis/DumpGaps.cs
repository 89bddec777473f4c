using System.Globalization;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>A dump that was cut off, or whose writer did not finish: that it is, and what that hides.</summary>
internal static class DumpGaps
{
    private const int MaxStages = 6;

    /// <summary>The findings: one for each way in which the dump says that it is not whole.</summary>
    public static IEnumerable<Finding> Find(DumpTarget target, CrashScene? crash)
    {
        var said = target.Diagnostics.Items.Where(d => d.Id is DiagnosticIds.DumpTruncated or DiagnosticIds.SolarisIncomplete).ToList();
        if (said.Count == 0) yield break;
        string[] hidden = [.. Hidden(target, crash)];
        foreach (var diagnostic in said)
        {
            bool truncated = diagnostic.Id == DiagnosticIds.DumpTruncated;
            if (!truncated && hidden.Length == 0 && IsUsual(target)) continue;
            string[] evidence = target.Image.Solaris is null && truncated ? [] : hidden.Length > 0 ? hidden : ["nothing that was looked at is missing"];
            yield return new Finding(truncated ? "dump-damaged" : "dump-incomplete", diagnostic.Text, evidence);
        }
    }

    /// <summary>The kernels of this platform do not mark their dumps as complete, so that alone says nothing.</summary>
    private static bool IsUsual(DumpTarget target) => target.Image.Solaris?.Header.Platform == "i86xpv";

    private static IEnumerable<string> Hidden(DumpTarget target, CrashScene? crash)
    {
        foreach (var stage in target.Report.Stages.Where(s => s.State is StageState.Failed).Take(MaxStages)) yield return $"{stage.Stage}: {stage.Text}";
        if (crash is { Stack.Complete: false }) yield return $"the stack of {crash.Thread.Name} ends early: {crash.Stack.Ended}";
        if (target.Kernel is not { } kernel) yield break;
        int without = 0, threads = 0;
        foreach (var thread in kernel.Threads)
        {
            threads++;
            if (thread.Stack is not { Length: > 0 } stack || IsAbsent(kernel, stack.End - 1)) without++;
        }

        if (threads == 0) yield return "no thread can be read";
        else if (without > 0) yield return string.Create(CultureInfo.InvariantCulture, $"the stacks of {without} of {threads} threads are not in the dump");
        if (kernel.Modules.Count == 0) yield return "the list of modules cannot be read";
    }

    private static bool IsAbsent(Kernel kernel, VirtualAddress at)
    {
        Span<byte> one = stackalloc byte[1];
        return kernel.Space.Read(at.Value, one) == 0;
    }
}
