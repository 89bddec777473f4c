namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// Writes vmdump.N, the dump as savecore copies it off the device (usr/src/cmd/savecore/savecore.c): header, ksyms, frame numbers, flat map, packed data,
/// and at the next 64 KB the header again with the data header.
/// </summary>
public static class VmdumpWriter
{
    private const int Unit = 65536;

    /// <summary>The file.</summary>
    public static byte[] Build(SolarisMemoryImage image, SolarisDumpSettings settings) => Write(image, settings).Bytes;

    /// <summary>The file and the places of its structures.</summary>
    public static SolarisDumpFile Write(SolarisMemoryImage image, SolarisDumpSettings settings)
    {
        var sections = new DumpSections(image, settings);
        long ksyms = SolarisMemoryImage.PageSize, pfn = ksyms + sections.Ksyms.Length, map = pfn + sections.Frames.Length, data = map + sections.Map.Length;
        var places = new DumpPlaces { Start = 0, Ksyms = ksyms, Pfn = pfn, Map = map, Data = data };
        byte[] header = sections.Header(settings, DumpHeaderWriter.Flags(settings) | SolarisDumpSettings.Compressed | SolarisDumpSettings.Valid, places);
        byte[] dataHeader = settings.HasDataHeader ? DataHeaderWriter.Build(settings, sections.Data.Length, 0) : [];

        var w = new ByteWriter().Bytes(header).PadTo((int)ksyms).Bytes(sections.Ksyms).Bytes(sections.Frames).Bytes(sections.Map).Bytes(sections.Data);
        w.PadTo((w.Length / Unit * Unit) + Unit);
        long end = w.Length;
        w.Bytes(header).Bytes(dataHeader).PadTo((int)end + Unit);
        return new SolarisDumpFile(w.ToArray(), [
            .. sections.Parts(places, header.Length), new("end header", end, header.Length), new("data header", end + header.Length, dataHeader.Length)]);
    }
}
