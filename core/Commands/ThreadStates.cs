using System.Globalization;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands;

/// <summary>States of threads as mdb writes them (usr/src/cmd/mdb/common/modules/genunix/thread.c).</summary>
internal static class ThreadStates
{
    private static readonly (KernelThreadState State, string Name)[] Names =
    [
        (KernelThreadState.Free, "free"), (KernelThreadState.Sleep, "sleep"), (KernelThreadState.Run, "run"), (KernelThreadState.OnProc, "onproc"),
        (KernelThreadState.Zombie, "zomb"), (KernelThreadState.Stopped, "stopped"), (KernelThreadState.Wait, "wait"),
    ];

    /// <summary>All names.</summary>
    public static IEnumerable<string> All => Names.Select(n => n.Name);

    /// <summary>The name; of a number that is none <c>inval/03</c>; null where it is not in the dump.</summary>
    public static string? Text(KernelThread thread)
    {
        foreach (var (state, name) in Names)
            if (thread.State == state) return name;
        return thread.RawState is { } raw ? string.Create(CultureInfo.InvariantCulture, $"inval/{raw:x2}") : null;
    }
}
