using System.Globalization;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

/// <summary>One memory image through each carrier, word size and codec: the same bytes of every page, virtual and physical, and the same symbols.</summary>
public class CarrierTests
{
    /// <summary>The carriers that the product opens.</summary>
    internal static SolarisCarrier[] Opened { get; } = [SolarisCarrier.Vmcore, SolarisCarrier.Vmdump, SolarisCarrier.Device];

    public static TheoryData<SolarisCarrier> Each => [.. Opened];

    public static TheoryData<SolarisCarrier, int, string> Carriers()
    {
        var data = new TheoryData<SolarisCarrier, int, string>();
        foreach (int wordSize in new[] { 32, 64 })
        {
            foreach (var carrier in Opened)
                foreach (string codec in carrier == SolarisCarrier.Vmcore ? ["Raw"] : Codecs.Keys.ToArray())
                    data.Add(carrier, wordSize, codec);
        }

        return data;
    }

    private static readonly Dictionary<string, SolarisDumpSettings> Codecs = new()
    {
        ["Raw"] = new() { Codec = SolarisCodec.Raw },
        ["lzjb"] = new() { Codec = SolarisCodec.Lzjb },
        ["lzjb, old"] = new() { Codec = SolarisCodec.Lzjb, HasDataHeader = false, Version = 9 },
        ["lzjb, 1 stream"] = new() { Codec = SolarisCodec.ParallelLzjb, Streams = 1 },
        ["lzjb, 5 streams, small blocks"] = new() { Codec = SolarisCodec.ParallelLzjb, Streams = 5, GroupPages = 3, BlockBytes = 9000 },
        ["lzjb, 2 streams, groups over blocks"] = new() { Codec = SolarisCodec.ParallelLzjb, Streams = 2, GroupPages = 16, BlockBytes = 4200 },
        ["bzip2, 1 stream"] = new() { Codec = SolarisCodec.ParallelBzip2, Streams = 1 },
        ["bzip2, 3 streams, small blocks"] = new() { Codec = SolarisCodec.ParallelBzip2, Streams = 3, GroupPages = 4, BlockBytes = 1777 },
        ["bzip2, 2 tags, several streams each"] = new() { Codec = SolarisCodec.ParallelBzip2, Streams = 2, GroupPages = 3, GroupsPerBzip2 = 2, BlockBytes = 3000 },
    };

    [Theory, MemberData(nameof(Carriers))]
    public void Every_page_reads_as_it_was(SolarisCarrier carrier, int wordSize, string codec)
    {
        var memory = SolarisScenes.Pages(wordSize, seed: wordSize, pages: 120, foreign: 9);
        var (image, diagnostics) = Open(Write(carrier, memory, Codecs[codec]));
        var solaris = Assert.IsType<SolarisDump>(image.Solaris);
        Assert.Equal(carrier, solaris.Carrier);
        Assert.Equal(wordSize == 32 ? 3 : 62, image.ElfMachine);
        SameMemory(memory, image);
        Assert.Empty(diagnostics.Items);
    }

    [Theory, MemberData(nameof(Carriers))]
    public void Pages_read_in_any_order_and_from_several_threads(SolarisCarrier carrier, int wordSize, string codec)
    {
        var memory = SolarisScenes.Pages(wordSize, seed: 7, pages: 90, foreign: 3);
        var (image, _) = Open(Write(carrier, memory, Codecs[codec]));
        ulong[] pfns = [.. memory.Pfns];
        Parallel.For(0, 4, thread =>
        {
            int[] order = [.. Enumerable.Range(0, pfns.Length)];
            new Random(thread).Shuffle(order);
            byte[] page = new byte[4096];
            foreach (int i in order)
            {
                Assert.Equal(4096, image.Pages.ReadPage((ulong)i, page));
                Assert.True(memory.Contents(pfns[i]).SequenceEqual(page), $"page {i}");
            }
        });
    }

