namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>The sections of a dump that device and vmdump both have, each filled up to a page.</summary>
internal sealed class DumpSections
{
    private readonly SolarisMemoryImage _image;
    private readonly PageDataWriter _writer;
    private readonly int _frameBytes;
    private readonly int _mapBytes;
    private readonly int _ksymsBytes;

    public DumpSections(SolarisMemoryImage image, SolarisDumpSettings settings)
    {
        _image = image;
        _writer = new PageDataWriter(image, settings);
        byte[] ksyms = KsymsWriter.Build(image, settings.IsBigEndian);
        var frames = new ByteWriter(settings.IsBigEndian);
        foreach (ulong pfn in image.Pfns) frames.Number(pfn, image.WordBytes);
        var map = new ByteWriter(settings.IsBigEndian);
        foreach (var (addressSpace, va, pfn) in image.Translations) map.Number(addressSpace, image.WordBytes).Number(va, image.WordBytes).Number(pfn, image.WordBytes);
        (_ksymsBytes, _frameBytes, _mapBytes) = (ksyms.Length, frames.Length, map.Length);
        Ksyms = Filled(ksyms);
        Frames = Filled(frames.ToArray());
        Map = Filled(map.ToArray());
        Data = Filled(_writer.Build());
    }

    public byte[] Ksyms { get; }

    public byte[] Frames { get; }

    /// <summary>A flat list of <c>mem_vtop_t</c>.</summary>
    public byte[] Map { get; }

    public byte[] Data { get; }

    public int Bytes => Ksyms.Length + Frames.Length + Map.Length + Data.Length;

    public byte[] Header(SolarisDumpSettings settings, uint flags, DumpPlaces places) =>
        DumpHeaderWriter.Build(_image, settings, flags, places with { KsymsSize = _ksymsBytes });

    /// <summary>The sections' places and, in the data area, those of each record.</summary>
    public List<SolarisDumpPart> Parts(DumpPlaces places, int headerBytes) =>
    [
        new("header", places.Start, headerBytes), new("ksyms", places.Ksyms, _ksymsBytes), new("pfn", places.Pfn, _frameBytes), new("map", places.Map, _mapBytes),
        new("data", places.Data, Data.Length), .. _writer.Records.Select(r => r with { Offset = r.Offset + places.Data }),
    ];

    private static byte[] Filled(byte[] bytes)
    {
        Array.Resize(ref bytes, VmcoreWriter.Round(bytes.Length));
        return bytes;
    }
}
