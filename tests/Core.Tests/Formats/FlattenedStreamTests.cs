using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Kdump;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Formats;

public class FlattenedStreamTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Reads_as_the_file_that_it_stands_for(int piece)
    {
        byte[] file = new byte[5000];
        new Random(1).NextBytes(file);
        file.AsSpan(2000, 1500).Clear();
        var stream = Open(KdumpWriter.Flatten(file, piece));
        Assert.Equal(file.Length, stream.Length);
        for (int at = 0; at < file.Length; at += 37)
        {
            byte[] bytes = new byte[1111];
            int want = Math.Min(bytes.Length, file.Length - at);
            Assert.Equal(want, stream.Read(at, bytes));
            Assert.Equal(file.AsSpan(at, want).ToArray(), bytes[..want]);
        }

        Assert.Equal(0, stream.Read(file.Length, new byte[1]));
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Keeps_what_is_there_of_a_stream_that_is_cut_off()
    {
        byte[] file = new byte[5000];
        new Random(2).NextBytes(file);
        byte[] flat = KdumpWriter.Flatten(file, 1000);
        var stream = Open(flat[..(4096 + (2 * 1016) + 16 + 300)]);
        Assert.False(stream.IsComplete);
        byte[] bytes = new byte[5000];
        Assert.Equal(2300, stream.Read(0, bytes));
        Assert.Equal(file[..2300], bytes[..2300]);
        Assert.Contains(_diagnostics.Items, d => d.Id == DiagnosticIds.DumpTruncated);
    }

    [Fact]
    public void A_hole_of_a_stream_that_is_cut_off_is_unknown_not_zero()
    {
        var stream = Open(Stream((0, [1, 2]), (10, [3]))[..^16]);
        Assert.Equal(2, stream.Read(0, new byte[20]));
        Assert.Equal(0, stream.Read(5, new byte[20]));
        Assert.Equal(1, stream.Read(10, new byte[20]));
    }

    [Fact]
    public void Takes_records_in_any_order_and_the_later_over_the_earlier()
    {
        var stream = Open(Stream((100, Fill(1, 100)), (0, Fill(2, 50)), (150, Fill(3, 10)), (40, Fill(4, 70)), (155, Fill(5, 1))));
        byte[] expected = new byte[200];
        Fill(1, 100).CopyTo(expected, 100);
        Fill(2, 50).CopyTo(expected, 0);
        Fill(3, 10).CopyTo(expected, 150);
        Fill(4, 70).CopyTo(expected, 40);
        Fill(5, 1).CopyTo(expected, 155);
        byte[] bytes = new byte[200];
        Assert.Equal(200, stream.Read(0, bytes));
        Assert.Equal(expected, bytes);
    }

    [Fact]
    public void Follows_random_rewrites()
    {
        var random = new Random(3);
        byte[] expected = new byte[3000];
        var records = new List<(ulong, byte[])>();
        for (int i = 0; i < 300; i++)
        {
            int at = random.Next(0, 2900);
            byte[] bytes = new byte[random.Next(1, 100)];
            random.NextBytes(bytes);
            bytes.CopyTo(expected, at);
            records.Add(((ulong)at, bytes));
        }

        var stream = Open(Stream([.. records]));
        byte[] all = new byte[stream.Length];
        Assert.Equal(all.Length, stream.Read(0, all));
        Assert.Equal(expected[..all.Length], all);
    }

    [Theory]
    [InlineData(ulong.MaxValue, 5UL)]
    [InlineData(5UL, ulong.MaxValue)]
    [InlineData(1UL << 62, (1UL << 62) + 5)]
    [InlineData(long.MaxValue, 1UL)]
    public void Stops_at_a_record_that_cannot_be(ulong offset, ulong size)
    {
        var w = new ByteWriter(bigEndian: true).Bytes(Stream((0, [1, 2, 3])).AsSpan()[..^16]).U64(offset).U64(size).Zeros(100);
        var stream = Open(w.ToArray());
        Assert.Equal(3, stream.Length);
        Assert.Contains(_diagnostics.Items, d => d.Id == "flattened/bad-record");
    }

    [Fact]
    public void A_record_far_out_costs_nothing()
    {
        var stream = Open(Stream((0, [1]), (1UL << 62, [2])));
        byte[] bytes = new byte[16];
        Assert.Equal(16, stream.Read(1L << 61, bytes));
        Assert.Equal(new byte[16], bytes);
        Assert.Equal(1, stream.Read(1L << 62, bytes));
    }

    [Fact]
    public void Ends_on_records_of_no_size()
    {
        var w = new ByteWriter(bigEndian: true).Bytes(Stream((0, [1])).AsSpan()[..^16]).Zeros(160_000);
        Assert.Equal(1, Open(w.ToArray()).Length);
    }

    [Fact]
    public void Opens_a_kdump_inside()
    {
        byte[] page = Fill(7, 4096);
        byte[] flat = KdumpWriter.Flatten(new KdumpWriter().Page(3, page).Build());
        var image = DumpFormats.Open(new BytesByteSource(flat, "flat"), _diagnostics, TestContext.Current.CancellationToken);
        Assert.Equal("compressed kdump v6 (zlib, flattened)", image.FormatName);
        byte[] read = new byte[4096];
        Assert.Equal(4096, image.Pages.ReadPage(3, read));
        Assert.Equal(page, read);
    }

    [Fact]
    public void Opens_an_elf_dump_inside()
    {
        byte[] flat = KdumpWriter.Flatten(MachineDumpWriter.Qemu().Load(0, 0, Fill(7, 4096)).Build());
        Assert.Equal("ELF machine dump (QEMU), flattened", DumpFormats.Open(new BytesByteSource(flat, "flat"), _diagnostics, TestContext.Current.CancellationToken).FormatName);
    }

    [Fact]
    public void Refuses_a_header_that_is_cut_off_or_unknown()
    {
        byte[] flat = Stream((0, [1]));
        Assert.Contains("ends inside", Assert.Throws<DumpFormatException>(() => Open(flat[..20])).Message, StringComparison.Ordinal);
        Assert.Contains("without a record", Assert.Throws<DumpFormatException>(() => Open(flat[..4096])).Message, StringComparison.Ordinal);
        flat[31] = 9;
        Assert.Contains("version 9", Assert.Throws<DumpFormatException>(() => Open(flat)).Message, StringComparison.Ordinal);
    }

    private FlattenedStream Open(byte[] bytes) => FlattenedStream.Open(new BytesByteSource(bytes, "test.flat"), _diagnostics, TestContext.Current.CancellationToken);

    private static byte[] Fill(byte value, int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static byte[] Stream(params (ulong Offset, byte[] Bytes)[] records)
    {
        var w = new ByteWriter(bigEndian: true).Text("makedumpfile").PadTo(16).U64(1).U64(1).PadTo(4096);
        foreach (var (offset, bytes) in records) w.U64(offset).U64((ulong)bytes.Length).Bytes(bytes);
        return w.U64(ulong.MaxValue).U64(ulong.MaxValue).ToArray();
    }
}
