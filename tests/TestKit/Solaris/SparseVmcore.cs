using System.Buffers.Binary;

namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// Writes the vmcore.N of a large 64-bit machine in no time: the pages of a small image, and millions of pages of zeros that are holes of the file. The tables are
/// whole: a frame number for every page, and for every page its address in segkpm, the kernel's window on physical memory.
/// </summary>
public static class SparseVmcore
{
    private const int PageSize = SolarisMemoryImage.PageSize;
    private const int Slot = 40;

    /// <summary>Where segkpm begins (usr/src/uts/i86pc/sys/machparam.h); page <c>pfn</c> is at this plus <c>pfn</c> pages.</summary>
    public const ulong Segkpm = 0xffff_fe00_0000_0000;

    /// <summary>Writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="image">What is not zero; of 64 bits.</param>
    /// <param name="kas">Address of the kernel's <c>struct as</c>.</param>
    /// <param name="pages">All pages, the image's among them.</param>
    /// <param name="settings">The header's texts and flags.</param>
    public static void Write(string path, SolarisMemoryImage image, ulong kas, int pages, SolarisDumpSettings settings)
    {
        if (image.WordSize != 64) throw new ArgumentException("a machine of that size has 64 bits", nameof(image));
        byte[] ksyms = KsymsWriter.Build(image);
        ulong[] frames = Frames(image, pages);
        int translations = image.Translations.Count + pages, mask = DumpHeaderWriter.HashMask(translations);
        long pfn = PageSize + VmcoreWriter.Round(ksyms.Length), map = pfn + Round(8L * pages), data = map + Round((long)(mask + 1) * Slot);
        var places = new DumpPlaces { Start = settings.Start, Ksyms = PageSize, Pfn = pfn, Map = map, Data = data, KsymsSize = ksyms.Length };

        using var file = File.Create(path);
        file.Write(DumpHeaderWriter.Build(image.WordBytes, settings, DumpHeaderWriter.Flags(settings), places, translations, pages));
        file.Position = PageSize;
        file.Write(ksyms);
        file.Position = pfn;
        Numbers(file, frames);
        file.Position = map;
        Map(file, image, kas, frames, mask, map, data);
        foreach (ulong frame in image.Pfns)
        {
            file.Position = data + ((long)Array.BinarySearch(frames, frame) * PageSize);
            file.Write(image.Contents(frame));
        }

        file.SetLength(data + ((long)pages * PageSize));
    }

    /// <summary>The image's frames and as many others as it takes, ascending.</summary>
    private static ulong[] Frames(SolarisMemoryImage image, int pages)
    {
        var frames = new List<ulong>(pages);
        frames.AddRange(image.Pfns);
        var taken = image.Pfns.ToHashSet();
        for (ulong next = 0; frames.Count < pages; next++)
            if (!taken.Contains(next)) frames.Add(next);
        frames.Sort();
        return [.. frames];
    }

    private static void Map(FileStream file, SolarisMemoryImage image, ulong kas, ulong[] frames, int mask, long map, long data)
    {
        var list = new List<(ulong As, ulong Va, int Page)>(frames.Length + image.Translations.Count);
        for (int i = 0; i < frames.Length; i++) list.Add((kas, Segkpm + (frames[i] * PageSize), i));
        foreach (var (addressSpace, va, pfn) in image.Translations) list.Add((addressSpace, va, Array.BinarySearch(frames, pfn)));
        long[] first = new long[mask + 1];
        byte[] slots = new byte[(long)(mask + 1) * Slot];
        for (int i = 0; i < list.Count; i++)
        {
            var (addressSpace, va, page) = list[i];
            int bucket = VmcoreWriter.Hash(addressSpace, va, mask);
            var slot = slots.AsSpan(i * Slot, Slot);
            BinaryPrimitives.WriteInt64LittleEndian(slot[8..], first[bucket]);
            BinaryPrimitives.WriteInt64LittleEndian(slot[16..], data + ((long)page * PageSize));
            BinaryPrimitives.WriteUInt64LittleEndian(slot[24..], addressSpace);
            BinaryPrimitives.WriteUInt64LittleEndian(slot[32..], va);
            first[bucket] = map + ((long)i * Slot);
        }

        for (int bucket = 0; bucket <= mask; bucket++) BinaryPrimitives.WriteInt64LittleEndian(slots.AsSpan(bucket * Slot), first[bucket]);
        file.Write(slots);
    }

    private static void Numbers(FileStream file, ulong[] numbers)
    {
        byte[] bytes = new byte[numbers.Length * 8];
        for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), numbers[i]);
        file.Write(bytes);
    }

    private static long Round(long size) => (size + PageSize - 1) / PageSize * PageSize;
}
