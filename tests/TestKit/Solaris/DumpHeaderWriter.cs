using System.Numerics;

namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>Where the sections of a dump stand and how long they are; fields of <c>dumphdr_t</c>.</summary>
internal sealed record DumpPlaces
{
    public long Start { get; init; }

    public long Ksyms { get; init; }

    public long Pfn { get; init; }

    public long Map { get; init; }

    public long Data { get; init; }

    public int KsymsSize { get; init; }
}

/// <summary>Writes <c>dumphdr_t</c> (usr/src/uts/common/sys/dumphdr.h), ILP32 and LP64.</summary>
public static class DumpHeaderWriter
{
    /// <summary>DUMP_MAGIC.</summary>
    public const uint Magic = 0xdefec8ed;

    private const int PageShift = 12;
    private const int NameBytes = 257;
    private const int PanicBytes = 200;

    /// <summary>The fields that are numbers: where each stands and how many bytes it has.</summary>
    public static IReadOnlyList<SolarisDumpPart> Numbers(int wordSize, uint version)
    {
        List<SolarisDumpPart> fields = [new("dump_magic", 0, 4), new("dump_version", 4, 4), new("dump_flags", 8, 4), new("dump_wordsize", 12, 4)];
        string[] places = ["dump_start", "dump_ksyms", "dump_pfn", "dump_map", "dump_data"];
        string[] longs = ["dump_crashtime", "dump_pageshift", "dump_pagesize", "dump_hashmask", "dump_nvtop", "dump_npages", "dump_ksyms_size", "dump_ksyms_csize"];
        int word = wordSize / 8;
        for (int i = 0; i < places.Length; i++) fields.Add(new SolarisDumpPart(places[i], 16 + (8 * i), 8));
        for (int i = 0; i < longs.Length; i++) fields.Add(new SolarisDumpPart(longs[i], 1800 + (word * i), word));
        if (version >= 10) fields.Add(new SolarisDumpPart("dump_fm_panic", 1800 + (word * longs.Length), 4));
        return fields;
    }

    /// <summary>Slots of the hashed map less one: <c>(1 &lt;&lt; highbit(nvtop - 1)) - 1</c>.</summary>
    public static int HashMask(int translations) => translations <= 1 ? 0 : (1 << (32 - BitOperations.LeadingZeroCount((uint)(translations - 1)))) - 1;

    /// <summary>The header.</summary>
    internal static byte[] Build(SolarisMemoryImage image, SolarisDumpSettings settings, uint flags, DumpPlaces places) =>
        Build(image.WordBytes, settings, flags, places, image.Translations.Count, image.Pfns.Count);

    /// <summary>The header of a dump whose tables are not those of an image.</summary>
    internal static byte[] Build(int word, SolarisDumpSettings settings, uint flags, DumpPlaces places, int translations, int pages)
    {
        var w = new ByteWriter(settings.IsBigEndian).U32(Magic).U32(settings.Version).U32(flags).U32((uint)word * 8);
        w.U64((ulong)places.Start).U64((ulong)places.Ksyms).U64((ulong)places.Pfn).U64((ulong)places.Map).U64((ulong)places.Data);
        string[] names = [settings.SystemName, settings.NodeName, settings.Release, settings.SystemVersion, settings.Machine, settings.Platform];
        foreach (string name in names) Field(w, name, NameBytes);

        // A long message fills the field to its last byte.
        Field(w, settings.PanicString, PanicBytes, PanicBytes);
        w.Align(4);
        w.Number(unchecked((ulong)settings.CrashTime), word).Number(PageShift, word).Number(SolarisMemoryImage.PageSize, word);
        w.Number((ulong)HashMask(translations), word).Number((ulong)translations, word).Number((ulong)pages, word);
        w.Number((ulong)places.KsymsSize, word).Number((ulong)places.KsymsSize, word);
        if (settings.Version >= 10)
        {
            w.U32(settings.FmPanic);
            Field(w, settings.Uuid, 37);
            w.Align(word);
        }

        return w.ToArray();
    }

    /// <summary>Flags of a dump that is whole, or not.</summary>
    internal static uint Flags(SolarisDumpSettings settings) =>
        settings.Content | settings.MoreFlags | (settings.IsLive ? SolarisDumpSettings.Live : 0) | (settings.IsIncomplete ? 0 : SolarisDumpSettings.Complete);

    private static void Field(ByteWriter w, string text, int size, int most = 0)
    {
        int start = w.Length;
        w.Text(text[..Math.Min(text.Length, most == 0 ? size - 1 : most)], false).PadTo(start + size);
    }
}
