using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

/// <summary>A vmdump or dump device with one lie each.</summary>
public class PackedDamageTests
{
    private static readonly SolarisMemoryImage Image = SolarisScenes.Pages(64, pages: 90, foreign: 5);

    private static readonly Dictionary<string, SolarisDumpSettings> Codecs = new()
    {
        ["lzjb"] = new(),
        ["old"] = new() { HasDataHeader = false, Version = 9 },
        ["lzjb streams"] = new() { Codec = SolarisCodec.ParallelLzjb, Streams = 2, GroupPages = 5, BlockBytes = 20000 },
        ["bzip2 streams"] = new() { Codec = SolarisCodec.ParallelBzip2, Streams = 2, GroupPages = 5, BlockBytes = 9000, GroupsPerBzip2 = 1 },
    };

    public static TheoryData<string, bool> Each
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string codec in Codecs.Keys)
            {
                data.Add(codec, false);
                data.Add(codec, true);
            }

            return data;
        }
    }

    [Theory]
    [InlineData("dump_pfn", 0UL)]
    [InlineData("dump_pfn", 0x7fff_ffff_ffff_ffff)]
    [InlineData("dump_map", ulong.MaxValue)]
    [InlineData("dump_data", 0UL)]
    [InlineData("dump_data", 0x7fff_ffff_ffff_f000)]
    [InlineData("dump_hashmask", ulong.MaxValue)]
    [InlineData("dump_pagesize", 0UL)]
    [InlineData("dump_wordsize", 32UL)]
    [InlineData("dump_npages", ulong.MaxValue)]
    [InlineData("dump_nvtop", ulong.MaxValue)]
    [InlineData("dump_nvtop", 0x10_0000UL)]
    public void Shows_all_memory_in_spite_of_a_wrong_number_in_both_headers(string field, ulong lie)
    {
        foreach (bool device in new[] { false, true })
        {
            var whole = Write("lzjb", device);
            var part = DumpHeaderWriter.Numbers(64, 10).First(p => p.Name == field);
            var w = new ByteWriter().Bytes(whole.Bytes).Patch((int)(whole["header"].Offset + part.Offset), lie, (int)part.Length).Patch((int)(whole["end header"].Offset + part.Offset), lie, (int)part.Length);
            var dump = OpenedDump.Of(w.ToArray());
            dump.AssertHolds(Image);
            Assert.True(field == "dump_hashmask" || dump.Diagnostics.Items.Count > 0);
        }
    }

    [Theory]
    [InlineData("header")]
    [InlineData("end header")]
    public void Uses_the_header_that_makes_sense(string which)
    {
        foreach (bool device in new[] { false, true })
        {
            var whole = Write("lzjb", device);
            var dump = OpenedDump.Of(new ByteWriter().Bytes(whole.Bytes).Patch((int)whole[which].Offset + 48, 0x1234_5678_9abc, 8).ToArray());
            Assert.True(dump.Says("solaris/headers-differ"));
            dump.AssertHolds(Image);
        }
    }

    [Theory, MemberData(nameof(Each))]
    public void Does_without_a_data_header_that_is_damaged(string codec, bool device)
    {
        var whole = Write(codec, device);
        if (whole["data header"].Length == 0) return;
        foreach (var (offset, length, lie) in new[] { (0, 4, 0UL), (16, 4, 1UL), (16, 4, 0xffff_ffffUL), (20, 4, 1UL), (24, 2, 0UL), (24, 2, 0xffffUL), (26, 2, 0UL), (26, 2, 2UL), (8, 8, 1UL), (8, 8, ulong.MaxValue) })
        {
            var dump = OpenedDump.Of(new ByteWriter().Bytes(whole.Bytes).Patch((int)whole["data header"].Offset + offset, lie, length).ToArray());
            dump.AssertHolds(Image);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Knows_a_file_whose_flags_are_damaged(bool isVmcore)
    {
        var whole = isVmcore ? VmcoreWriter.Write(Image, new()) : Write("lzjb", false);
        var dump = OpenedDump.Of(new ByteWriter().Bytes(whole.Bytes).Patch(8, isVmcore ? 0x1000bUL : 0x10002UL, 4).ToArray());
        Assert.Equal(isVmcore ? SolarisCarrier.Vmcore : SolarisCarrier.Vmdump, dump.Dump.Carrier);
        dump.AssertHolds(Image);
    }

    [Theory, MemberData(nameof(Each))]
    public void Shows_no_wrong_byte_wherever_it_is_cut(string codec, bool device)
    {
        var whole = Write(codec, device);
        foreach (int length in Enumerable.Range(1, 30).Select(i => (int)((long)whole.Bytes.Length * i / 31)))
        {
            try
            {
                AssertNothingWrong(OpenedDump.Of(whole.Bytes[..length]), device, codec);
            }
            catch (DumpFormatException e)
            {
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
                Assert.True(length < whole["ksyms"].Offset, e.Message);
            }
        }
    }

    [Theory, MemberData(nameof(Each))]
    public void Loses_little_by_a_record_that_states_a_wrong_size(string codec, bool device)
    {
        var whole = Write(codec, device);
        var records = whole.Parts.Where(p => p.Name == "page" || p.Name.StartsWith("stream", StringComparison.Ordinal)).ToArray();
        var victim = records[records.Length / 3];
        var dump = OpenedDump.Of(new ByteWriter().Bytes(whole.Bytes).Patch((int)victim.Offset, 0xfff_fffff, 4).ToArray());
        int there = AssertNothingWrong(dump, device, codec);
        Assert.True(dump.Says("solaris/data-corrupt") || codec == "bzip2 streams" && dump.Diagnostics.Items.Count > 0);
        int lost = Image.Pfns.Count - there;
        Assert.InRange(lost, 1, codec is "lzjb" ? 1 : codec is "old" ? Image.Pfns.Count : 50);
    }

    [Theory, MemberData(nameof(Each))]
    public void Loses_one_page_or_one_block_by_bad_bytes(string codec, bool device)
    {
        var whole = Write(codec, device);
        var records = whole.Parts.Where(p => (p.Name == "page" && p.Length is > 500 and < 4000) || p.Name.StartsWith("stream", StringComparison.Ordinal)).ToArray();
        var victim = records[records.Length / 2];
        byte[] bytes = whole.Bytes.ToArray();
        for (int i = 0; i < 60; i++) bytes[victim.Offset + 200 + i] ^= 0xff;
        var dump = OpenedDump.Of(bytes);

        // lzjb has no checksum: the page that was hit may unpack to something else.
        int there = AssertNothingWrong(dump, device, codec, mayDiffer: 1);
        Assert.InRange(Image.Pfns.Count - there, codec is "bzip2 streams" ? 1 : 0, codec is "bzip2 streams" ? 25 : 1);
        if (there < Image.Pfns.Count) Assert.Contains(Absent(dump), f => f.Kind == FaultKind.BadPage);
    }

    [Theory, MemberData(nameof(Each))]
    public void Ends_whatever_its_bytes_are(string codec, bool device)
    {
        var whole = Write(codec, device);
        var random = new Random(3);
        int begin = (int)whole["ksyms"].Offset, end = (int)(whole["data"].Offset + whole["data"].Length);
        for (int round = 0; round < 40; round++)
        {
            byte[] bytes = whole.Bytes.ToArray();
            for (int i = 0; i < 1 << (round % 8); i++) bytes[random.Next(begin, end)] = (byte)random.Next(256);
            for (int i = 0; i < round % 4; i++) BitConverter.TryWriteBytes(bytes.AsSpan((int)whole["header"].Offset + random.Next(8, 1900)), random.NextInt64() >> random.Next(64));
            try
            {
                var dump = OpenedDump.Of(bytes);
                _ = dump.Dump.AddressSpaces();
                byte[] page = new byte[65536];
                for (ulong i = 0; i < Math.Min(200, dump.Image.Pages.FrameLimit); i++)
                {
                    bool there = dump.Image.Pages.ReadPage(i, page) > 0;
                    Assert.Equal(there, dump.Image.Pages.Explain(i, 0).Kind == FaultKind.None);
                }
            }
            catch (DumpFormatException e)
            {
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Stops_making_the_index_when_told()
    {
        var dump = OpenedDump.Of(Write("lzjb", false).Bytes);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => dump.Dump.Prepare(stop.Token));
        dump.Dump.Prepare(TestContext.Current.CancellationToken);
        dump.AssertHolds(Image);
    }

    [Fact]
    public void Reads_messages_of_a_device_as_far_as_their_checksums_agree()
    {
        var settings = new SolarisDumpSettings { Messages = [new("WARNING: one"), new("panic: two", 2), new("three", 3)] };
        var whole = DumpDeviceWriter.Write(Image, settings);
        Assert.Equal(["WARNING: one", "panic: two", "three"], OpenedDump.Of(whole.Bytes).Dump.Messages);
        byte[] bytes = whole.Bytes.ToArray();
        int at = bytes.AsSpan().IndexOf("two"u8);
        bytes[at] ^= 1;
        var dump = OpenedDump.Of(bytes);
        Assert.Equal(["WARNING: one"], dump.Dump.Messages);
        Assert.True(dump.Says("solaris/messages"));
    }

    private static SolarisDumpFile Write(string codec, bool device) => device ? DumpDeviceWriter.Write(Image, Codecs[codec]) : VmdumpWriter.Write(Image, Codecs[codec]);

    /// <summary>Checks that every page that is there is the right one; returns how many are.</summary>
    private static int AssertNothingWrong(OpenedDump dump, bool device, string codec, int mayDiffer = 0)
    {
        byte[] page = new byte[4096];
        ulong index = 0;
        int there = 0, different = 0;
        foreach (ulong pfn in Image.Pfns)
        {
            int got = dump.Image.Pages.ReadPage(index, page);
            if (got == page.Length)
            {
                there++;
                if (!Image.Contents(pfn).SequenceEqual(page)) different++;
            }
            else
            {
                Assert.NotEqual(FaultKind.None, dump.Image.Pages.Explain(index, got).Kind);
            }

            index++;
        }

        Assert.True(different <= mayDiffer, $"{different} wrong pages, {codec}, {(device ? "device" : "vmdump")}");
        return there;
    }

    private static IEnumerable<Fault> Absent(OpenedDump dump) =>
        Enumerable.Range(0, Image.Pfns.Count).Select(i => dump.Image.Pages.Explain((ulong)i, 0)).Where(f => f.Kind != FaultKind.None);
}
