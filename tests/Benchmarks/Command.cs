using System.ComponentModel;
using System.Diagnostics;

namespace XenDumpAdapter.Benchmarks;

/// <summary>A process that is run whole, from start to exit, its output read and thrown away.</summary>
internal sealed record Command(string Program, params string[] Arguments)
{
    /// <summary>Whether the program can be started here.</summary>
    public static bool Exists(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true });
            process?.StandardOutput.ReadToEnd();
            process?.WaitForExit();
            return process is not null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Seconds until it is gone.</summary>
    public double Run()
    {
        long start = Stopwatch.GetTimestamp();
        using var process = Start();
        Drain(process);
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Check(process);
        return seconds;
    }

    /// <summary>The median of some runs; the first, which fills the file cache, does not count.</summary>
    public double Median(int turns = 5)
    {
        Run();
        return Timing.Median([.. Enumerable.Range(0, turns).Select(_ => Run())]);
    }

    /// <summary>Most bytes of memory that it ever had at once. The kernel keeps that count itself; it is asked for until the process is gone.</summary>
    public double PeakMemory()
    {
        using var process = Start();
        Drain(process);
        long peak = 0;
        while (!process.HasExited)
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception)
            {
                break;
            }

            Thread.Sleep(1);
        }

        process.WaitForExit();
        Check(process);
        return peak;
    }

    /// <summary>
    /// Medians of both, run by turns so that whatever else the machine does hits both alike; the first turn, which fills the file cache, does not count.
    /// </summary>
    public static (double Ours, double Theirs) Compare(Command ours, Command theirs, int turns)
    {
        double[] left = new double[turns], right = new double[turns];
        for (int i = -1; i < turns; i++)
        {
            double a = ours.Run(), b = theirs.Run();
            if (i >= 0) (left[i], right[i]) = (a, b);
        }

        return (Timing.Median(left), Timing.Median(right));
    }

    /// <summary>The command as one would type it, paths shortened.</summary>
    public override string ToString() => string.Join(' ', [Path.GetFileName(Program), .. Arguments.Select(a => a.Contains(' ', StringComparison.Ordinal) ? $"'{a}'" : Path.GetFileName(a))]);

    private Process Start()
    {
        var start = new ProcessStartInfo(Program, Arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["LC_ALL"] = "C";

        // gdb would ask the network for symbols that nobody misses.
        start.Environment.Remove("DEBUGINFOD_URLS");
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start");
        process.StandardInput.Close();
        return process;
    }

    private static void Drain(Process process)
    {
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Check(Process process)
    {
        if (process.ExitCode != 0) throw new InvalidOperationException($"{this} ended with {process.ExitCode}");
    }
}
