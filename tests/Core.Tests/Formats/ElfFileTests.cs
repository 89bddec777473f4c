using System.Buffers.Binary;
using System.IO.Compression;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Formats;

public class ElfFileTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Reads_both_classes_in_both_byte_orders(bool is64, bool bigEndian)
    {
        var writer = new ElfWriter(is64, bigEndian).Load(0xff80_0000, 0x20_0000, [1, 2, 3], 0x1000).Section(".text", 1, [0x90, 0xc3], flags: 6, address: 0x1000);
        var file = Open(writer.Build());
        Assert.Equal((is64, bigEndian, 4), (file.Is64, file.BigEndian, file.Type));
        var load = Assert.Single(file.Segments);
        Assert.Equal((1u, 0xff80_0000UL, 0x20_0000UL, 3UL, 0x1000UL), (load.Type, load.VirtualAddress, load.PhysicalAddress, load.FileSize, load.MemorySize));
        Assert.Equal([1, 2, 3], file.ReadSegment(load, 100).ToArray());
        var text = file.FindSection(".text");
        Assert.NotNull(text);
        Assert.Equal((0x1000UL, 6UL), (text.Address, text.Flags));
        Assert.Equal([0x90, 0xc3], file.ReadSection(text).ToArray());
        Assert.Null(file.FindSection(".data"));
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Takes_counts_that_do_not_fit_from_section_zero()
    {
        var writer = new ElfWriter { ExtendedCounts = true };
        for (int i = 0; i < 5; i++) writer.Load(0, (ulong)i << 12, [1]);
        var file = Open(writer.Section(".a", 1, [7]).Build());
        Assert.Equal(5, file.Segments.Count);
        Assert.Equal(3, file.Sections.Count);
        Assert.NotNull(file.FindSection(".a"));
    }

    [Fact]
    public void Does_not_mind_the_header_size_that_qemu_writes()
    {
        var file = Open(new ElfWriter { HeaderSize = 8 }.Load(0, 0, [1]).Build());
        Assert.Single(file.Segments);
    }

    [Fact]
    public void Gives_nothing_for_a_section_without_bits()
    {
        var file = Open(new ElfWriter().Section(".bss", 8, [], size: 0x10_0000).Build());
        Assert.True(file.ReadSection(file.FindSection(".bss")!).IsEmpty);
        Assert.Empty(_diagnostics.Items);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decompresses_zlib_sections(bool is64)
    {
        byte[] contents = Pattern(100_000);
        var header = new ByteWriter().U32(1);
        if (is64) header.U32(0);
        header.Number((ulong)contents.Length, is64 ? 8 : 4).Number(1, is64 ? 8 : 4).Bytes(Zlib(contents));
        var file = Open(new ElfWriter(is64).Section(".debug_info", 1, header.ToArray(), flags: 0x800).Build());
        Assert.Equal(contents, file.ReadSection(file.FindSection(".debug_info")!).ToArray());
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Decompresses_zstd_sections()
    {
        byte[] contents = Pattern(100_000);
        using var compressor = new ZstdSharp.Compressor();
        var header = new ByteWriter().U32(2).U32(0).U64((ulong)contents.Length).U64(1).Bytes(compressor.Wrap(contents));
        var file = Open(new ElfWriter().Section(".debug_info", 1, header.ToArray(), flags: 0x800).Build());
        Assert.Equal(contents, file.ReadSection(file.FindSection(".debug_info")!).ToArray());
    }

    [Fact]
    public void Finds_and_decompresses_the_older_zdebug_sections()
    {
        byte[] contents = Pattern(5000);
        byte[] size = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(size, (ulong)contents.Length);
        var bytes = new ByteWriter().Text("ZLIB", false).Bytes(size).Bytes(Zlib(contents));
        var file = Open(new ElfWriter().Section(".zdebug_line", 1, bytes.ToArray()).Build());
        Assert.Equal(contents, file.ReadSection(file.FindSection(".debug_line")!).ToArray());
    }

    [Fact]
    public void Keeps_what_came_out_before_the_damage_in_a_compressed_section()
    {
        byte[] contents = Pattern(100_000);
        byte[] packed = Zlib(contents);
        var header = new ByteWriter().U32(1).U32(0).U64((ulong)contents.Length).U64(1).Bytes(packed.AsSpan(0, packed.Length / 2));
        var file = Open(new ElfWriter().Section(".debug_info", 1, header.ToArray(), flags: 0x800).Build());
        var read = file.ReadSection(file.FindSection(".debug_info")!);
        Assert.InRange(read.Length, 1, contents.Length - 1);
        Assert.Equal(contents.AsSpan(0, read.Length).ToArray(), read.ToArray());
        Assert.Equal("elf/section-compressed", Assert.Single(_diagnostics.Items).Id);
    }

    [Theory]
    [InlineData(1u, 1UL << 40)]
    [InlineData(77u, 100UL)]
    public void Refuses_a_compressed_section_that_claims_too_much_or_an_unknown_method(uint method, ulong size)
    {
        var header = new ByteWriter().U32(method).U32(0).U64(size).U64(1).Bytes(Zlib([1, 2, 3]));
        var file = Open(new ElfWriter().Section(".debug_info", 1, header.ToArray(), flags: 0x800).Build());
        Assert.True(file.ReadSection(file.FindSection(".debug_info")!).IsEmpty);
        Assert.Equal("elf/section-compressed", Assert.Single(_diagnostics.Items).Id);
    }

    [Fact]
    public void A_small_file_that_claims_a_gigabyte_does_not_cost_one()
    {
        var header = new ByteWriter().U32(1).U32(0).U64(DumpLimits.DebugSectionBytes).U64(1).Bytes(Zlib([1, 2, 3]));
        byte[] bytes = new ElfWriter().Section(".debug_info", 1, header.ToArray(), flags: 0x800).Build();
        const long Bound = 2_000_000;
        long allocated = Cost.Allocated(
            () =>
            {
                var file = Open(bytes);
                Assert.Equal([1, 2, 3], file.ReadSection(file.FindSection(".debug_info")!).ToArray());
            },
            Bound);
        Assert.InRange(allocated, 0, Bound);
    }

    [Theory]
    [InlineData(0, "is empty")]
    [InlineData(3, "not an ELF file")]
    [InlineData(10, "ends inside its ELF header")]
    [InlineData(63, "ends inside its ELF header")]
    public void Rejects_a_header_that_is_cut_off(int length, string why)
    {
        byte[] bytes = new ElfWriter().Load(0, 0, [1]).Build()[..length];
        var refusal = Assert.Throws<DumpFormatException>(() => Open(bytes));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(5, 0)]
    public void Rejects_an_unknown_class_or_byte_order(int at, byte value)
    {
        byte[] bytes = new ElfWriter().Build();
        bytes[at] = value;
        Assert.Throws<DumpFormatException>(() => Open(bytes));
    }

    [Fact]
    public void Leaves_out_headers_past_the_end()
    {
        var writer = new ElfWriter();
        for (int i = 0; i < 4; i++) writer.Load(0, (ulong)i << 12, [1]);
        byte[] bytes = writer.Build();
        var file = Open(bytes[..(writer.SegmentTable + (2 * 56) + 30)]);
        Assert.Equal(2, file.Segments.Count);
        Assert.Contains(_diagnostics.Items, d => d.Id == "elf/headers-truncated");
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 62)]
    [InlineData(ulong.MaxValue - 60)]
    public void Survives_a_header_table_that_is_nowhere(ulong offset)
    {
        byte[] bytes = new ElfWriter().Load(0, 0, [1]).Section(".a", 1, [1]).Build();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), offset);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), offset);
        var file = Open(bytes);
        Assert.Empty(file.Segments);
        Assert.Empty(file.Sections);
        Assert.Contains(_diagnostics.Items, d => d.Id == "elf/headers-truncated");
    }

    [Fact]
    public void Refuses_entries_that_are_too_small()
    {
        byte[] bytes = new ElfWriter().Load(0, 0, [1]).Build();
        bytes[54] = 1;
        Assert.Empty(Open(bytes).Segments);
        Assert.Equal("elf/entry-size", Assert.Single(_diagnostics.Items).Id);
    }

    [Fact]
    public void Cuts_an_absurd_count_of_headers_to_what_the_file_holds()
    {
        var writer = new ElfWriter { ExtendedCounts = true }.Load(0, 0, [1]);
        byte[] bytes = writer.Build();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(writer.SectionTable + 44), uint.MaxValue);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(writer.SectionTable + 32), ulong.MaxValue);
        var file = Open(bytes);
        Assert.InRange(file.Segments.Count, 1, bytes.Length / 56);
        Assert.InRange(file.Sections.Count, 1, bytes.Length / 64);
        Assert.Contains(_diagnostics.Items, d => d.Id == "elf/too-many-headers");
    }

    [Fact]
    public void Says_so_when_the_section_that_holds_the_counts_is_cut_off()
    {
        var writer = new ElfWriter { ExtendedCounts = true }.Load(0, 0, [1]);
        byte[] bytes = writer.Build();
        Open(bytes[..writer.SectionTable]);
        Assert.Contains(_diagnostics.Items, d => d.Id == "elf/counts-lost");
    }

    [Theory]
    [InlineData(ulong.MaxValue, 16UL)]
    [InlineData(0UL, ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 3, ulong.MaxValue)]
    public void Reads_what_there_is_of_a_section_that_lies_about_its_place(ulong offset, ulong size)
    {
        var writer = new ElfWriter().Section(".a", 1, [1, 2, 3]);
        byte[] bytes = writer.Build();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(writer.SectionTable + 64 + 24), offset);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(writer.SectionTable + 64 + 32), size);
        var file = Open(bytes);
        Assert.InRange(file.ReadSection(file.FindSection(".a")!).Length, 0, bytes.Length);
        Assert.Contains(_diagnostics.Items, d => d.Id == "elf/section-truncated");
    }

    [Fact]
    public void A_mapped_file_reads_as_a_file_read_by_position_does()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] bytes = new ElfWriter().Section(".text", 1, Pattern(9000), flags: 6).Build();
            File.WriteAllBytes(path, bytes);
            using var mapped = MappedFileByteSource.Open(path);
            using var plain = FileByteSource.Open(path);
            foreach (IByteSource source in new IByteSource[] { mapped, plain })
            {
                Assert.Equal(bytes.Length, source.Length);
                var file = ElfFile.Open(source, _diagnostics);
                Assert.Equal(Pattern(9000), file.ReadSection(file.FindSection(".text")!).ToArray());
                byte[] tail = new byte[10];
                Assert.Equal(4, source.Read(bytes.Length - 4, tail));
                Assert.Equal(0, source.Read(bytes.Length, tail));
                Assert.Equal(0, source.Read(-1, tail));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_that_is_cut_while_it_is_open_reads_short()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Pattern(10_000));
            using var source = FileByteSource.Open(path);
            using (var cut = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) cut.SetLength(100);
            Assert.Equal(0, source.Read(5000, new byte[8]));
            Assert.Equal(50, source.Read(50, new byte[200]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Names_what_is_wrong_with_a_path()
    {
        Assert.Contains("does not exist", Assert.Throws<DumpFormatException>(() => FileByteSource.Open("/nowhere/at/all")).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<DumpFormatException>(() => FileByteSource.Open(Path.GetTempPath())).Message, StringComparison.Ordinal);
    }

    private ElfFile Open(byte[] bytes) => ElfFile.Open(new BytesByteSource(bytes, "test.elf"), _diagnostics);

    private static byte[] Pattern(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = unchecked((byte)((i * 31) ^ (i >> 7)));
        return bytes;
    }

    private static byte[] Zlib(byte[] bytes)
    {
        var target = new MemoryStream();
        using (var stream = new ZLibStream(target, CompressionLevel.Optimal, leaveOpen: true)) stream.Write(bytes);
        return target.ToArray();
    }
}
