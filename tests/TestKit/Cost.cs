using System.Diagnostics;

namespace XenDumpAdapter.TestKit;

/// <summary>
/// What a piece of work costs. The runtime compiles, collects and is interrupted whenever it likes, and tests run beside others on a busy machine, so a single
/// measurement says nothing: the work is done in rounds and the cheapest one counts. Work that really costs something costs it in every round.
/// </summary>
public static class Cost
{
    /// <summary>The collection of tests that run while no other does.</summary>
    public const string Alone = "alone";

    private const int Rounds = 20;

    /// <summary>Bytes that a round allocates on this thread, in the cheapest of several; the first round is not counted, and one that stays within a bound is the last.</summary>
    /// <param name="round">The work.</param>
    /// <param name="enough">The bound.</param>
    public static long Allocated(Action round, long enough = 0) => Allocated(() => 0, _ => round(), enough);

    /// <summary>As <see cref="Allocated(Action, long)"/>, for work that is cheaper the second time: each round has a thing of its own to work on.</summary>
    /// <param name="prepare">Makes the thing; not measured.</param>
    /// <param name="round">The work.</param>
    /// <param name="enough">The bound.</param>
    public static long Allocated<T>(Func<T> prepare, Action<T> round, long enough = 0)
    {
        long least = long.MaxValue;
        for (int i = 0; i <= Rounds && least > enough; i++)
        {
            var thing = prepare();
            long before = GC.GetAllocatedBytesForCurrentThread();
            round(thing);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            (thing as IDisposable)?.Dispose();
            if (i > 0) least = Math.Min(least, allocated);
        }

        return least;
    }

    /// <summary>
    /// As <see cref="Allocated{T}(Func{T}, Action{T}, long)"/>, for work that is done on several threads: what all of the process allocates. Only for tests of the
    /// collection <see cref="Alone"/>, since what runs beside them would be counted.
    /// </summary>
    /// <param name="prepare">Makes the thing; not measured.</param>
    /// <param name="round">The work.</param>
    /// <param name="enough">The bound.</param>
    public static long AllocatedByAll<T>(Func<T> prepare, Action<T> round, long enough)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least > enough; i++)
        {
            var thing = prepare();
            long before = GC.GetTotalAllocatedBytes(precise: true);
            round(thing);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            (thing as IDisposable)?.Dispose();
        }

        return least;
    }

    /// <summary>Time that a round takes, in the fastest of several; one that stays within a bound is the last.</summary>
    /// <param name="round">The work.</param>
    /// <param name="enough">The bound.</param>
    public static TimeSpan Time(Action round, TimeSpan enough) => Time(() => 0, _ => round(), enough);

    /// <summary>As <see cref="Time(Action, TimeSpan)"/>, for work that is quicker the second time: each round has a thing of its own to work on.</summary>
    /// <param name="prepare">Makes the thing; not measured.</param>
    /// <param name="round">The work.</param>
    /// <param name="enough">The bound.</param>
    public static TimeSpan Time<T>(Func<T> prepare, Action<T> round, TimeSpan enough)
    {
        var least = TimeSpan.MaxValue;
        for (int i = 0; i < Rounds && least > enough; i++)
        {
            var thing = prepare();
            long start = Stopwatch.GetTimestamp();
            round(thing);
            var took = Stopwatch.GetElapsedTime(start);
            (thing as IDisposable)?.Dispose();
            if (took < least) least = took;
        }

        return least;
    }
}
