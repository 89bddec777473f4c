using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Benchmarks;

/// <summary>A Solaris machine with 20,000 threads, all of them listed and each one's stack walked to its end; and the same by the executable, which lists those that wait in a function.</summary>
internal static class SolarisManyThreads
{
    private const int Threads = 20_000;
    private const int Turns = 5;
    private const double Seconds = 2;

    /// <summary>The rows.</summary>
    public static IEnumerable<Row> Measure()
    {
        using var folder = new TemporaryFolder();
        string many = Write(folder, "vmcore.1", Threads, out int frames), few = Write(folder, "vmcore.0", Threads / 100, out int fewFrames);
        var (ours, theirs) = Timing.Compare(() => Walk(many, frames), () => Walk(few, fewFrames));
        yield return new Row { What = "20,000 threads with their stacks", Ours = ours, Peer = "200 threads", Theirs = theirs, Max = Seconds, Note = $"{frames} frames" };
        const string Listed = "xendump threads --function cv_wait, of 20,000";
        if (Environment.GetEnvironmentVariable("XENDUMP") is not { Length: > 0 } xendump || !File.Exists(xendump))
        {
            yield return Row.Skip(Listed, "set XENDUMP to the published executable");
            yield break;
        }

        (ours, theirs) = Command.Compare(new Command(xendump, "threads", many, "--function", "cv_wait"), new Command(xendump, "threads", few, "--function", "cv_wait"), Turns);
        yield return new Row { What = Listed, Ours = ours, Peer = "200 threads", Theirs = theirs, Max = Seconds };
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
        foreach (var thread in target.Threads.Concat(target.MoreThreads)) walked += thread.Stack().Frames.Count;
        if (walked < frames) throw new InvalidOperationException($"{path}: {walked} of {frames} frames");
    }
}
