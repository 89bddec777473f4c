using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>Where the three sections behind the ksyms stand: offsets in the file.</summary>
/// <param name="Pfn">The page frame numbers.</param>
/// <param name="Map">The translations.</param>
/// <param name="Data">The pages.</param>
internal readonly record struct SectionPlaces(long Pfn, long Map, long Data)
{
    /// <summary>
    /// The stated places, or, if those cannot be, the places that the writer's order gives (each section on a page, one behind the other), provided that two of
    /// three agree with what is stated: a single wrong number, or two that were swapped. Stated places can be and still be wrong: if with the writer's places plain pages
    /// reach exactly to the file's end, and with the stated ones not, those count.
    /// </summary>
    /// <param name="header">The header.</param>
    /// <param name="file">The dump.</param>
    /// <param name="mapFirst">Whether the translations come before the page frame numbers, as on a device.</param>
    /// <param name="mapBytes">Bytes that the translations may have, the likelier first.</param>
    /// <param name="diagnostics">Told if the stated places are not used.</param>
    public static SectionPlaces Of(DumpHeader header, IByteSource file, bool mapFirst, ReadOnlySpan<UInt128> mapBytes, DiagnosticBag diagnostics)
    {
        var stated = new SectionPlaces(header.Pfn, header.Map, header.Data);
        var best = stated;
        UInt128 pfnBytes = (UInt128)header.Pages * (ulong)header.WordBytes;
        bool fits = stated.Fit(header, file.Length, mapFirst, pfnBytes, mapBytes[^1]);
        if (fits && stated.IsFilled(header, file.Length)) return stated;
        int most = 1;
        foreach (UInt128 bytes in mapBytes)
        {
            if (InOrder(header, mapFirst, pfnBytes, bytes) is not { } ordered || !ordered.Fit(header, file.Length, mapFirst, pfnBytes, bytes)) continue;
            if (fits && !ordered.IsFilled(header, file.Length)) continue;
            int agree = new[] { ordered.Pfn, ordered.Map, ordered.Data }.Count(p => p == stated.Pfn || p == stated.Map || p == stated.Data);
            if (agree <= most) continue;
            most = agree;
            best = ordered;
        }

        if (best != stated)
            diagnostics.Warn("solaris/layout", $"{file.Name} states places for its tables that cannot be right; they are read at bytes {best.Pfn} (page frame numbers), {best.Map} (map) and {best.Data} (pages), where its writer puts them.");
        return best;
    }

    /// <summary>Whether the header's places fit each other and the file.</summary>
    public static bool AreSane(DumpHeader header, long length, bool mapFirst, UInt128 mapBytes) =>
        new SectionPlaces(header.Pfn, header.Map, header.Data).Fit(header, length, mapFirst, (UInt128)header.Pages * (ulong)header.WordBytes, mapBytes);

    /// <summary>What of a table lies in the file and before what follows it; <see cref="ulong.MaxValue"/> for all there is room for.</summary>
    public static (long Offset, long Count) Section(IByteSource file, string what, string id, long offset, long next, ulong count, int each, DiagnosticBag diagnostics)
    {
        if (offset <= 0 || offset >= file.Length)
        {
            if (count > 0) diagnostics.Warn(id, $"the {what} of {file.Name} would be at byte {offset}, but the file has {file.Length} bytes; it cannot be used.");
            return (0, 0);
        }

        long end = next > offset && next < file.Length ? next : file.Length;
        long room = (end - offset) / each;
        if (count != ulong.MaxValue && count > (ulong)room)
            diagnostics.Warn(id, $"the {what} of {file.Name} has room for {room} of {count} entries; the others are missing.");
        return (offset, (long)Math.Min(count, (ulong)room));
    }

    /// <summary>A number of bytes, rounded up to whole pages.</summary>
    public static UInt128 Round(UInt128 bytes, UInt128 page) => (bytes + page - 1) / page * page;

    /// <summary>Whether the pages, if they are plain, end where the file does.</summary>
    private bool IsFilled(DumpHeader header, long length) => Data > 0 && (ulong)Data + ((UInt128)header.Pages << header.PageShift) == (ulong)length;

    private bool Fit(DumpHeader header, long length, bool mapFirst, UInt128 pfnBytes, UInt128 mapBytes)
    {
        var (first, second, firstBytes, secondBytes) = mapFirst ? (Map, Pfn, mapBytes, pfnBytes) : (Pfn, Map, pfnBytes, mapBytes);
        return first >= header.PageSize && second >= first && Data >= second && firstBytes <= (ulong)(second - first) && secondBytes <= (ulong)(Data - second) && Data <= length;
    }

    private static SectionPlaces? InOrder(DumpHeader header, bool mapFirst, UInt128 pfnBytes, UInt128 mapBytes)
    {
        UInt128 page = (ulong)header.PageSize, start = mapFirst && header.Start > 0 ? (ulong)header.Start : 0;
        UInt128 first = start + page + Round(header.KsymsStoredSize, page);
        UInt128 second = first + Round(mapFirst ? mapBytes : pfnBytes, page), data = second + Round(mapFirst ? pfnBytes : mapBytes, page);
        if (data > long.MaxValue) return null;
        return mapFirst ? new SectionPlaces((long)second, (long)first, (long)data) : new SectionPlaces((long)first, (long)second, (long)data);
    }
}
