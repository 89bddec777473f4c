using System.Buffers.Binary;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Formats;

public class CompressedKdumpTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Theory]
    [InlineData(KdumpMethod.None, "uncompressed")]
    [InlineData(KdumpMethod.Zlib, "zlib")]
    [InlineData(KdumpMethod.Lzo, "lzo")]
    [InlineData(KdumpMethod.Snappy, "snappy")]
    [InlineData(KdumpMethod.Zstd, "zstd")]
    public void Unpacks_pages_of_each_method(KdumpMethod method, string name)
    {
        var writer = new KdumpWriter(method).Page(1, Text(1)).Page(2, Noise(2)).Page(70_000, Text(3)).LeaveOut(5);
        var image = Open(writer.Build());
        Assert.Equal(($"compressed kdump v6 ({name})", 62), (image.FormatName, image.ElfMachine));
        Assert.Equal(Text(1), Page(image, 1));
        Assert.Equal(Noise(2), Page(image, 2));
        Assert.Equal(Text(3), Page(image, 70_000));
        Assert.Equal(70_001UL, image.Pages.FrameLimit);
        Assert.Equal([new MachineRange(new(0x1000), 0x2000), new MachineRange(new(70_000UL << 12), 0x1000)], image.Pages.Ranges);
        Assert.Contains("left out", image.Pages.Explain(5, 0).Text, StringComparison.Ordinal);
        Assert.Contains("no RAM", image.Pages.Explain(6, 0).Text, StringComparison.Ordinal);
        Assert.Equal(FaultKind.None, image.Pages.Explain(1, 0).Kind);
        Assert.Equal(FaultKind.NotSaved, image.Pages.Explain(ulong.MaxValue, 0).Kind);
    }

    [Fact]
    public void Finds_every_page_of_a_scattered_dump()
    {
        var random = new Random(7);
        var writer = new KdumpWriter(KdumpMethod.Zlib);
        var frames = new SortedSet<ulong>();
        while (frames.Count < 500) frames.Add((ulong)random.Next(0, 40_000));
        foreach (ulong frame in frames) writer.Page(frame, Text((int)frame));
        var image = Open(writer.Build());
        byte[] page = new byte[4096];
        for (ulong frame = 0; frame < 40_000; frame++)
        {
            Assert.Equal(frames.Contains(frame) ? 4096 : 0, image.Pages.ReadPage(frame, page));
            if (frames.Contains(frame)) Assert.Equal(Text((int)frame), page);
        }

        Assert.Equal(frames, image.Pages.Ranges.SelectMany(r => Enumerable.Range(0, (int)(r.Length >> 12)).Select(i => (r.Start.Value >> 12) + (ulong)i)).ToHashSet());
    }

    [Fact]
    public void Reads_the_same_notes_as_an_elf_dump()
    {
        var elf = new ElfWriter();
        var image = Open(new KdumpWriter { Notes = MachineDumpWriter.XenNotes(elf, 2, 1), VmcoreInfo = "OSRELEASE=6.1\n" }.Page(1, Text(1)).Build());
        Assert.Equal((2, 1), (image.Cpus.Count, image.XenCrash?.CpuIndex));
        Assert.Equal(0x290bUL, image.XenCrash?.Dom0P2mFrameListList);
        Assert.Equal(("PAGESIZE=4096\n", "OSRELEASE=6.1\n"), (image.XenVmcoreInfo, image.KernelVmcoreInfo));
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Reads_the_headers_of_a_32_bit_machine()
    {
        var elf = new ElfWriter(is64: false);
        var image = Open(new KdumpWriter(is64: false) { Notes = MachineDumpWriter.QemuNotes(elf, 1, is64: false) }.Page(3, Text(1)).Build());
        Assert.Equal(3, image.ElfMachine);
        Assert.Equal(0x1000UL, Assert.Single(image.Cpus)["rax"]);
        Assert.Equal(Text(1), Page(image, 3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void An_older_header_lacks_what_it_lacks(int version)
    {
        var elf = new ElfWriter();
        var image = Open(new KdumpWriter { Version = version, Notes = MachineDumpWriter.XenNotes(elf, 1, 0), VmcoreInfo = "A=1\n" }.Page(1, Text(1)).Build());
        Assert.Equal(version >= 4 ? 1 : 0, image.Cpus.Count);
        Assert.Equal(version >= 3 ? "A=1\n" : null, image.KernelVmcoreInfo);
        Assert.Equal(Text(1), Page(image, 1));
    }

    [Theory]
    [InlineData(KdumpMethod.Zlib)]
    [InlineData(KdumpMethod.Lzo)]
    [InlineData(KdumpMethod.Snappy)]
    [InlineData(KdumpMethod.Zstd)]
    public void A_damaged_page_is_bad_and_the_others_are_not(KdumpMethod method)
    {
        var writer = new KdumpWriter(method).Page(1, Text(1)).Page(2, Text(2));
        byte[] bytes = writer.Build();
        int at = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(writer.DescriptorsAt));
        bytes.AsSpan(at, 12).Fill(0xfe);
        var image = Open(bytes);
        Assert.Equal(0, image.Pages.ReadPage(1, new byte[4096]));
        Assert.Equal(FaultKind.BadPage, image.Pages.Explain(1, 0).Kind);
        Assert.Equal(Text(2), Page(image, 2));
    }

    [Theory]
    [InlineData(0, ulong.MaxValue, FaultKind.Truncated)]
    [InlineData(0, ulong.MaxValue - 2, FaultKind.Truncated)]
    [InlineData(0, 1UL << 40, FaultKind.Truncated)]
    [InlineData(0, 0UL, FaultKind.Truncated)]
    [InlineData(8, 0x1_0000_0000UL, FaultKind.BadPage)]
    [InlineData(8, 0x1_ffff_ffffUL, FaultKind.BadPage)]
    [InlineData(8, 0x3_0000_0010UL, FaultKind.BadPage)]
    [InlineData(8, 100UL, FaultKind.BadPage)]
    public void A_page_descriptor_that_lies_costs_its_page(int field, ulong value, FaultKind kind)
    {
        var writer = new KdumpWriter().Page(1, Text(1)).Page(2, Text(2));
        byte[] bytes = writer.Build();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(writer.DescriptorsAt + field), value);
        var image = Open(bytes);
        Assert.Equal(0, image.Pages.ReadPage(1, new byte[4096]));
        Assert.Equal(kind, image.Pages.Explain(1, 0).Kind);
        Assert.Equal(Text(2), Page(image, 2));
    }

    [Fact]
    public void What_is_cut_off_is_truncated()
    {
        var writer = new KdumpWriter().Page(1, Text(1)).Page(2, Text(2));
        byte[] bytes = writer.Build();
        var image = Open(bytes[..^5]);
        Assert.Equal(Text(1), Page(image, 1));
        Assert.Equal(FaultKind.Truncated, image.Pages.Explain(2, 0).Kind);
        image = Open(bytes[..(writer.DescriptorsAt + 30)]);
        Assert.Equal(FaultKind.Truncated, image.Pages.Explain(2, 0).Kind);
        image = Open(bytes[..writer.BitmapAt]);
        Assert.Empty(image.Pages.Ranges);
        Assert.Contains(_diagnostics.Items, d => d.Id == "dump/truncated");
    }

    [Fact]
    public void Survives_every_file_size_there_is()
    {
        byte[] bytes = new KdumpWriter { Notes = MachineDumpWriter.XenNotes(new ElfWriter(), 1, 0) }.Page(1, Text(1)).Build();
        byte[] flat = KdumpWriter.Flatten(bytes);
        for (int length = 0; length < bytes.Length; length += length is > 500 and < 4000 ? 97 : 13) TryOpen(bytes.AsMemory(0, length));
        for (int length = 0; length < flat.Length; length += 13) TryOpen(flat.AsMemory(0, length));
    }

    [Fact]
    public void Survives_every_byte_of_its_headers_being_wrong()
    {
        var writer = new KdumpWriter { Notes = MachineDumpWriter.XenNotes(new ElfWriter(), 1, 0), VmcoreInfo = "A=1\n" }.Page(1, Text(1)).Page(9, Text(2));
        byte[] bytes = writer.Build();
        int[] places = [.. Enumerable.Range(0, 12), .. Enumerable.Range(404, 64), .. Enumerable.Range(4096, 104), .. Enumerable.Range(writer.DescriptorsAt, 48)];
        foreach (int at in places)
        {
            byte good = bytes[at];
            foreach (byte bad in new byte[] { 0, 0x7f, 0x80, 0xff, unchecked((byte)(good + 1)) })
            {
                bytes[at] = bad;
                TryOpen(bytes);
            }

            bytes[at] = good;
        }
    }

    [Fact]
    public void Refuses_a_part_of_a_split_dump() => AssertRefused(new KdumpWriter { Split = 1 }.Page(1, Text(1)).Build(), "--reassemble");

    [Fact]
    public void Refuses_another_machine() => AssertRefused(new KdumpWriter { Machine = "ppc64le" }.Page(1, Text(1)).Build(), "ppc64le");

    [Fact]
    public void Refuses_a_header_that_makes_no_sense()
    {
        var writer = new KdumpWriter();
        byte[] bytes = writer.Page(1, Text(1)).Build();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(writer.StatusAt + 4), 4097);
        AssertRefused(bytes, "makes no sense");
        AssertRefused(bytes[..300], "ends inside its kdump header");
    }

    [Fact]
    public void Tells_of_a_dump_whose_writer_ran_out_of_space()
    {
        Open(new KdumpWriter { ExtraStatus = 8 }.Page(1, Text(1)).Build());
        Assert.Contains(_diagnostics.Items, d => d.Id == "kdump/incomplete");
    }

    private void AssertRefused(byte[] bytes, string why) =>
        Assert.Contains(why, Assert.Throws<DumpFormatException>(() => Open(bytes)).Message, StringComparison.Ordinal);

    private static void TryOpen(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var image = DumpFormats.Open(new BytesByteSource(bytes, "test"), new DiagnosticBag(), TestContext.Current.CancellationToken);
            byte[] page = new byte[image.Pages.PageSize];
            foreach (ulong frame in new[] { 0UL, 1UL, 9UL, 70_000UL })
            {
                image.Pages.ReadPage(frame, page);
                image.Pages.Explain(frame, 0);
            }

            Assert.True(image.Pages.Ranges.Count() < 100_000);
        }
        catch (DumpFormatException e)
        {
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
        }
    }

    private DumpImage Open(byte[] bytes) => DumpFormats.Open(new BytesByteSource(bytes, "test.kdump"), _diagnostics, TestContext.Current.CancellationToken);

    private static byte[] Page(DumpImage image, ulong frame)
    {
        byte[] page = new byte[image.Pages.PageSize];
        Assert.Equal(page.Length, image.Pages.ReadPage(frame, page));
        return page;
    }

    /// <summary>A page that packs well.</summary>
    private static byte[] Text(int seed)
    {
        byte[] bytes = new byte[4096];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)((i / 64 + seed) % 97);
        return bytes;
    }

    private static byte[] Noise(int seed)
    {
        byte[] bytes = new byte[4096];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
