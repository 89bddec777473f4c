using System.Numerics;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// Where the sections of a vmcore stand. savecore puts them one after another, each on a page: header, ksyms, page frame numbers, map, pages. What the header
/// states counts unless it cannot be.
/// </summary>
internal sealed record VmcoreLayout
{
    /// <summary>Where the page frame numbers start, and how many are in the file.</summary>
    public (long Offset, long Count) Pfn { get; private init; }

    /// <summary>Where the map starts, and how many of its slots are in the file.</summary>
    public (long Offset, long Count) Map { get; private init; }

    /// <summary>Slots of the map less one; null where the header's number cannot be right.</summary>
    public ulong? HashMask { get; private init; }

    /// <summary>Where page 0 stands.</summary>
    public ulong Data { get; private init; }

    /// <summary>Pages of the dump.</summary>
    public ulong Pages { get; private init; }

    /// <summary>Finds the sections.</summary>
    public static VmcoreLayout Of(DumpHeader header, IByteSource file, DiagnosticBag diagnostics)
    {
        int slotBytes = 24 + (2 * header.WordBytes);
        UInt128 mapBytes = ((UInt128)header.HashMask + 1) * (ulong)slotBytes;
        var places = SectionPlaces.Of(header, file, mapFirst: false, [((UInt128)ExpectedMask(header) + 1) * (ulong)slotBytes, mapBytes], diagnostics);
        ulong pages = PagesOf(header, places.Data, file, diagnostics);
        ulong slots = SlotsOf(header, mapBytes, (Int128)places.Data - places.Map, file, diagnostics, out ulong? mask);
        return new VmcoreLayout
        {
            Data = places.Data < 0 ? long.MaxValue : (ulong)places.Data,
            Pages = pages,
            Pfn = SectionPlaces.Section(file, "page frame numbers", "solaris/pfn-outside", places.Pfn, places.Map, Math.Min(pages, header.Pages), header.WordBytes, diagnostics),
            Map = SectionPlaces.Section(file, "map of virtual addresses", "solaris/map-outside", places.Map, places.Data, slots, slotBytes, diagnostics),
            HashMask = mask,
        };
    }

    /// <summary>The hash mask that the kernel computes: slots are the smallest power of two that holds the translations.</summary>
    private static ulong ExpectedMask(DumpHeader header) =>
        header.Translations <= 1 ? 0 : ulong.MaxValue >> BitOperations.LeadingZeroCount(header.Translations - 1);

    /// <summary>Pages by the header, unless the file holds more, or the header's number is beyond all that can be.</summary>
    private static ulong PagesOf(DumpHeader header, long data, IByteSource file, DiagnosticBag diagnostics)
    {
        ulong there = data >= 0 && data < file.Length ? ((ulong)(file.Length - data) + (ulong)header.PageSize - 1) >> header.PageShift : 0;
        there = Math.Min(there, DumpLimits.SolarisPages);
        bool absurd = header.Pages > DumpLimits.SolarisPages || (UInt128)header.Pages * (ulong)header.WordBytes > (ulong)file.Length;
        if (!absurd && header.Pages >= there) return header.Pages;
        diagnostics.Warn("solaris/pages", $"{file.Name} states {header.Pages} pages, but is as long as {there} pages make it; those are used.");
        return there;
    }

    /// <summary>
    /// Slots that can hold nodes, and the mask: one that savecore computes from the number of translations, or else the one whose table fills the room before the pages.
    /// With neither, all the room is looked through.
    /// </summary>
    private static ulong SlotsOf(DumpHeader header, UInt128 mapBytes, Int128 room, IByteSource file, DiagnosticBag diagnostics, out ulong? mask)
    {
        ulong expected = ExpectedMask(header);
        mask = header.HashMask;
        if (header.HashMask == expected && mapBytes <= (ulong)file.Length) return Math.Max(header.Translations, 1);
        bool Fills(UInt128 bytes) => SectionPlaces.Round(bytes, (ulong)header.PageSize) == (UInt128)Int128.Max(room, 0);
        ulong slotBytes = (ulong)(24 + (2 * header.WordBytes));
        bool fills = UInt128.IsPow2((UInt128)header.HashMask + 1) && Fills(mapBytes) && !Fills(((UInt128)expected + 1) * slotBytes);
        diagnostics.Warn("solaris/hash-mask", $"{file.Name} states a hash mask of {AddressText.Hex(header.HashMask)} for {header.Translations} translations, which take {AddressText.Hex(expected)} and room in the file; " +
            (fills ? "the mask fits the size of its map and is used." : "its map is read node by node."));
        if (fills) return header.HashMask + 1;
        mask = null;
        return ulong.MaxValue;
    }
}
