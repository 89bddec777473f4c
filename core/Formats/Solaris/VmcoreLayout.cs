using System.Numerics;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// Where the sections of a vmcore stand. savecore puts them one after another, each on a page: header, ksyms, page frame numbers, map, pages. What the header
/// states counts unless it cannot be; then the sections stand where that order puts them, if that agrees with some of what is stated.
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
        UInt128 pfnBytes = (UInt128)header.Pages * (ulong)header.WordBytes, slotBytes = (ulong)(24 + (2 * header.WordBytes));
        UInt128 mapBytes = ((UInt128)header.HashMask + 1) * slotBytes;
        (long Pfn, long Map, long Data) places = Places(header, pfnBytes, slotBytes, file, diagnostics);
        ulong pages = PagesOf(header, places.Data, file, diagnostics);
        ulong slots = SlotsOf(header, mapBytes, (Int128)places.Data - places.Map, file, diagnostics, out ulong? mask);
        return new VmcoreLayout
        {
            Data = places.Data < 0 ? long.MaxValue : (ulong)places.Data,
            Pages = pages,
            Pfn = Section(file, "page frame numbers", "solaris/pfn-outside", places.Pfn, places.Map, Math.Min(pages, header.Pages), header.WordBytes, diagnostics),
            Map = Section(file, "map of virtual addresses", "solaris/map-outside", places.Map, places.Data, slots, (int)slotBytes, diagnostics),
            HashMask = mask,
        };
    }

    /// <summary>The stated places, or those of savecore's order if the stated ones cannot be and two of three agree with it.</summary>
    private static (long Pfn, long Map, long Data) Places(DumpHeader header, UInt128 pfnBytes, UInt128 slotBytes, IByteSource file, DiagnosticBag diagnostics)
    {
        (long Pfn, long Map, long Data) stated = (header.Pfn, header.Map, header.Data), best = stated;
        UInt128 mapBytes = ((UInt128)header.HashMask + 1) * slotBytes;
        if (Fits(header, stated, pfnBytes, mapBytes, file.Length)) return stated;
        int most = 1;
        foreach (UInt128 bytes in new[] { ((UInt128)ExpectedMask(header) + 1) * slotBytes, mapBytes })
        {
            if (InOrder(header, pfnBytes, bytes) is not { } ordered || !Fits(header, ordered, pfnBytes, bytes, file.Length)) continue;
            int agree = new[] { ordered.Pfn, ordered.Map, ordered.Data }.Count(p => p == stated.Pfn || p == stated.Map || p == stated.Data);
            if (agree <= most) continue;
            most = agree;
            best = ordered;
        }

        if (best != stated)
            diagnostics.Warn("solaris/layout", $"{file.Name} states places for its tables that cannot be; they are read at bytes {best.Pfn} (page frame numbers), {best.Map} (map) and {best.Data} (pages), where savecore puts them.");
        return best;
    }

    private static bool Fits(DumpHeader header, (long Pfn, long Map, long Data) at, UInt128 pfnBytes, UInt128 mapBytes, long length) =>
        at.Pfn >= header.PageSize && at.Map >= at.Pfn && at.Data >= at.Map && pfnBytes <= (ulong)(at.Map - at.Pfn) && mapBytes <= (ulong)(at.Data - at.Map) && at.Data <= length;

    private static (long Pfn, long Map, long Data)? InOrder(DumpHeader header, UInt128 pfnBytes, UInt128 mapBytes)
    {
        UInt128 page = (ulong)header.PageSize, pfn = page + Round(header.KsymsSize, page), map = pfn + Round(pfnBytes, page), data = map + Round(mapBytes, page);
        return data > long.MaxValue ? null : ((long)pfn, (long)map, (long)data);
    }

    /// <summary>The hash mask that the kernel computes: slots are the smallest power of two that holds the translations.</summary>
    private static ulong ExpectedMask(DumpHeader header) =>
        header.Translations <= 1 ? 0 : ulong.MaxValue >> BitOperations.LeadingZeroCount(header.Translations - 1);

    private static UInt128 Round(UInt128 bytes, UInt128 page) => (bytes + page - 1) / page * page;

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
    /// Slots that can hold nodes, and the mask: one that savecore computes from the number of translations, or whose table fills the room before the pages. With
    /// neither, all the room is looked through.
    /// </summary>
    private static ulong SlotsOf(DumpHeader header, UInt128 mapBytes, Int128 room, IByteSource file, DiagnosticBag diagnostics, out ulong? mask)
    {
        ulong expected = ExpectedMask(header);
        mask = header.HashMask;
        if (header.HashMask == expected && mapBytes <= (ulong)file.Length) return Math.Max(header.Translations, 1);
        bool fills = UInt128.IsPow2((UInt128)header.HashMask + 1) && Round(mapBytes, (ulong)header.PageSize) == (UInt128)Int128.Max(room, 0);
        diagnostics.Warn("solaris/hash-mask", $"{file.Name} states a hash mask of {AddressText.Hex(header.HashMask)} for {header.Translations} translations, which take {AddressText.Hex(expected)} and room in the file; " +
            (fills ? "the mask fits the size of its map and is used." : "its map is read node by node."));
        if (fills) return header.HashMask + 1;
        mask = null;
        return ulong.MaxValue;
    }

    /// <summary>What of a table lies in the file and before what follows it.</summary>
    private static (long Offset, long Count) Section(IByteSource file, string what, string id, long offset, long next, ulong count, int each, DiagnosticBag diagnostics)
    {
        bool stated = count != ulong.MaxValue;
        if (offset <= 0 || offset >= file.Length)
        {
            if (count > 0) diagnostics.Warn(id, $"the {what} of {file.Name} would be at byte {offset}, but the file has {file.Length} bytes; it cannot be used.");
            return (0, 0);
        }

        long end = next > offset && next < file.Length ? next : file.Length;
        long room = (end - offset) / each;
        if (stated && count > (ulong)room)
            diagnostics.Warn(id, $"the {what} of {file.Name} has room for {room} of {count} entries; the others are missing.");
        return (offset, (long)Math.Min(count, (ulong)room));
    }
}
