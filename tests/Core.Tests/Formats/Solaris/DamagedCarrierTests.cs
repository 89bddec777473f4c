using System.Buffers.Binary;
using System.Diagnostics;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

/// <summary>Of a damaged dump, what is intact is still shown, nothing is made up, and what is gone has a reason.</summary>
public class DamagedCarrierTests
{
    private const int PageCount = 130;
    private const int Foreign = 6;

    /// <summary>Each carrier with each codec, in both widths, cut in its data after this share of it.</summary>
    public static TheoryData<SolarisCarrier, int, SolarisCodec, double> Cuts()
    {
        var data = new TheoryData<SolarisCarrier, int, SolarisCodec, double>();
        foreach (int wordSize in new[] { 32, 64 })
            foreach (var carrier in CarrierTests.Opened)
                foreach (var codec in carrier == SolarisCarrier.Vmcore ? [SolarisCodec.Raw] : Enum.GetValues<SolarisCodec>())
                    foreach (double share in new[] { 0.1, 0.5, 0.9 })
                        data.Add(carrier, wordSize, codec, share);
        return data;
    }

    [Theory, MemberData(nameof(Cuts))]
    public void Pages_before_a_cut_read_as_they_were(SolarisCarrier carrier, int wordSize, SolarisCodec codec, double share)
    {
        var memory = SolarisScenes.Pages(wordSize, seed: 3, PageCount, Foreign);
        var file = CarrierTests.File(carrier, memory, Settings(codec));
        var records = file.Parts.Where(p => p.Name is "page").ToList();
        var data = file["data"];
        int cut = (int)(data.Offset + (data.Length * share) + 1);
        var (image, diagnostics) = Open(file.Bytes[..cut]);
        var read = SameWhereRead(memory, image);
        int whole = (carrier, codec) switch
        {
            (SolarisCarrier.Vmcore, _) => (int)((cut - data.Offset) / 4096),
            (_, SolarisCodec.Raw or SolarisCodec.Lzjb) => records.Count(r => r.Offset + r.Length <= cut),
            (_, SolarisCodec.ParallelLzjb) => 1,

            // A bzip2 block of these streams has 100,000 bytes, which is most of what a stream has here: none is whole before the end is near.
            _ => share > 0.8 ? 24 : 0,
        };
        Assert.True(read.Count(r => r) >= whole, $"{read.Count(r => r)} pages of {whole} that are there");
        Assert.Contains(diagnostics.Items, d => d.Severity >= DiagnosticSeverity.Warning);
        SameAddresses(memory, image);
    }

    [Theory, MemberData(nameof(CarrierTests.Each), MemberType = typeof(CarrierTests))]
    public void A_header_that_is_cut_off_is_refused(SolarisCarrier carrier)
    {
        var file = CarrierTests.File(carrier, SolarisScenes.Pages(32), new());
        var header = file["header"];
        foreach (int length in new[] { 4, 16, 56, 500, 1799 })
            Assert.Matches(@"\A[^\n]+\.\z", Assert.Throws<DumpFormatException>(() => Open(file.Bytes[..(int)(header.Offset + length)])).Message);
    }

    [Theory]
    [InlineData(SolarisCarrier.Vmdump, "header"), InlineData(SolarisCarrier.Vmdump, "end header"), InlineData(SolarisCarrier.Device, "header"), InlineData(SolarisCarrier.Device, "end header")]
    public void One_of_two_headers_is_enough(SolarisCarrier carrier, string gone)
    {
        foreach (int wordSize in new[] { 32, 64 })
        {
            // More data than the areas at the end of a device take.
            var memory = SolarisScenes.Pages(wordSize, seed: 9, pages: 2000, Foreign);
            var file = CarrierTests.File(carrier, memory, new() { Codec = SolarisCodec.Raw });
            file.Bytes.AsSpan((int)file[gone].Offset, (int)file[gone].Length).Clear();
            var (image, diagnostics) = Open(file.Bytes);
            Assert.All(SameWhereRead(memory, image), read => Assert.True(read));
            Assert.Equal(memory.Translations.Count, SameAddresses(memory, image));
            Assert.Contains(diagnostics.Items, d => d.Severity >= DiagnosticSeverity.Warning);
        }
    }

