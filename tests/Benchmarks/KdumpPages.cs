using System.Globalization;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Benchmarks;

/// <summary>
/// What a page of a compressed kdump costs, by how it is packed: the same pages that are not all zero, spread over a dump of the lab or else the sample,
/// written by the test kit; and makedumpfile's own zlib and LZO files where the lab has both.
/// </summary>
internal static class KdumpPages
{
    private const int PageBytes = 4096;
    private const int MostPages = 4000;

    /// <summary>The rows.</summary>
    public static IEnumerable<Row> Measure()
    {
        var (pages, origin) = Pages();
        double plain = Rate(Written(KdumpMethod.None, pages));
        double zlib = Rate(Written(KdumpMethod.Zlib, pages));
        yield return Of("zlib", zlib, "uncompressed page", plain, $"{pages.Count} pages of {origin}");
        foreach (var method in new[] { KdumpMethod.Lzo, KdumpMethod.Snappy, KdumpMethod.Zstd })
            yield return Of(method.ToString().ToLowerInvariant(), Rate(Written(method, pages)), "zlib page", zlib, "");
        yield return Makedumpfile();
    }

    private static Row Of(string codec, double seconds, string peer, double theirs, string note) => new()
    {
        What = $"kdump page, {codec}",
        Ours = seconds,
        Peer = peer,
        Theirs = theirs,
        Note = string.Create(CultureInfo.InvariantCulture, $"{PageBytes / seconds / 1e6:0} MB/s{(note.Length == 0 ? "" : $", {note}")}"),
    };

    private static Row Makedumpfile()
    {
        const string What = "kdump page, lzo, by makedumpfile";
        foreach (string dump in Lab.Dumps("/lzo.kdump"))
        {
            if (Lab.Find($"dumps/{dump}") is not { } lzo || Lab.Find($"dumps/{dump.Replace("lzo.kdump", "zlib.kdump", StringComparison.Ordinal)}") is not { } zlib) continue;
            using var ours = FileByteSource.Open(lzo);
            using var theirs = FileByteSource.Open(zlib);
            return Of("lzo, by makedumpfile", Rate(Open(ours)), "zlib page", Rate(Open(theirs)), $"all pages of {dump}");
        }

        return Row.Skip(What, "needs a lab with makedumpfile's lzo.kdump and zlib.kdump of one machine");
    }

    /// <summary>Seconds a page, through the codec and past the page cache.</summary>
    private static double Rate(DumpImage image)
    {
        ulong[] frames = [.. image.Pages.Ranges.SelectMany(r => Enumerable.Range(0, (int)(r.Length / PageBytes)).Select(i => (r.Start.Value / PageBytes) + (ulong)i))];
        byte[] page = new byte[PageBytes];
        return Timing.OfMany(frames.Length, () =>
        {
            foreach (ulong frame in frames)
                if (image.Pages.ReadPage(frame, page) != PageBytes) throw new InvalidOperationException($"frame {frame:x} does not unpack");
        });
    }

    private static DumpImage Written(KdumpMethod method, List<byte[]> pages)
    {
        var writer = new KdumpWriter(method);
        for (int i = 0; i < pages.Count; i++) writer.Page((ulong)i, pages[i]);
        return Open(new BytesByteSource(writer.Build(), $"{method}.kdump"));
    }

    private static DumpImage Open(IByteSource source) => DumpFormats.Open(source, new DiagnosticBag(), CancellationToken.None);

    private static (List<byte[]> Pages, string Origin) Pages()
    {
        string dump = Place.MachineDump()?.Dump ?? "sample:overflow";
        using var target = DumpOpener.Open(new OpenOptions { Dump = dump });
        var pages = new List<byte[]>();
        foreach (var range in target.Image.Pages.Ranges)
        {
            for (ulong at = 0; at + PageBytes <= range.Length; at += PageBytes)
            {
                byte[] page = new byte[PageBytes];
                if (target.Image.Pages.ReadPage((range.Start.Value + at) / PageBytes, page) == PageBytes && page.AsSpan().ContainsAnyExcept((byte)0)) pages.Add(page);
            }
        }

        int step = Math.Max(1, pages.Count / MostPages);
        pages = [.. pages.Where((_, i) => i % step == 0)];
        return (pages, Path.GetFileName(Path.GetDirectoryName(dump)) is { Length: > 0 } folder ? folder : dump);
    }
}
