using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// Where the sections of a vmdump or dump device stand, each on a page: header, ksyms, then in a vmdump page frame numbers and translations, on a device
/// translations and page frame numbers, then the packed pages.
/// </summary>
internal sealed record PackedLayout
{
    /// <summary>Bytes of a page.</summary>
    public required int PageSize { get; init; }

    /// <summary>Bytes of a word of the machine: 4 or 8.</summary>
    public required int WordBytes { get; init; }

    /// <summary>Pages that the header states.</summary>
    public required ulong Pages { get; init; }

    /// <summary>Pages that there may be, by the room for their frame numbers.</summary>
    public required ulong MostPages { get; init; }

    /// <summary>Where the page frame numbers start, and how many are in the file.</summary>
    public required (long Offset, long Count) Pfn { get; init; }

    /// <summary>Where the translations start, and how many are in the file.</summary>
    public required (long Offset, long Count) Map { get; init; }

    /// <summary>Where the packed pages start.</summary>
    public required long Data { get; init; }

    /// <summary>Where they end at the latest: at the last header or the areas before it, or where the file does.</summary>
    public required long DataEnd { get; init; }

    /// <summary>How the pages are packed.</summary>
    public required DataHeader Packing { get; init; }

    /// <summary>A dump from before October 2009: nothing but pages one after another, with no end mark.</summary>
    public required bool IsOld { get; init; }

    /// <summary>Finds the sections.</summary>
    /// <param name="file">The dump.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="diagnostics">Told of what is wrong.</param>
    public static PackedLayout Of(IByteSource file, PackedHeaders headers, DiagnosticBag diagnostics)
    {
        var header = headers.Header;
        int recordBytes = 3 * header.WordBytes;
        bool mapFirst = headers.Carrier == SolarisCarrier.Device;
        var places = SectionPlaces.Of(header, file, mapFirst, [(UInt128)header.Translations * (ulong)recordBytes], diagnostics);
        long afterPfn = mapFirst ? places.Data : places.Map, afterMap = mapFirst ? places.Pfn : places.Data;
        var pfn = Table(file, header, "page frame numbers", "solaris/pfn-outside", places.Pfn, afterPfn, header.Pages, header.WordBytes, diagnostics);
        var map = Table(file, header, "list of virtual addresses", "solaris/map-outside", places.Map, afterMap, header.Translations, recordBytes, diagnostics);
        pfn = pfn with { Count = WithoutPadding(file, pfn, header) };
        ulong most = Math.Min(DumpLimits.SolarisPages, pfn.Count > 0 ? (ulong)pfn.Count : (ulong)file.Length / 4);
        if (places.Data <= 0 || places.Data >= file.Length)
            diagnostics.Warn(DiagnosticIds.DumpTruncated, $"{file.Name} has no pages: they would be at byte {places.Data}, and the file has {file.Length} bytes; copy it whole for its memory.");
        long data = places.Data <= 0 ? file.Length : Math.Min(places.Data, file.Length);
        var (packing, isOld) = PackingOf(file, headers, data);
        return new PackedLayout
        {
            PageSize = header.PageSize,
            WordBytes = header.WordBytes,
            Pages = Math.Min(header.Pages, most),
            MostPages = most,
            Pfn = pfn,
            Map = map,
            Data = data,
            DataEnd = headers.DataEnd,
            Packing = packing,
            IsOld = isOld,
        };
    }

    /// <summary>How the pages are packed, by the data header unless the first record shows that it is wrong: a block of a stream that it does not tell of.</summary>
    private static (DataHeader Packing, bool IsOld) PackingOf(IByteSource file, PackedHeaders headers, long data)
    {
        var packing = headers.Packing ?? DataHeader.Unknown;
        bool isOld = headers.Packing is null && headers.HasEnd;
        if (!new SequentialBytes(file, 4).TryWord(data, out uint first)) return (packing, isOld);
        int tag = RecordScan.TagOf(first);
        return (tag > packing.Streams ? packing with { Streams = DataHeader.Unknown.Streams } : packing, isOld && tag == 0);
    }

    /// <summary>
    /// A table and how many entries it has: as many as are stated, unless there is room for fewer, or for so many more that rounding up to a page cannot explain it.
    /// </summary>
    private static (long Offset, long Count) Table(
        IByteSource file, DumpHeader header, string what, string id, long offset, long next, ulong stated, int each, DiagnosticBag diagnostics)
    {
        var (start, room) = SectionPlaces.Section(file, what, id, offset, next, ulong.MaxValue, each, diagnostics);
        if (start == 0 || next <= start) return (start, (long)Math.Min(stated, (ulong)room));
        bool tooMany = stated > (ulong)room, tooFew = !tooMany && ((ulong)room - stated) * (ulong)each >= (ulong)header.PageSize;
        if (!tooMany && !tooFew) return (start, (long)stated);
        diagnostics.Warn("solaris/count", $"{file.Name} states {stated} entries in its {what}, which has room for {room}; {(tooMany ? "the others are missing" : "all of the room is read")}.");
        return (start, room);
    }

    /// <summary>Entries of the page frame numbers without the zeros that fill up their last page, if their number is not as stated.</summary>
    private static long WithoutPadding(IByteSource file, (long Offset, long Count) pfn, DumpHeader header)
    {
        if (pfn.Count == 0 || (ulong)pfn.Count == header.Pages) return pfn.Count;
        int word = header.WordBytes;
        byte[] tail = new byte[(int)Math.Min(header.PageSize, pfn.Count * word)];
        if (!file.TryRead((ulong)(pfn.Offset + (pfn.Count * word) - tail.Length), tail)) return pfn.Count;
        int last = tail.AsSpan().LastIndexOfAnyExcept((byte)0);
        return pfn.Count - ((tail.Length - 1 - last) / word);
    }
}