    [Fact]
    public void A_vmdump_that_is_not_flagged_as_compressed_is_known_by_its_end()
    {
        var memory = SolarisScenes.Pages(64, seed: 9, PageCount, Foreign);
        var file = VmdumpWriter.Write(memory, new());
        file.Bytes[8] = 0;
        var (image, diagnostics) = Open(file.Bytes);
        Assert.All(SameWhereRead(memory, image), read => Assert.True(read));
        Assert.Contains(diagnostics.Items, d => d.Severity >= DiagnosticSeverity.Warning);
    }

    [Theory, InlineData(32), InlineData(64)]
    public void A_chain_that_loops_hides_nothing_of_other_chains(int wordSize)
    {
        var memory = SolarisScenes.Pages(wordSize, seed: 5, PageCount);
        var file = VmcoreWriter.Write(memory, new());
        var map = file["map"];
        int size = VmcoreWriter.SlotBytes(wordSize);
        for (int i = 0; i < map.Length / size; i += 3)
        {
            long slot = map.Offset + (i * size);
            BinaryPrimitives.WriteInt64LittleEndian(file.Bytes.AsSpan((int)slot + 8), slot);
        }

        var (image, _) = Open(file.Bytes);
        SameWhereRead(memory, image);
        Assert.True(SameAddresses(memory, image) >= memory.Translations.Count / 2);
    }

    [Theory, InlineData(32), InlineData(64)]
    public void Chains_that_all_lead_to_one_loop_end(int wordSize)
    {
        var memory = SolarisScenes.Pages(wordSize, seed: 5, PageCount);
        var file = VmcoreWriter.Write(memory, new());
        var map = file["map"];
        int size = VmcoreWriter.SlotBytes(wordSize), count = (int)(map.Length / size);
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(file.Bytes.AsSpan((int)map.Offset + (i * size)), map.Offset);
            BinaryPrimitives.WriteInt64LittleEndian(file.Bytes.AsSpan((int)map.Offset + (i * size) + 8), map.Offset + ((i + 1) % count * size));
        }

