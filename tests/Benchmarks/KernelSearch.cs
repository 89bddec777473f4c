using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Benchmarks;

/// <summary><c>::kgrep</c> over a kernel that maps 1 GB, beside the search of one span after the other of the same file's bytes, read into the same buffer.</summary>
internal static class KernelSearch
{
    private const int Pages = (int)((1L << 30) / SolarisMemoryImage.PageSize);

    /// <summary>1 GB a second.</summary>
    private const double MostSeconds = 1;

    /// <summary>The rows.</summary>
    public static IEnumerable<Row> Measure()
    {
        if (!OperatingSystem.IsLinux())
        {
            yield return Row.Skip("::kgrep of 1 GB", "needs files with holes");
            yield break;
        }

        using var folder = new TemporaryFolder();
        string path = folder.File("vmcore.0");
        var image = new PlainPanic { Code = "8b 46 18", At = new Dictionary<string, ulong> { ["rsi"] = 0 }, Cr2 = 0x18 }.Build();
        SparseVmcore.Write(path, image, image.Translations[0].As, Pages, new SolarisDumpSettings { Content = SolarisDumpSettings.AllPages, PanicString = "BAD TRAP" });
        using var target = DumpOpener.Open(new OpenOptions { Dump = path });
        var session = new MdbSession(target);
        foreach (var (what, line) in new[]
        {
            ("::kgrep of 1 GB", "0x123456789abcdef0::kgrep"),
            ("  -d", "0x123456789abcdef0::kgrep -d 1000"),
            ("  -m", "0x1234567800000000::kgrep -m ffffffff00000000"),
            ("  -s 1 -v", "0xa5::kgrep -s 1 -v ! wc -l"),
        })
        {
            var (ours, theirs) = Timing.Compare(() => Search(session, line), () => Plain(target));
            yield return new Row { What = what, Ours = ours, Peer = "Span.IndexOf of the pages", Theirs = theirs, Max = MostSeconds };
        }
    }

    private static void Search(MdbSession session, string line)
    {
        foreach (var output in session.Run(line))
            if (output.IsError) throw new InvalidOperationException(output.Text);
    }

    /// <summary>Every page of the dump, read and searched for the same number.</summary>
    private static void Plain(DumpTarget target)
    {
        IPageSource pages = target.Image.Pages;
        ulong[] page = new ulong[pages.PageSize / sizeof(ulong)];
        int found = 0;
        for (ulong frame = 0; frame < pages.FrameLimit; frame++)
        {
            pages.ReadPage(frame, System.Runtime.InteropServices.MemoryMarshal.AsBytes(page.AsSpan()));
            if (page.AsSpan().IndexOf(0x123456789abcdef0UL) >= 0) found++;
        }

        GC.KeepAlive(found);
    }
}
