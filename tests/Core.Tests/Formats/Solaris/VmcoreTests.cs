using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

public class VmcoreTests
{
    [Theory]
    [InlineData(32, 9u)]
    [InlineData(32, 10u)]
    [InlineData(64, 9u)]
    [InlineData(64, 10u)]
    [InlineData(32, 8u)]
    public void Reads_every_page_by_every_address(int wordSize, uint version)
    {
        var image = SolarisScenes.Pages(wordSize, pages: 300, foreign: 9);
        var dump = OpenedDump.Of(VmcoreWriter.Build(image, new SolarisDumpSettings { Version = version }));
        Assert.True(dump.AssertHolds(image) > 250);
        Assert.Empty(dump.Diagnostics.Items);
        Assert.Equal($"Solaris vmcore ({wordSize}-bit, version {version})", dump.Image.FormatName);
        Assert.Equal(wordSize == 64 ? 62 : 3, dump.Image.ElfMachine);
        Assert.Equal(SolarisCarrier.Vmcore, dump.Dump.Carrier);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Reads_the_header(int wordSize)
    {
        var settings = new SolarisDumpSettings
        {
            SystemName = "SunOS",
            NodeName = "gold",
            Release = "5.11",
            SystemVersion = "xen-nv66",
            Machine = "i86pc",
            Platform = "i86xpv",
            PanicString = new string('x', 300),
            CrashTime = 1_190_000_000,
            IsLive = true,
            IsIncomplete = true,
            Uuid = "c0ffee",
            Content = SolarisDumpSettings.CurrentProcess,
            FmPanic = 1,
        };
        var dump = OpenedDump.Of(VmcoreWriter.Build(SolarisScenes.Pages(wordSize), settings));
        var header = dump.Dump.Header;
        Assert.Equal(("SunOS", "gold", "5.11", "xen-nv66", "i86pc", "i86xpv"), (header.Sysname, header.Nodename, header.Release, header.KernelVersion, header.Machine, header.Platform));
        Assert.Equal(new string('x', 200), header.PanicString);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_190_000_000), header.CrashTime);
        Assert.Equal(DumpFlags.Live | DumpFlags.CurrentProcess, header.Flags);
        Assert.Equal(("c0ffee", true, wordSize, 4096, 12), (header.Uuid, header.FaultManagerPanic, header.WordSize, header.PageSize, header.PageShift));
        Assert.True(dump.Says("solaris/incomplete") && dump.Says("solaris/live"));
        Assert.Contains("i86xpv", dump.Diagnostics.Items.First(d => d.Id == "solaris/incomplete").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_address_spaces_the_largest_first_and_carries_the_symbols()
    {
        var image = SolarisScenes.Pages(64);
        var dump = OpenedDump.Of(VmcoreWriter.Build(image, new SolarisDumpSettings()));
        Assert.Equal([SolarisScenes.Kas(64), SolarisScenes.ProcessAs(64)], dump.Dump.AddressSpaces().Select(s => s.Value));
        byte[] ksyms = new byte[dump.Dump.Ksyms!.Length];
        Assert.Equal(ksyms.Length, dump.Dump.Ksyms.Read(0, ksyms));
        Assert.Equal(KsymsWriter.Build(image, false), ksyms);
    }

    [Fact]
    public void Tells_why_an_address_is_absent()
    {
        var image = SolarisScenes.Pages(32).MapAbsent(SolarisScenes.Kas(32), 0xdead_0000, 0x777);
        var dump = OpenedDump.Of(VmcoreWriter.Build(image, new SolarisDumpSettings()));
        var kernel = dump.Space(SolarisScenes.Kas(32));
        Assert.Equal(FaultKind.NotMapped, kernel.Explain(new VirtualAddress(0xdead_0000)).Kind);
        Assert.Equal(FaultKind.NotAnAddress, kernel.Explain(new VirtualAddress(0x1_0000_0000)).Kind);
        Assert.Equal(FaultKind.None, kernel.Explain(new VirtualAddress(SolarisScenes.Heap(32))).Kind);
        Assert.Equal(FaultKind.NotSaved, dump.Physical.Explain(new PhysicalAddress(0x777000)).Kind);
        Assert.Equal(0, kernel.Read(new VirtualAddress(0xdead_0000), new byte[4]));
    }

    [Theory]
    [InlineData(7u)]
    [InlineData(11u)]
    [InlineData(12u)]
    [InlineData(0x80000000)]
    public void Attempts_other_versions_with_a_warning(uint version)
    {
        var image = SolarisScenes.Pages(64);
        var dump = OpenedDump.Of(VmcoreWriter.Build(image, new SolarisDumpSettings { Version = version }));
        Assert.True(dump.Says("solaris/version"));
        dump.AssertHolds(image);
    }

    [Fact]
    public void Refuses_SPARC_and_encrypted_dumps_in_a_sentence()
    {
        var image = SolarisScenes.Pages(64);
        string sparc = Assert.Throws<DumpFormatException>(() => OpenedDump.Of(VmcoreWriter.Build(image, new SolarisDumpSettings { IsBigEndian = true }))).Message;
        Assert.Contains("SPARC", sparc, StringComparison.Ordinal);
        string secret = Assert.Throws<DumpFormatException>(() => OpenedDump.Of(VmcoreWriter.Build(image, new SolarisDumpSettings { Version = 11, MoreFlags = 0x10 }))).Message;
        Assert.Contains("encrypted", secret, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_zeros_that_savecore_left_out_at_the_end()
    {
        var image = SolarisScenes.Pages(64, pages: 41);
        ulong last = image.Pfns.Last();
        Assert.False(image.Contents(last).ContainsAnyExcept((byte)0));
        var dump = OpenedDump.Of(VmcoreWriter.Build(image, new SolarisDumpSettings { EndsEarly = true }));
        dump.AssertHolds(image);
        Assert.True(dump.Says("solaris/ends-early"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096 * 20)]
    [InlineData(4096 * 30)]
    public void Shows_no_zeros_where_a_file_is_cut(int less)
    {
        var image = SolarisScenes.Pages(64, pages: 40);
        byte[] whole = VmcoreWriter.Build(image, new SolarisDumpSettings());
        var dump = OpenedDump.Of(whole[..^less]);
        Assert.True(dump.Says(DiagnosticIds.DumpTruncated));
        byte[] page = new byte[4096];
        int missing = 0;
        foreach (ulong pfn in image.Pfns)
        {
            var at = new PhysicalAddress(pfn * 4096);
            int got = dump.Physical.Read(at, page);
            Assert.True(image.Contents(pfn)[..got].SequenceEqual(page.AsSpan(0, got)));
            if (got == page.Length) continue;
            missing++;
            Assert.Equal(FaultKind.Truncated, dump.Physical.Explain(at + (ulong)got).Kind);
        }

        Assert.Equal((less + 4095) / 4096, missing);
    }

    [Fact]
    public void Opens_16_GB_without_reading_them()
    {
        const int pages = 4 << 20;
        byte[] header = VmcoreWriter.Build(SolarisScenes.Pages(64), new SolarisDumpSettings())[..4096];
        var patched = new ByteWriter().Bytes(header);
        const long map = 8192 + (pages * 8L), data = map + (pages * 40L);
        patched.Patch(24, 4096, 8).Patch(32, 8192, 8).Patch(40, map, 8).Patch(48, data, 8);
        patched.Patch(1824, pages - 1, 8).Patch(1832, pages, 8).Patch(1840, pages, 8).Patch(1848, 0, 8).Patch(1856, 0, 8);
        var source = new SparseSource(data + (pages * 4096L)).Put(0, patched.ToArray());
        var dump = OpenedDump.Of(source);
        Assert.Equal((ulong)pages, dump.Image.Pages.FrameLimit);
        Assert.True(source.BytesRead < 1 << 16);
        Assert.Equal(0, dump.Space(0x1000).Read(new VirtualAddress(0x5000), new byte[8]));
        Assert.True(source.BytesRead < 1 << 16);
    }

    [Fact]
    public void Reads_a_known_page_again_without_the_file()
    {
        var image = SolarisScenes.Pages(32);
        byte[] bytes = VmcoreWriter.Build(image, new SolarisDumpSettings());
        var source = new SparseSource(bytes.Length).Put(0, bytes);
        var dump = OpenedDump.Of(source);
        var kernel = dump.Space(SolarisScenes.Kas(32));
        byte[] some = new byte[100];
        kernel.Read(new VirtualAddress(SolarisScenes.Heap(32)), some);
        long before = source.BytesRead;
        for (int i = 0; i < 1000; i++) kernel.Read(new VirtualAddress(SolarisScenes.Heap(32) + (ulong)i), some);
        Assert.Equal(before, source.BytesRead);
    }
}
