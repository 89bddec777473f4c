using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

/// <summary>A vmcore with one lie each.</summary>
public class VmcoreDamageTests
{
    private static readonly SolarisMemoryImage Image = SolarisScenes.Pages(64, pages: 60);
    private static readonly SolarisDumpFile Whole = VmcoreWriter.Write(Image, new SolarisDumpSettings());

    private static ulong Kas => SolarisScenes.Kas(64);

    [Theory]
    [InlineData("dump_pfn", 0UL)]
    [InlineData("dump_pfn", 0x8000_0000_0000_0000)]
    [InlineData("dump_pfn", 0x7fff_ffff_ffff_ffff)]
    [InlineData("dump_map", 0UL)]
    [InlineData("dump_map", ulong.MaxValue)]
    [InlineData("dump_map", 0x7fff_ffff_ffff_f000)]
    [InlineData("dump_data", 0UL)]
    [InlineData("dump_data", ulong.MaxValue)]
    [InlineData("dump_data", 0x7fff_ffff_ffff_f000)]
    [InlineData("dump_hashmask", 0UL)]
    [InlineData("dump_hashmask", 3UL)]
    [InlineData("dump_hashmask", 0xffUL)]
    [InlineData("dump_hashmask", ulong.MaxValue)]
    [InlineData("dump_nvtop", 0UL)]
    [InlineData("dump_nvtop", 1UL)]
    [InlineData("dump_nvtop", ulong.MaxValue)]
    [InlineData("dump_pageshift", 13UL)]
    [InlineData("dump_pageshift", 64UL)]
    [InlineData("dump_pagesize", 0UL)]
    [InlineData("dump_pagesize", 4097UL)]
    [InlineData("dump_wordsize", 16UL)]
    [InlineData("dump_wordsize", 32UL)]
    public void Shows_all_memory_in_spite_of_a_wrong_number(string field, ulong lie)
    {
        var dump = OpenedDump.Of(With(field, lie));
        Assert.NotEmpty(dump.Diagnostics.Items);
        dump.AssertHolds(Image);
    }

    [Theory]
    [InlineData("dump_npages", 0UL)]
    [InlineData("dump_npages", 1UL)]
    [InlineData("dump_npages", 0xffff_ffffUL)]
    [InlineData("dump_npages", ulong.MaxValue)]
    public void Shows_all_virtual_memory_in_spite_of_a_wrong_number_of_pages(string field, ulong lie)
    {
        var dump = OpenedDump.Of(With(field, lie));
        Assert.True(dump.Says("solaris/pages"));
        AssertVirtual(dump, t => true);
    }

    [Theory]
    [InlineData("dump_ksyms", 0UL)]
    [InlineData("dump_ksyms", 0x1000_0000UL)]
    [InlineData("dump_ksyms", ulong.MaxValue)]
    [InlineData("dump_ksyms_size", ulong.MaxValue)]
    [InlineData("dump_ksyms_size", 1UL << 30)]
    [InlineData("dump_ksyms_csize", 1UL)]
    public void Does_without_symbols_that_are_not_there(string field, ulong lie)
    {
        var dump = OpenedDump.Of(With(field, lie));
        Assert.True(dump.Says("solaris/ksyms"));
        Assert.Null(dump.Dump.Ksyms);
        dump.AssertHolds(Image);
    }

    [Fact]
    public void Reads_swapped_places_where_savecore_puts_them()
    {
        var w = new ByteWriter().Bytes(Whole.Bytes);
        w.Patch(32, (ulong)Whole["map"].Offset, 8).Patch(40, (ulong)Whole["pfn"].Offset, 8);
        var dump = OpenedDump.Of(w.ToArray());
        Assert.True(dump.Says("solaris/layout"));
        dump.AssertHolds(Image);
    }

