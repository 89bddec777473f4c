using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Tests.Formats.Solaris;
using XenDumpAdapter.TestKit.Solaris;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Opening;

/// <summary>
/// The talk's dump and a 64-bit one, spoiled two thousand times, in the carrier or in what is in memory, through each carrier and codec: each becomes a target that can be looked at,
/// or is refused with one sentence. The watch is generous, as other tests run beside; what a run took is written out.
/// </summary>
public class MutatedKernelTests(ITestOutputHelper output)
{
    private const int Dumps = 2000;
    private const long MostAllocated = 300L << 20;
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(10);

    /// <summary>The first seed, for long runs (environment variable XENDUMP_MUTATIONS).</summary>
    private static readonly int First = int.TryParse(Environment.GetEnvironmentVariable("XENDUMP_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out int first) ? first : 1;

    [Fact]
    public void Two_thousand_spoiled_kernels_end_in_a_target_or_in_one_sentence()
    {
        var bases = Bases();
        var failures = new ConcurrentQueue<string>();
        var runs = new ConcurrentBag<Run>();
        Parallel.For(First, First + Dumps, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var origin = bases[seed % bases.Count];
            int turn = seed / bases.Count;
            string what = $"{seed}: {origin.Name}";
            try
            {
                var (how, bytes) = turn % 2 == 0 ? origin.WithDamagedMemory(seed) : origin.Spoiled(seed);
                byte[]? unix = turn % 3 == 0 ? null : origin.Unix;
                var run = Measure($"{what}, {how}", bytes, unix);

                // A busy machine may have stood still: what really takes long does so twice.
                if (run.Time > Watch) run = Measure($"{what}, {how}", bytes, unix);
                runs.Add(run);
                if (run.Time > Watch) failures.Enqueue($"{run.What}: {run.Time.TotalSeconds:0.0} s");
                if (run.Allocated > MostAllocated) failures.Enqueue($"{run.What}: {run.Allocated >> 20} MB");
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Enqueue($"{what}: {e}");
            }
        });

        output.WriteLine($"{runs.Count(r => r.Refusal is null)} of {runs.Count} opened");
        foreach (var run in runs.OrderByDescending(r => r.Time).Take(5)) output.WriteLine($"{run.Time.TotalMilliseconds:0} ms, {run.Allocated >> 20} MB: {run.What} {run.Refusal}");
        foreach (var run in runs.OrderByDescending(r => r.Allocated).Take(3)) output.WriteLine($"{run.Allocated >> 20} MB: {run.What} {run.Refusal}");
        Assert.True(failures.IsEmpty, $"{failures.Count} failures\n{string.Join("\n", failures.Take(12))}");
        Assert.InRange(runs.Count(r => r.Refusal is null), Dumps * 3 / 4, Dumps);
    }

    /// <summary>The talk's kernel under a hypervisor, a 64-bit one without, and some of the builder's, with threads and types: each through every carrier and codec.</summary>
    private static List<Base> Bases()
    {
        var (memory, settings, unix) = GoldclothParts.Read();
        var plain = new PlainPanic { Code = "8b 46 18", At = new Dictionary<string, ulong> { ["rsi"] = 0 }, Cr2 = 0x18 }.Build();
        List<Base> bases = [.. Bases("goldcloth", memory, settings, unix), .. Bases("plain", plain, new SolarisDumpSettings { PanicString = "BAD TRAP" }, KsymsWriter.Build(plain))];
        foreach (var built in new[] { PlainPanics.Interrupt(new SolarisKernelOptions { Seed = 3 }), PlainPanics.FreedMemory(new SolarisKernelOptions { WordSize = 32, Is2007 = true, Seed = 4 }), XpvPanics.FaultInXen(new SolarisKernelOptions { Seed = 5 }, 4, 3) })
            bases.AddRange(Bases(built.Name, built.Image, built.Settings, built.Unix()));
        return bases;
    }

    private static IEnumerable<Base> Bases(string name, SolarisMemoryImage memory, SolarisDumpSettings settings, byte[] unix)
    {
        var interesting = Interesting(memory, VmcoreWriter.Build(memory, settings), unix);
        foreach (var carrier in CarrierTests.Opened)
        {
            foreach (var codec in carrier == SolarisCarrier.Vmcore ? [SolarisCodec.Raw] : new[] { SolarisCodec.Lzjb, SolarisCodec.ParallelLzjb, SolarisCodec.ParallelBzip2 })
            {
                var own = settings with { Codec = codec, GroupPages = 16, BlockBytes = 20_000 };
                yield return new Base($"{name} {carrier} {codec}", memory, carrier, own, unix, CarrierTests.File(carrier, memory, own), interesting);
            }
        }
    }

    /// <summary>The frames that are read while the dump is looked at.</summary>
    private static List<ulong> Interesting(SolarisMemoryImage memory, byte[] vmcore, byte[] unix)
    {
        var watched = new DamagedSource(new BytesByteSource(vmcore, "vmcore.0"));
        Assert.Null(Look(new SampleFiles(watched, null, new BytesByteSource(unix, "unix.0"), "")));
        ulong[] pfns = [.. memory.Pfns];
        long data = vmcore.Length - (pfns.Length * SolarisMemoryImage.PageSize);
        return [.. watched.Touched.Where(p => p >= data).Select(p => pfns[(p - data) / SolarisMemoryImage.PageSize]).Distinct()];
    }

    private static Run Measure(string what, byte[] bytes, byte[]? unix)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        string? refusal = Look(new SampleFiles(new BytesByteSource(bytes, "vmcore.0"), null, unix is null ? null : new BytesByteSource(unix, "unix.0"), ""));
        return new Run(what, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - before, refusal);
    }

    /// <summary>What a user would look at first; the refusal, or null.</summary>
    private static string? Look(SampleFiles files)
    {
        var cancel = TestContext.Current.CancellationToken;
        DumpTarget target;
        try
        {
            target = DumpOpener.OpenFiles(files, cancel: cancel);
        }
        catch (DumpFormatException e)
        {
            Assert.Matches(@"\A[^\n]{10,600}\.\z", e.Message);
            return e.Message;
        }

        using (target)
        {
            foreach (string command in (string[])["info", "findings", "stack", "threads all", "console", "registers", "read $sp 256", "print *(kthread_t *)t0", "print $pc"])
                foreach (var line in TextCommands.Run(target, command, cancel: cancel)) Assert.NotNull(line.Text);
            foreach (var thread in target.Threads)
                foreach (var line in StackReport.Lines(thread, new StackReportOptions { Registers = true, Locals = true }, cancel)) Assert.NotNull(line.Text);
            foreach (var thread in target.MoreThreads.Take(200))
                foreach (var line in StackReport.Lines(thread, new StackReportOptions(), cancel)) Assert.NotNull(line.Text);
        }

        return null;
    }

    /// <summary>A sound dump and what it is made of.</summary>
    private sealed record Base(
        string Name, SolarisMemoryImage Memory, SolarisCarrier Carrier, SolarisDumpSettings Settings, byte[] Unix, SolarisDumpFile File, IReadOnlyList<ulong> Interesting)
    {
        public (string How, byte[] Bytes) WithDamagedMemory(int seed) => ("memory", CarrierTests.Write(Carrier, SolarisMemoryDamage.Of(Memory, seed, Interesting), Settings));

        public (string How, byte[] Bytes) Spoiled(int seed)
        {
            var mutation = SolarisMutations.Of(File, Memory.WordSize, seed);
            return (mutation.What, mutation.Bytes);
        }
    }

    private sealed record Run(string What, TimeSpan Time, long Allocated, string? Refusal);
}
