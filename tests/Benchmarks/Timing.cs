using System.Diagnostics;

namespace XenDumpAdapter.Benchmarks;

/// <summary>How long something takes: the median of several samples, each long enough for the clock.</summary>
internal static class Timing
{
    private const int Samples = 9;
    private static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(40);

    /// <summary>Seconds of one call, after as many calls as make the compiler settle.</summary>
    public static double Of(Action action) => OfMany(1, action);

    /// <summary>Seconds of one of the <paramref name="count"/> operations that a call does.</summary>
    public static double OfMany(int count, Action action)
    {
        int calls = Calibrate(action);
        double[] samples = new double[Samples];
        for (int i = 0; i < Samples; i++) samples[i] = Sample(action, calls) / count;
        return Median(samples);
    }

    /// <summary>Seconds of one call of each, sampled by turns so that whatever else the machine does hits both alike.</summary>
    public static (double Ours, double Theirs) Compare(Action ours, Action theirs)
    {
        int left = Calibrate(ours), right = Calibrate(theirs);
        double[] a = new double[Samples], b = new double[Samples];
        for (int i = 0; i < Samples; i++) (a[i], b[i]) = (Sample(ours, left), Sample(theirs, right));
        return (Median(a), Median(b));
    }

    /// <summary>The middle one.</summary>
    public static double Median(double[] samples)
    {
        Array.Sort(samples);
        return samples[samples.Length / 2];
    }

    private static double Sample(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int call = 0; call < calls; call++) action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    /// <summary>Calls that fill a sample. Runs for at least half a second, so that hot methods have reached the last tier.</summary>
    private static int Calibrate(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 0;
        while (calls < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5)
        {
            action();
            calls++;
        }

        return Math.Max(1, (int)(calls * (SampleTime / Stopwatch.GetElapsedTime(start))));
    }
}
