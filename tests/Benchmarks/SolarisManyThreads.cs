using System.Diagnostics;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Benchmarks;

/// <summary>A Solaris machine with 20,000 threads, all of them listed and each one's stack walked to its end; the same by the mdb language, from its first line to its last and when it is stopped; and by the executable.</summary>
internal static class SolarisManyThreads
{
    private const int Threads = 20_000;
    private const int Turns = 5;
    private const double Seconds = 2;

    /// <summary>A list with every stack.</summary>
    private const double ListSeconds = 3;

    /// <summary>What one does not notice.</summary>
    private const double AtOnce = 0.1;

    private const double MostMemory = 150e6;

    private const string List = "::threadlist -v";

    /// <summary>The rows.</summary>
    public static IEnumerable<Row> Measure()
    {
        using var folder = new TemporaryFolder();
        string many = Write(folder, "vmcore.1", Threads, out int frames), few = Write(folder, "vmcore.0", Threads / 100, out int fewFrames);
        var (ours, theirs) = Timing.Compare(() => Walk(many, frames), () => Walk(few, fewFrames));
        yield return new Row { What = "20,000 threads with their stacks", Ours = ours, Peer = "200 threads", Theirs = theirs, Max = Seconds, Note = $"{frames} frames" };
        foreach (var row in Language(many)) yield return row;
        if (Environment.GetEnvironmentVariable("XENDUMP") is not { Length: > 0 } xendump || !File.Exists(xendump))
        {
            yield return Row.Skip("xendump threads, of 20,000", "set XENDUMP to the published executable");
            yield break;
        }

        foreach (var (max, arguments) in new (double, string[])[] { (Seconds, ["threads", "--function", "cv_wait"]), (Seconds, ["threads", "--all"]), (ListSeconds, ["mdb", "-e", List]), (ListSeconds, ["mdb", "-e", "::stacks"]) })
        {
            Command all = new(xendump, [.. arguments, many]), some = new(xendump, [.. arguments, few]);
            (ours, theirs) = Command.Compare(all, some, Turns);
            string what = $"xendump {string.Join(' ', arguments)}, of 20,000";
            yield return new Row { What = what, Ours = ours, Peer = "200 threads", Theirs = theirs, Max = max };
            yield return new Row { What = $"{what}: memory", Unit = Unit.Bytes, Ours = all.PeakMemory(), Peer = "200 threads", Theirs = some.PeakMemory(), Max = MostMemory };
        }
    }

    /// <summary>The list of the mdb language on a dump whose threads are known: its first line, all of it, and how soon it ends when it is stopped.</summary>
    private static IEnumerable<Row> Language(string path)
    {
        double[] first = new double[Turns], whole = new double[Turns], stopped = new double[Turns], stacks = new double[Turns];
        for (int i = 0; i < Turns; i++)
        {
            using var target = DumpOpener.Open(new OpenOptions { Dump = path });
            if (target.Kernel?.Threads.Count is not >= Threads) throw new InvalidOperationException($"{path}: the threads are not known");
            var watch = Stopwatch.StartNew();
            long lines = 0, characters = 0;
            foreach (var line in new MdbSession(target).Run(List))
            {
                // The text of a line is made when it is asked for. The head, a thread, what it does, its stack.
                characters += line.Text.Length;
                if (++lines == 5) first[i] = watch.Elapsed.TotalSeconds;
            }

            whole[i] = watch.Elapsed.TotalSeconds;
            if (lines < 5 * Threads || characters < 16 * lines) throw new InvalidOperationException($"{lines} lines, {characters} characters: threads were lost");
            stopped[i] = Stop(target);
            watch.Restart();
            if (!new MdbSession(target).Run("::stacks -v").Last().Text.Contains($" {target.Kernel.Threads.Count} threads", StringComparison.Ordinal)) throw new InvalidOperationException("threads were lost");
            stacks[i] = watch.Elapsed.TotalSeconds;
        }

        yield return new Row { What = $"{List} of 20,000 threads: first stack", Ours = Timing.Median(first), Max = AtOnce };
        yield return new Row { What = "  all of it", Ours = Timing.Median(whole), Max = ListSeconds };
        yield return new Row { What = "  until it has stopped", Ours = Timing.Median(stopped), Max = AtOnce };
        yield return new Row { What = "::stacks of 20,000 threads", Ours = Timing.Median(stacks), Max = ListSeconds };
    }

    private static double Stop(DumpTarget target)
    {
        using var stop = new CancellationTokenSource();
        var watch = new Stopwatch();
        int lines = 0;
        try
        {
            foreach (var line in new MdbSession(target).Run(List, stop.Token))
            {
                if (++lines != Threads) continue;
                watch.Start();
                stop.Cancel();
            }
        }
        catch (OperationCanceledException)
        {
            return watch.Elapsed.TotalSeconds;
        }

        throw new InvalidOperationException("the list was not stopped");
    }

    private static string Write(TemporaryFolder folder, string name, int threads, out int frames)
    {
        var scenario = PlainPanics.Called(new SolarisKernelOptions { Threads = threads, Processes = threads / 100, StackPages = 1, Seed = 20 });
        string path = folder.File(name);
        File.WriteAllBytes(path, scenario.Vmcore());
        File.WriteAllBytes(folder.File(name.Replace("vmcore", "unix", StringComparison.Ordinal)), scenario.Unix());
        frames = scenario.Frames.Count + scenario.Threads.Sum(t => t.Frames.Count);
        return path;
    }

    /// <summary>Opens, lists, walks. As many frames as were built must come out, or more: of programs, and of what switched threads.</summary>
    private static void Walk(string path, int frames)
    {
        using var target = DumpOpener.Open(new OpenOptions { Dump = path });
        int walked = 0;
        foreach (var thread in target.Threads.Concat(target.MoreThreads)) walked += thread.WalkStack().Frames.Count;
        if (walked < frames) throw new InvalidOperationException($"{path}: {walked} of {frames} frames");
    }
}
