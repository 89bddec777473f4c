using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Benchmarks;

/// <summary>
/// A vmdump read through, index and all, on all cores, beside a program in C that unpacks the same file (lzjb.c, built here). The pages are those of a dump of
/// the lab, or else of the sample, that pack to a fifth or more and to less than three, over and over.
/// </summary>
internal static class SolarisPages
{
    private const int PageBytes = 4096;
    private const int Pages = 40_000;
    private const double LeastRate = 400e6;
    private const int Turns = 7;

    /// <summary>The rows.</summary>
    public static IEnumerable<Row> Measure()
    {
        using var folder = new TemporaryFolder();
        yield return Lzjb(folder);
        yield return Bzip2();
    }

    private static Row Lzjb(TemporaryFolder folder)
    {
        var written = VmdumpWriter.Write(Image(Pages), new SolarisDumpSettings());
        string path = folder.File("vmdump.0");
        File.WriteAllBytes(path, written.Bytes);
        var program = Build(folder, path, written["data"].Offset);
        double[] ours = new double[Turns], theirs = new double[Turns];
        for (int turn = -2; turn < Turns; turn++)
        {
            double us = ReadThrough(path), them = program?.Run() ?? 0;
            if (turn >= 0) (ours[turn], theirs[turn]) = (us, them);
        }

        double seconds = Timing.Median(ours), bytes = (double)Pages * PageBytes;
        string rates = string.Create(CultureInfo.InvariantCulture, $"{bytes / seconds / 1e6:0} MB/s{(program is null ? "" : $", C {bytes / Timing.Median(theirs) / 1e6:0} MB/s")}, packed to {written["data"].Length * 100 / bytes:0}%");
        return new Row
        {
            What = $"vmdump, lzjb, {bytes / 1e6:0} MB read through",
            Ours = seconds,
            Peer = program is null ? "" : "C",
            Theirs = program is null ? null : Timing.Median(theirs),
            Max = bytes / LeastRate,
            Note = rates,
        };
    }

    private static Row Bzip2()
    {
        const int Some = 8_000;
        var source = new BytesByteSource(VmdumpWriter.Build(Image(Some), new SolarisDumpSettings { Codec = SolarisCodec.ParallelBzip2, Streams = 2 }), "vmdump.0");
        double seconds = Timing.Median([.. Enumerable.Range(0, 3).Select(_ => Seconds(() => Open(source).Solaris!.Prepare(CancellationToken.None)))]);
        return new Row
        {
            What = "vmdump, bzip2, index of 33 MB",
            Ours = seconds,
            Note = string.Create(CultureInfo.InvariantCulture, $"{Some * PageBytes / seconds / 1e6:0} MB/s"),
        };
    }

    /// <summary>Opens the file and reads every page, each core a share of them.</summary>
    private static double ReadThrough(string path) => Seconds(() =>
    {
        using var file = FileByteSource.Open(path);
        var image = Open(file);
        int cores = Environment.ProcessorCount;
        Parallel.For(0, cores, core =>
        {
            byte[] page = new byte[PageBytes];
            for (long i = (long)Pages * core / cores; i < (long)Pages * (core + 1) / cores; i++)
                if (image.Pages.ReadPage((ulong)i, page) != PageBytes) throw new InvalidOperationException($"page {i} does not unpack");
        });
    });

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static DumpImage Open(IByteSource source) => DumpFormats.Open(source, new DiagnosticBag(), CancellationToken.None);

    private static Command? Build(TemporaryFolder folder, string dump, long data)
    {
        if (!Command.Exists("cc") || Source() is not { } source || !File.Exists(source)) return null;
        string program = folder.File("lzjb");
        new Command("cc", "-O2", "-pthread", "-o", program, source).Run();
        return new Command(program, dump, data.ToString(CultureInfo.InvariantCulture), Pages.ToString(CultureInfo.InvariantCulture), Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
    }

    private static string? Source([CallerFilePath] string here = "") => Path.GetDirectoryName(here) is { } folder ? Path.Combine(folder, "lzjb.c") : null;

    private static SolarisMemoryImage Image(int pages)
    {
        string dump = Place.MachineDump()?.Dump ?? "sample:overflow";
        using var target = DumpOpener.Open(new OpenOptions { Dump = dump });
        var contents = new List<byte[]>();
        foreach (var range in target.Image.Pages.Ranges)
        {
            for (ulong at = 0; at + PageBytes <= range.Length; at += PageBytes)
            {
                byte[] page = new byte[PageBytes];
                if (target.Image.Pages.ReadPage((range.Start.Value + at) / PageBytes, page) == PageBytes && page.AsSpan().ContainsAnyExcept((byte)0)) contents.Add(page);
            }
        }

        // Neither pages that pack to almost nothing nor those that hardly pack say much about unpacking.
        var hard = contents.Where(p => LzjbWriter.PackOrKeep(p).Length is > 800 and < 2400).ToList();
        if (hard.Count > 100) contents = hard;
        var image = new SolarisMemoryImage(64);
        for (int i = 0; i < pages; i++) image.WritePage(0x1000 + (ulong)i, 0, contents[i % contents.Count]);
        return image;
    }
}
