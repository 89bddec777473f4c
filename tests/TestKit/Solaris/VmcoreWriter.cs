namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// Writes vmcore.N as savecore leaves it (usr/src/cmd/savecore/savecore.c): header, ksyms, frame numbers, the map hashed in place, plain pages.
/// </summary>
public static class VmcoreWriter
{
    private const int PageSize = SolarisMemoryImage.PageSize;

    /// <summary>Bytes of a <c>dump_map_t</c>.</summary>
    public static int SlotBytes(int wordSize) => wordSize == 64 ? 40 : 32;

    /// <summary>The file.</summary>
    public static byte[] Build(SolarisMemoryImage image, SolarisDumpSettings settings) => Write(image, settings).Bytes;

    /// <summary>The file and the places of its structures.</summary>
    public static SolarisDumpFile Write(SolarisMemoryImage image, SolarisDumpSettings settings)
    {
        byte[] ksyms = KsymsWriter.Build(image, settings.IsBigEndian);
        int[] sizes = [image.Pfns.Count * image.WordBytes, (DumpHeaderWriter.HashMask(image.Translations.Count) + 1) * SlotBytes(image.WordSize)];
        long pfn = PageSize + Round(ksyms.Length), map = pfn + Round(sizes[0]), data = map + Round(sizes[1]);
        var places = new DumpPlaces { Start = settings.Start, Ksyms = PageSize, Pfn = pfn, Map = map, Data = data, KsymsSize = ksyms.Length };
        byte[] header = DumpHeaderWriter.Build(image, settings, DumpHeaderWriter.Flags(settings), places);

        var w = new ByteWriter(settings.IsBigEndian).Bytes(header).PadTo(PageSize).Bytes(ksyms).PadTo((int)pfn);
        foreach (ulong frame in image.Pfns) w.Number(frame, image.WordBytes);
        w.PadTo((int)map).Bytes(Map(image, settings.IsBigEndian, map, data)).PadTo((int)data);
        int end = w.Length;
        foreach (ulong frame in image.Pfns)
        {
            var page = image.Contents(frame);
            w.Bytes(page);
            if (page.ContainsAnyExcept((byte)0)) end = w.Length;
        }

        byte[] bytes = w.ToArray();
        return new SolarisDumpFile(settings.EndsEarly ? bytes[..end] : bytes, [
            new("header", 0, header.Length), new("ksyms", PageSize, ksyms.Length), new("pfn", pfn, sizes[0]), new("map", map, sizes[1]),
            new("data", data, (settings.EndsEarly ? end : bytes.Length) - data)]);
    }

    /// <summary>The slot that a page of an address space hashes to.</summary>
    public static int Hash(ulong addressSpace, ulong va, int mask) => (int)(unchecked((addressSpace >> 3) + (va / PageSize)) & (ulong)mask);

    internal static int Round(int size) => (size + PageSize - 1) / PageSize * PageSize;

    private static byte[] Map(SolarisMemoryImage image, bool bigEndian, long map, long data)
    {
        int mask = DumpHeaderWriter.HashMask(image.Translations.Count), slotBytes = SlotBytes(image.WordSize);
        var w = new ByteWriter(bigEndian).Zeros((mask + 1) * slotBytes);
        long[] first = new long[mask + 1];
        var index = image.Pfns.Select((p, i) => (p, i)).ToDictionary(x => x.p, x => x.i);
        for (int i = 0; i < image.Translations.Count; i++)
        {
            var (addressSpace, va, pfn) = image.Translations[i];
            if (!index.TryGetValue(pfn, out int page)) continue;
            int slot = i * slotBytes, bucket = Hash(addressSpace, va, mask);
            w.Patch(slot + 8, (ulong)first[bucket], 8).Patch(slot + 16, (ulong)(data + ((long)page * PageSize)), 8);
            w.Patch(slot + 24, addressSpace, image.WordBytes).Patch(slot + 24 + image.WordBytes, va, image.WordBytes);
            first[bucket] = map + slot;
        }

        for (int bucket = 0; bucket <= mask; bucket++) w.Patch(bucket * slotBytes, (ulong)first[bucket], 8);
        return w.ToArray();
    }
}