    [Theory, MemberData(nameof(Carriers))]
    public void The_header_is_read(SolarisCarrier carrier, int wordSize, string codec)
    {
        var settings = Codecs[codec] with
        {
            Content = SolarisDumpSettings.AllPages,
            NodeName = "goldcloth",
            Release = "5.11",
            SystemVersion = "snv_66",
            Platform = "i86xpv",
            PanicString = "BAD TRAP: type=e",
            CrashTime = 1_180_000_123,
            IsLive = true,
        };
        var header = Open(Write(carrier, SolarisScenes.Pages(wordSize), settings)).Image.Solaris!.Header;
        Assert.Equal((settings.Version, wordSize, 4096, 12), (header.Version, header.WordSize, header.PageSize, header.PageShift));
        Assert.Equal(("SunOS", "goldcloth", "5.11", "snv_66", "i86pc", "i86xpv"), (header.Sysname, header.Nodename, header.Release, header.KernelVersion, header.Machine, header.Platform));
        Assert.Equal(("BAD TRAP: type=e", DateTimeOffset.FromUnixTimeSeconds(1_180_000_123)), (header.PanicString, header.CrashTime));
        Assert.Equal(DumpFlags.All | DumpFlags.Live | DumpFlags.Complete, header.Flags & (DumpFlags.All | DumpFlags.Live | DumpFlags.Complete | DumpFlags.Kernel));
        Assert.Equal(settings.Version >= 10 ? settings.Uuid : null, header.Uuid);
    }

    [Theory, MemberData(nameof(Each))]
    public void A_dump_that_is_not_complete_opens_with_a_warning(SolarisCarrier carrier)
    {
        var memory = SolarisScenes.Pages(32, foreign: 2);
        var (image, diagnostics) = Open(Write(carrier, memory, new() { IsIncomplete = true, Version = 9, Platform = "i86xpv" }));
        SameMemory(memory, image);
        Assert.Equal("solaris/incomplete", Assert.Single(diagnostics.Items).Id);
    }

