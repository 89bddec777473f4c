using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Opening;

public sealed class PackedDumpProgressTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("xendump-tests-").FullName;

    [Fact]
    public void Tells_that_the_pages_of_a_packed_dump_are_indexed_and_stops_there_when_told()
    {
        string path = Write(new SolarisDumpSettings());
        var heard = new List<string>();
        using (DumpOpener.Open(new OpenOptions { Dump = path }, new Listener(p => heard.Add(p.Stage)), TestContext.Current.CancellationToken))
        {
            Assert.Contains("pages", heard);
        }

        using var stop = new CancellationTokenSource();
        var cancelling = new Listener(p =>
        {
            if (p.Stage == "pages") stop.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => DumpOpener.Open(new OpenOptions { Dump = path }, cancelling, stop.Token));
    }

    [Fact]
    public void Tells_how_far_the_index_is()
    {
        // Pages that do not pack, more of them than one report is for.
        var image = new SolarisMemoryImage(64);
        byte[] page = new byte[4096];
        var random = new Random(1);
        for (ulong i = 0; i < 40_000; i++)
        {
            if (i % 64 == 0) random.NextBytes(page);
            image.WritePage(0x1000 + i, 0, page);
        }

        var heard = new List<string>();
        var source = new BytesByteSource(VmdumpWriter.Build(image, new SolarisDumpSettings { Codec = SolarisCodec.Raw }), "vmdump.0");
        var dump = DumpFormats.Open(source, new DiagnosticBag(), TestContext.Current.CancellationToken).Solaris!;
        dump.Progress = new Texts(heard);
        dump.Prepare(TestContext.Current.CancellationToken);
        Assert.Equal(2, heard.Count);
        Assert.All(heard, text => Assert.Matches(@"^indexing the dump's pages: \d+%$", text));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(SolarisDumpSettings settings)
    {
        string path = Path.Combine(_folder, "vmdump.0");
        File.WriteAllBytes(path, VmdumpWriter.Build(SolarisScenes.Pages(64), settings));
        return path;
    }

    private sealed class Listener(Action<OpenProgress> listen) : IProgress<OpenProgress>
    {
        public void Report(OpenProgress value) => listen(value);
    }

    private sealed class Texts(List<string> heard) : IProgress<string>
    {
        public void Report(string value) => heard.Add(value);
    }
}
