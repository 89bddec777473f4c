using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

/// <summary>A Solaris dump as the product opens it, with the memories that stand on it.</summary>
internal sealed class OpenedDump
{
    private OpenedDump(DumpImage image, DiagnosticBag diagnostics)
    {
        Image = image;
        Diagnostics = diagnostics;
        Pages = new PagedMemory(image.Pages);
        Physical = new TranslatedMemory<PhysicalAddress, MachineAddress>(Dump.Frames, Pages);
    }

    public DumpImage Image { get; }

    public SolarisDump Dump => Image.Solaris!;

    public DiagnosticBag Diagnostics { get; }

    public PagedMemory Pages { get; }

    public IMemory<PhysicalAddress> Physical { get; }

    public static OpenedDump Of(byte[] bytes) => Of(new BytesByteSource(bytes, "DUMP"));

    public static OpenedDump Of(IByteSource source)
    {
        var diagnostics = new DiagnosticBag();
        return new OpenedDump(DumpFormats.Open(source, diagnostics, TestContext.Current.CancellationToken), diagnostics);
    }

    public IMemory<VirtualAddress> Space(ulong addressSpace) => new TranslatedMemory<VirtualAddress, MachineAddress>(Dump.Map(new VirtualAddress(addressSpace)), Pages);

    public bool Says(string id) => Diagnostics.Items.Any(d => d.Id == id);

    /// <summary>Checks every page and every address of an image; returns how many addresses were checked.</summary>
    public int AssertHolds(SolarisMemoryImage image)
    {
        byte[] page = new byte[SolarisMemoryImage.PageSize];
        foreach (ulong pfn in image.Pfns)
        {
            Assert.Equal(page.Length, Physical.Read(new PhysicalAddress(pfn * SolarisMemoryImage.PageSize), page));
            Assert.True(image.Contents(pfn).SequenceEqual(page), $"PFN {pfn:x}");
        }

        int checkedPages = 0;
        foreach (var (space, va, _) in image.Translations)
        {
            ulong? pfn = image.Frame(space, va);
            int got = Space(space).Read(new VirtualAddress(va), page);
            Assert.Equal(pfn is null ? 0 : page.Length, got);
            if (pfn is null) continue;
            Assert.True(image.Contents(pfn.Value).SequenceEqual(page), $"{space:x}:{va:x}");
            Assert.True(Dump.Map(new VirtualAddress(space)).TryTranslate(new VirtualAddress(va), out var at, out _));
            Assert.Equal(pfn, Dump.FrameNumber(at.Value / SolarisMemoryImage.PageSize));
            checkedPages++;
        }

        return checkedPages;
    }
}