    [Theory]
    [InlineData(8), InlineData(11), InlineData(12)]
    public void Another_version_is_tried(uint version)
    {
        foreach (var (carrier, wordSize) in Opened.SelectMany(c => new[] { (c, 32), (c, 64) }))
        {
            var memory = SolarisScenes.Pages(wordSize);
            var (image, diagnostics) = Open(Write(carrier, memory, new() { Version = version }));
            SameMemory(memory, image);
            if (version > 10) Assert.Contains(diagnostics.Items, d => d.Text.Contains(version.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_vmcore_whose_last_pages_are_zeros_ends_early()
    {
        var memory = SolarisScenes.Pages(64, pages: 200);
        for (ulong i = 0; i < 6; i++) memory.Page(0x9000 + i);
        byte[] bytes = VmcoreWriter.Build(memory, new() { EndsEarly = true });
        Assert.Equal(6 * 4096, VmcoreWriter.Build(memory, new()).Length - bytes.Length);
        var (image, diagnostics) = Open(bytes);
        SameMemory(memory, image);
        Assert.All(diagnostics.Items, d => Assert.Equal(DiagnosticSeverity.Note, d.Severity));
    }

    [Fact]
    public void A_page_that_is_mapped_and_not_saved_is_absent()
    {
        foreach (var carrier in Opened)
        {
            ulong kas = SolarisScenes.Kas(64), va = SolarisScenes.Heap(64) + 0x80_0000;
            var memory = SolarisScenes.Pages(64).MapAbsent(kas, va, 0x77_7777);
            var (image, _) = Open(Write(carrier, memory, new()));
            SameMemory(memory, image);
            var map = image.Solaris!.Map(new VirtualAddress(kas));
            Assert.False(map.TryTranslate(new VirtualAddress(va), out _, out _), $"{carrier}");
            Assert.NotEqual(FaultKind.None, map.Explain(new VirtualAddress(va)).Kind);
        }
    }

    [Theory]
    [InlineData(true, 0), InlineData(false, 0), InlineData(true, 4096), InlineData(false, 65535)]
    public void A_device_is_found_wherever_the_dump_starts_on_it(bool dedicated, int excess)
    {
        var memory = SolarisScenes.Pages(32, foreign: 2);
        var (image, diagnostics) = Open(DumpDeviceWriter.Build(memory, new() { IsDedicatedDevice = dedicated, DeviceExcess = excess, Metrics = "Pages: 42\n", Summary = "genunix:panic+1 () | ", ErrorReports = [[1, 2, 3]] }));
        SameMemory(memory, image);
        Assert.Empty(diagnostics.Items);
    }

    [Fact]
    public void A_device_keeps_the_last_messages()
    {
        var settings = new SolarisDumpSettings { Messages = [new("panic[cpu0]/thread=c5a0ade0: ", 7), new("\n", 8), new("BAD TRAP: type=8\n", 9)] };
        var (image, diagnostics) = Open(DumpDeviceWriter.Build(SolarisScenes.Pages(32), settings));
        Assert.Equal(["panic[cpu0]/thread=c5a0ade0: ", "BAD TRAP: type=8"], image.Solaris!.Messages.Where(m => m.Length > 0));
        Assert.Empty(diagnostics.Items);
    }

    [Fact]
    public void The_checksum_of_hello_is_what_the_kernel_makes_it() => Assert.Equal(0x200000d3u, DumpDeviceWriter.Checksum("hello"u8));

    [Theory, MemberData(nameof(Each))]
    public void A_dump_of_a_sparc_is_refused(SolarisCarrier carrier)
    {
        var refusal = Assert.Throws<DumpFormatException>(() => Open(Write(carrier, SolarisScenes.Pages(64), new() { IsBigEndian = true, Machine = "sun4v", Platform = "SUNW,T5240" })));
        Assert.Contains("SPARC", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    internal static byte[] Write(SolarisCarrier carrier, SolarisMemoryImage memory, SolarisDumpSettings settings) => File(carrier, memory, settings).Bytes;

    internal static SolarisDumpFile File(SolarisCarrier carrier, SolarisMemoryImage memory, SolarisDumpSettings settings) => carrier switch
    {
        SolarisCarrier.Vmcore => VmcoreWriter.Write(memory, settings),
        SolarisCarrier.Vmdump => VmdumpWriter.Write(memory, settings),
        _ => DumpDeviceWriter.Write(memory, settings),
    };

    internal static (DumpImage Image, DiagnosticBag Diagnostics) Open(byte[] bytes)
    {
        var diagnostics = new DiagnosticBag();
        return (DumpFormats.Open(new BytesByteSource(bytes, "dump.0"), diagnostics, TestContext.Current.CancellationToken), diagnostics);
    }

    internal static void SameMemory(SolarisMemoryImage memory, DumpImage image)
    {
        SamePages(memory, image);
        SameAddresses(memory, image);
        Assert.Equal(KsymsWriter.Build(memory), image.Solaris!.Ksyms!.ReadUpTo(0, 1 << 24, 1 << 24).ToArray());
        var symbols = ElfSymbolTable.Read(ElfFile.Open(image.Solaris.Ksyms!, new DiagnosticBag()), new DiagnosticBag()).All;
        Assert.Equal(memory.Symbols.Select(s => (s.Name, s.Value, s.Size)).Order(), symbols.Select(s => (s.Name, s.Address.Value, s.Size)).Order());
    }

    private static void SamePages(SolarisMemoryImage memory, DumpImage image)
    {
        ulong index = 0;
        byte[] page = new byte[4096];
        Assert.Equal((ulong)memory.Pfns.Count, image.Pages.FrameLimit);
        foreach (ulong pfn in memory.Pfns)
        {
            Assert.Equal(4096, image.Pages.ReadPage(index, page));
            Assert.True(memory.Contents(pfn).SequenceEqual(page), $"page {index}, frame {pfn:x}");
            Assert.True(image.Solaris!.Frames.TryTranslate(new PhysicalAddress(unchecked((pfn << 12) + 0x123)), out var machine, out ulong run));
            Assert.Equal(((index << 12) + 0x123, 4096UL - 0x123), (machine.Value, run));
            index++;
        }

        Assert.Equal(0, image.Pages.ReadPage(index, page));
        Assert.NotEqual(FaultKind.None, image.Pages.Explain(index, 0).Kind);
        Assert.False(image.Solaris!.Frames.TryTranslate(new PhysicalAddress(0xf_f000), out _, out _));
    }

    private static void SameAddresses(SolarisMemoryImage memory, DumpImage image)
    {
        var pages = new PagedMemory(image.Pages);
        foreach (var space in memory.Translations.GroupBy(t => t.As))
        {
            var map = image.Solaris!.Map(new VirtualAddress(space.Key));
            var translated = new TranslatedMemory<VirtualAddress, MachineAddress>(map, pages);
            foreach (ulong va in space.Select(t => t.Va).Distinct())
            {
                byte[] bytes = new byte[96];
                byte[]? expected = memory.Read(space.Key, va + 4000, 96);
                if (expected is null) continue;
                Assert.Equal(96, translated.Read(new VirtualAddress(va + 4000), bytes));
                Assert.Equal(expected, bytes);
            }

            // The page before the first has no address.
            Assert.False(map.TryTranslate(new VirtualAddress(space.Min(t => t.Va) - 1), out _, out _));
        }

        Assert.Equal(memory.Translations.Select(t => t.As).Distinct().Order(), image.Solaris!.AddressSpaces().Select(a => a.Value).Order());
    }
}
