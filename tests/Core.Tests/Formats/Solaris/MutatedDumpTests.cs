using System.Collections.Concurrent;
using System.Diagnostics;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

/// <summary>
/// Two thousand dumps, each spoiled in its own way from its number: each opens, and everything in it is asked for, or it is refused with one sentence. The watch
/// is generous, as other tests run beside; what a run took is written out.
/// </summary>
public class MutatedDumpTests(ITestOutputHelper output)
{
    private const int Dumps = 2000;
    private const long MostAllocated = 300 << 20;
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(10);

    [Fact]
    public void Two_thousand_spoiled_dumps_end_in_pages_or_in_one_sentence()
    {
        var bases = Bases();
        var failures = new ConcurrentQueue<string>();
        var runs = new ConcurrentBag<Run>();
        var cancel = TestContext.Current.CancellationToken;
        Parallel.For(1, Dumps + 1, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var (name, file, wordSize) = bases[seed % bases.Count];
            var mutation = SolarisMutations.Of(file, wordSize, seed);
            string what = $"{seed}: {name}, {mutation.What}";
            try
            {
                var run = Measure(what, mutation.Bytes);

                // A busy machine may have stood still: what really takes long does so twice.
                if (run.Time > Watch) run = Measure(what, mutation.Bytes);
                runs.Add(run);
                if (run.Time > Watch) failures.Enqueue($"{what}: {run.Time.TotalSeconds:0.0} s");
                if (run.Allocated > MostAllocated) failures.Enqueue($"{what}: {run.Allocated >> 20} MB");
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
        Assert.InRange(runs.Count(r => r.Refusal is null), Dumps / 2, Dumps);
    }

    private static Run Measure(string what, byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        string? refusal = null;
        var diagnostics = new DiagnosticBag();
        DumpImage? image = null;
        try
        {
            image = DumpFormats.Open(new BytesByteSource(bytes, "dump.0"), diagnostics, TestContext.Current.CancellationToken);
        }
        catch (DumpFormatException e)
        {
            refusal = e.Message;
            Assert.Matches(@"\A[^\n]+\.\z", refusal);
        }

        if (image is not null) AskEverything(image);
        foreach (var item in diagnostics.Items) Assert.Matches(@"\A[^\n]+\.\z", item.Text);
        return new Run(what, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - before, refusal);
    }

    private static void AskEverything(DumpImage image)
    {
        // A spoiled version or word size may make another format of it; magic gone makes none.
        ulong pages = Math.Min(image.Pages.FrameLimit, 600);
        byte[] page = new byte[image.Pages.PageSize];
        for (ulong i = 0; i <= pages; i++)
        {
            int got = image.Pages.ReadPage(i, page);
            Assert.InRange(got, 0, page.Length);
            if (got < page.Length) Assert.NotEqual(FaultKind.None, image.Pages.Explain(i, got).Kind);
        }

        Assert.Equal(0, image.Pages.ReadPage(ulong.MaxValue >> 12, page));
        foreach (var range in image.Pages.Ranges.Take(1000)) Assert.True(range.Length > 0);
        if (image.Solaris is not { } solaris) return;
        AskMaps(image, solaris);
        AskSymbols(solaris);
        GC.KeepAlive(string.Concat(solaris.Messages));
    }

    private static void AskMaps(DumpImage image, SolarisDump solaris)
    {
        int wordSize = solaris.Header.WordSize;
        ulong heap = SolarisScenes.Heap(wordSize);
        var pages = new PagedMemory(image.Pages);
        var spaces = solaris.AddressSpaces().Take(4).Select(s => s.Value).Append(SolarisScenes.Kas(wordSize)).Append(0UL).Distinct();
        foreach (ulong space in spaces)
        {
            var map = solaris.Map(new VirtualAddress(space));
            for (ulong i = 0; i < 90; i++) Ask(map, new VirtualAddress(heap + (i * 4096)), image.Pages, pages);
            for (ulong i = 0; i < 8; i++) Ask(map, new VirtualAddress(unchecked(ulong.MaxValue - (i * 4096))), image.Pages, pages);
        }

        for (ulong i = 0; i < 200; i++) Ask(solaris.Frames, new PhysicalAddress((0x1000 + i) << 12), image.Pages, pages);
        for (int bit = 0; bit < 64; bit++) Ask(solaris.Frames, new PhysicalAddress(1UL << bit), image.Pages, pages);
        Ask(solaris.Frames, new PhysicalAddress(ulong.MaxValue), image.Pages, pages);
    }

    /// <summary>An answer leads to a page that the dump has room for; no answer has a reason.</summary>
    private static void Ask<TAddress>(ITranslator<TAddress, MachineAddress> map, TAddress address, IPageSource source, PagedMemory pages) where TAddress : struct, IAddress<TAddress>
    {
        if (map.TryTranslate(address, out var machine, out ulong run))
        {
            Assert.InRange(run, 1UL, 1UL << 20);
            byte[] bytes = new byte[16];
            if (pages.Read(machine, bytes) == 0) Assert.NotEqual(FaultKind.None, source.Explain(machine.Value / (ulong)source.PageSize, 0).Kind);
        }
        else
        {
            Assert.NotEqual(FaultKind.None, map.Explain(address).Kind);
        }
    }

    private static void AskSymbols(SolarisDump solaris)
    {
        if (solaris.Ksyms is not { } ksyms) return;
        try
        {
            var diagnostics = new DiagnosticBag();
            var symbols = ElfSymbolTable.Read(ElfFile.Open(ksyms, diagnostics), diagnostics);
            GC.KeepAlive(symbols.Find("kas"));
            GC.KeepAlive(symbols.Find(new VirtualAddress(SolarisScenes.Kas(solaris.Header.WordSize))));
        }
        catch (DumpFormatException e)
        {
            Assert.Matches(@"\A[^\n]+\.\z", e.Message);
        }
    }

    /// <summary>Small dumps of every carrier, width and codec.</summary>
    private static List<(string Name, SolarisDumpFile File, int WordSize)> Bases()
    {
        SolarisDumpSettings[] codecs =
        [
            new() { Codec = SolarisCodec.Lzjb },
            new() { Codec = SolarisCodec.Lzjb, HasDataHeader = false, Version = 9 },
            new() { Codec = SolarisCodec.ParallelLzjb, Streams = 3, GroupPages = 4, BlockBytes = 9000, Messages = [new("one\n"), new("two\n", 2)] },
            new() { Codec = SolarisCodec.ParallelBzip2, Streams = 2, GroupPages = 6, BlockBytes = 20_000 },
        ];
        var bases = new List<(string, SolarisDumpFile, int)>();
        foreach (int wordSize in new[] { 32, 64 })
        {
            foreach (var settings in codecs)
            {
                var memory = SolarisScenes.Pages(wordSize, seed: wordSize, pages: 30, foreign: 3);
                string name = $"{wordSize}-bit {settings.Codec}";
                foreach (var carrier in CarrierTests.Opened) bases.Add(($"{carrier} {name}", CarrierTests.File(carrier, memory, settings), wordSize));
            }
        }

        return bases;
    }

    private sealed record Run(string What, TimeSpan Time, long Allocated, string? Refusal);
}