    [Fact]
    public void Leaves_a_chain_that_is_a_circle()
    {
        // Every node leads to itself.
        var w = new ByteWriter().Bytes(Whole.Bytes);
        for (int i = 0; i < Image.Translations.Count; i++) w.Patch(Slot(i) + 8, (ulong)Slot(i), 8);
        var dump = OpenedDump.Of(w.ToArray());
        dump.AssertHolds(Image);
        Assert.Contains(dump.Diagnostics.Items, d => d.Id == "solaris/map-corrupt" && d.Text.Contains("stopped: cycle", StringComparison.Ordinal));
        Assert.Contains("cycle", dump.Space(Kas).Explain(new VirtualAddress(SolarisScenes.Heap(64) + (0x4000UL << 12))).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(0x7fff_ffff_ffff_fff8)]
    public void Leaves_a_chain_that_leads_outside_the_map(ulong next)
    {
        var w = new ByteWriter().Bytes(Whole.Bytes);
        for (int i = 0; i < Image.Translations.Count; i++) w.Patch(Slot(i), next, 8);
        var dump = OpenedDump.Of(w.ToArray());
        dump.AssertHolds(Image);
        Assert.True(dump.Says("solaris/map-corrupt"));
    }

    [Fact]
    public void Leaves_a_chain_that_leads_into_another_bucket()
    {
        var w = new ByteWriter().Bytes(Whole.Bytes);
        int mask = DumpHeaderWriter.HashMask(Image.Translations.Count);
        int[] buckets = [.. Image.Translations.Select(t => VmcoreWriter.Hash(t.As, t.Va, mask))];
        for (int i = 0; i <= mask; i++) w.Patch(Slot(i), (ulong)Slot(Array.FindIndex(buckets, b => b != i)), 8);
        var dump = OpenedDump.Of(w.ToArray());
        dump.AssertHolds(Image);
        Assert.True(dump.Says("solaris/map-corrupt"));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x123UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(0x7fff_ffff_ffff_f000)]
    public void Tells_of_a_translation_that_leads_to_no_page(ulong data)
    {
        var w = new ByteWriter().Bytes(Whole.Bytes).Patch(Slot(2) + 16, data, 8);
        var dump = OpenedDump.Of(w.ToArray());
        var bad = Image.Translations[2];
        Assert.Equal(0, dump.Space(bad.As).Read(new VirtualAddress(bad.Va), new byte[8]));
        Assert.Equal(FaultKind.BadPage, dump.Space(bad.As).Explain(new VirtualAddress(bad.Va)).Kind);
        AssertVirtual(dump, t => (t.As, t.Va) != (bad.As, bad.Va));
    }

    [Fact]
    public void Searches_an_unsorted_table_of_frames()
    {
        var w = new ByteWriter().Bytes(Whole.Bytes);
        ulong[] pfns = [.. Image.Pfns];
        for (int i = 0; i < 20; i++) w.Patch((int)Whole["pfn"].Offset + (i * 8), pfns[i] ^ 0xa5a5_0000, 8);
        var dump = OpenedDump.Of(w.ToArray());
        byte[] page = new byte[4096];
        for (int i = 0; i < pfns.Length; i++)
        {
            ulong pfn = i < 20 ? pfns[i] ^ 0xa5a5_0000 : pfns[i];
            Assert.Equal(page.Length, dump.Physical.Read(new PhysicalAddress(pfn * 4096), page));
            Assert.True(Image.Contents(pfns[i]).SequenceEqual(page));
        }

        Assert.True(dump.Says("solaris/pfn-unsorted"));
        AssertVirtual(dump, t => true);
    }

    [Fact]
    public void Ends_in_a_dump_or_a_sentence_wherever_it_is_cut()
    {
        int opened = 0;
        foreach (int length in Enumerable.Range(0, 100).Select(i => (int)((long)Whole.Bytes.Length * i / 100)).Concat(Whole.Parts.SelectMany(p => new[] { (int)p.Offset, (int)(p.Offset + (p.Length / 2)), (int)(p.Offset + p.Length - 1) })))
        {
            try
            {
                var dump = OpenedDump.Of(Whole.Bytes[..length]);
                opened++;
                if (dump.Says("solaris/ends-early")) Assert.True(length % 4096 == 0 && Whole.Bytes.Length - length <= 4 * 4096);
                if (dump.Says("solaris/ends-early")) continue;
                byte[] page = new byte[4096];
                foreach (var t in Image.Translations)
                {
                    int got = dump.Space(t.As).Read(new VirtualAddress(t.Va), page);
                    Assert.True(Image.Contents(Image.Frame(t.As, t.Va)!.Value)[..got].SequenceEqual(page.AsSpan(0, got)), $"cut at {length}, {t.Va:x}");
                    if (got < page.Length) Assert.NotEqual(FaultKind.None, dump.Space(t.As).Explain(new VirtualAddress(t.Va + (ulong)got)).Kind);
                }
            }
            catch (DumpFormatException e)
            {
                Assert.True(length < 1912, $"{length}: {e.Message}");
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(opened > 90);
    }

    [Fact]
    public void Ends_in_a_dump_or_a_sentence_whatever_its_numbers_are()
    {
        var random = new Random(7);
        for (int round = 0; round < 400; round++)
        {
            var w = new ByteWriter().Bytes(Whole.Bytes);
            int damaged = (int)Whole["data"].Offset;
            for (int i = 0; i < 1 + (round % 20); i++) w.Patch(4 + random.Next(round % 2 == 0 ? 1900 : damaged - 16), (ulong)random.NextInt64() >> random.Next(64), 1 << random.Next(4));
            try
            {
                var dump = OpenedDump.Of(w.ToArray());
                _ = dump.Dump.AddressSpaces();
                byte[] page = new byte[4096];
                foreach (var t in Image.Translations)
                {
                    var at = new VirtualAddress(t.Va);
                    if (dump.Space(t.As).Read(at, page) == 0) Assert.NotEqual(FaultKind.None, dump.Space(t.As).Explain(at).Kind);
                }

                foreach (ulong pfn in Image.Pfns) dump.Physical.Read(new PhysicalAddress(pfn * 4096), page);
            }
            catch (DumpFormatException e)
            {
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static void AssertVirtual(OpenedDump dump, Func<SolarisTranslation, bool> which)
    {
        byte[] page = new byte[4096];
        foreach (var t in Image.Translations.Where(which))
        {
            Assert.Equal(page.Length, dump.Space(t.As).Read(new VirtualAddress(t.Va), page));
            Assert.True(Image.Contents(Image.Frame(t.As, t.Va)!.Value).SequenceEqual(page));
        }
    }

    private static int Slot(int index) => (int)Whole["map"].Offset + (index * 40);

    private static byte[] With(string field, ulong value)
    {
        var part = DumpHeaderWriter.Numbers(64, 10).First(p => p.Name == field);
        return new ByteWriter().Bytes(Whole.Bytes).Patch((int)part.Offset, value, (int)part.Length).ToArray();
    }
}
