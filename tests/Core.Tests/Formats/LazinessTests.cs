using System.Buffers.Binary;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Formats;

/// <summary>What opening reads must not grow with the machine's memory.</summary>
public class LazinessTests
{
    private const long SixtyFourGigabytes = 64L << 30;

    [Fact]
    public void A_64_GB_elf_dump_opens_by_its_headers()
    {
        var writer = MachineDumpWriter.Qemu(cpus: 4).Load(0, 0, [1, 2, 3, 4]);
        byte[] bytes = writer.Build();
        int load = writer.SegmentTable + writer.ProgramHeaderSize;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(load + 32), (ulong)SixtyFourGigabytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(load + 40), (ulong)SixtyFourGigabytes);
        var source = new SparseSource(bytes.Length + SixtyFourGigabytes).Put(0, bytes);
        var image = Open(source);
        Assert.InRange(source.BytesRead, 0, 20_000);
        byte[] page = new byte[4096];
        Assert.Equal(4096, image.Pages.ReadPage((ulong)(SixtyFourGigabytes >> 12) - 1, page));
        Assert.Equal(0, image.Pages.ReadPage((ulong)SixtyFourGigabytes >> 12, page));
        Assert.Equal(4096, image.Pages.ReadPage(0, page));
        Assert.Equal([1, 2, 3, 4], page[..4]);
    }

    [Fact]
    public void A_64_GB_kdump_opens_by_its_headers_and_counts_its_bitmap_once()
    {
        byte[] contents = new byte[4096];
        contents.AsSpan().Fill(0x5a);
        byte[] bytes = new KdumpWriter { FrameLimit = (ulong)(SixtyFourGigabytes >> 12) }.Page(5, contents).Page(16_000_000, contents).Build();
        var source = new SparseSource(bytes.Length).Put(0, bytes);
        var image = Open(source);
        Assert.InRange(source.BytesRead, 0, 20_000);
        byte[] page = new byte[4096];
        Assert.Equal(4096, image.Pages.ReadPage(16_000_000, page));
        Assert.Equal(contents, page);
        Assert.InRange(source.BytesRead, 2 << 20, (2 << 20) + 200_000);
        long before = source.BytesRead;
        Assert.Equal(4096, image.Pages.ReadPage(5, page));
        Assert.InRange(source.BytesRead - before, 0, 5000);
    }

    private static DumpImage Open(IByteSource source)
    {
        var diagnostics = new DiagnosticBag();
        var image = DumpFormats.Open(source, diagnostics, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(diagnostics.Items, d => d.Id != "dump/no-cpus");
        return image;
    }
}