        var (image, diagnostics) = Open(file.Bytes);
        SameAddresses(memory, image);
        Assert.Contains(diagnostics.Items, d => d.Severity >= DiagnosticSeverity.Warning);
    }

    /// <summary>Pages a whole table apart share a bucket: a chain of all of them, and each lookup would walk it.</summary>
    [Fact]
    public void A_map_with_one_long_chain_is_not_walked_for_every_address()
    {
        const int Count = 1 << 15;
        const ulong From = 0xffff_8000_0000_0000, Apart = Count * 4096;
        ulong kas = SolarisScenes.Kas(64);
        var memory = SolarisScenes.Pages(64);
        ulong pfn = memory.FreePfn();
        for (ulong i = 0; i < Count - 200; i++) memory.Map(kas, From + (i * Apart), pfn);
        var (image, _) = Open(VmcoreWriter.Build(memory, new()));
        var map = image.Solaris!.Map(new VirtualAddress(kas));
        long start = Stopwatch.GetTimestamp();
        for (ulong i = 0; i < 20_000 && Stopwatch.GetElapsedTime(start).TotalSeconds < 15; i++) Assert.True(map.TryTranslate(new VirtualAddress(From + (i * Apart)), out _, out _));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
    }

    [Theory, InlineData(32), InlineData(64)]
    public void Tables_that_traded_places_lead_to_no_wrong_page(int wordSize)
    {
        foreach (var carrier in CarrierTests.Opened)
        {
            var memory = SolarisScenes.Pages(wordSize, seed: 6, PageCount);
            var file = CarrierTests.File(carrier, memory, new());
            foreach (var header in file.Parts.Where(p => p.Name is "header" or "end header"))
            {
                var at = file.Bytes.AsSpan((int)header.Offset);
                long pfn = BinaryPrimitives.ReadInt64LittleEndian(at[32..]), map = BinaryPrimitives.ReadInt64LittleEndian(at[40..]);
                BinaryPrimitives.WriteInt64LittleEndian(at[32..], map);
                BinaryPrimitives.WriteInt64LittleEndian(at[40..], pfn);
            }

            var (image, diagnostics) = Open(file.Bytes);
            SameWhereRead(memory, image);
            SameAddresses(memory, image);
            Assert.Contains(diagnostics.Items, d => d.Severity >= DiagnosticSeverity.Warning);
        }
    }

    [Theory, InlineData(32), InlineData(64)]
    public void Frame_numbers_that_do_not_ascend_are_still_found(int wordSize)
    {
        var memory = SolarisScenes.Pages(wordSize, seed: 6, PageCount);
        var file = VmcoreWriter.Write(memory, new());
        var table = file["pfn"];
        int word = wordSize / 8;
        ulong[] pfns = [.. memory.Pfns];
        file.Bytes.AsSpan((int)table.Offset, word).CopyTo(file.Bytes.AsSpan((int)(table.Offset + (40 * word))));
        var frames = Open(file.Bytes).Image.Solaris!.Frames;
        int found = pfns.Where((p, i) => i is not (0 or 40)).Count(p => frames.TryTranslate(new PhysicalAddress(p << 12), out var at, out _) && at.Value >> 12 == (ulong)Array.IndexOf(pfns, p));
        Assert.Equal(pfns.Length - 2, found);
    }

    internal static SolarisDumpSettings Settings(SolarisCodec codec) => new() { Codec = codec, Streams = 3, GroupPages = 8, BlockBytes = codec == SolarisCodec.ParallelBzip2 ? 5000 : 9000 };

    internal static (DumpImage Image, DiagnosticBag Diagnostics) Open(byte[] bytes)
    {
        var diagnostics = new DiagnosticBag();
        return (DumpFormats.Open(new BytesByteSource(bytes, "dump.0"), diagnostics, TestContext.Current.CancellationToken), diagnostics);
    }

    /// <summary>Which pages are read whole; each as it was. The others have a reason.</summary>
    internal static bool[] SameWhereRead(SolarisMemoryImage memory, DumpImage image)
    {
        byte[] page = new byte[4096];
        ulong[] pfns = [.. memory.Pfns];
        bool[] read = new bool[pfns.Length];
        for (int i = 0; i < pfns.Length; i++)
        {
            int got = image.Pages.ReadPage((ulong)i, page);
            Assert.True(memory.Contents(pfns[i])[..got].SequenceEqual(page.AsSpan(0, got)), $"page {i}");
            if (got < page.Length) Assert.NotEqual(FaultKind.None, image.Pages.Explain((ulong)i, got).Kind);
            read[i] = got == page.Length;
        }

        return read;
    }

    /// <summary>How many addresses lead somewhere; each to its page. The others have a reason.</summary>
    private static int SameAddresses(SolarisMemoryImage memory, DumpImage image)
    {
        ulong[] pfns = [.. memory.Pfns];
        var recorded = memory.Translations.ToHashSet();
        int found = 0;
        foreach (var (addressSpace, va, _) in memory.Translations)
        {
            var map = image.Solaris!.Map(new VirtualAddress(addressSpace));
            if (map.TryTranslate(new VirtualAddress(va), out var machine, out _))
            {
                found++;
                Assert.Contains(new SolarisTranslation(addressSpace, va, pfns[machine.Value >> 12]), recorded);
            }
            else
            {
                Assert.NotEqual(FaultKind.None, map.Explain(new VirtualAddress(va)).Kind);
            }
        }

        return found;
    }
}
