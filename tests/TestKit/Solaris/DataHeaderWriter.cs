namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>Writes <c>dumpdatahdr_t</c>, which says how the data area is packed (usr/src/uts/common/sys/dumphdr.h).</summary>
internal static class DataHeaderWriter
{
    private const uint Magic = 0x64686472;
    private const int MostBlockBytes = 131072;
    private const int MostGroupPages = 1024;

    public static byte[] Build(SolarisDumpSettings settings, int dataBytes, int metricsBytes)
    {
        var w = new ByteWriter(settings.IsBigEndian);
        bool isParallel = settings.Codec is SolarisCodec.ParallelLzjb or SolarisCodec.ParallelBzip2;
        w.U32(Magic).U32(1).U64((ulong)dataBytes).U32(MostBlockBytes).U32(MostGroupPages);
        w.U16((ushort)(isParallel ? settings.Streams : 0));
        w.U16((ushort)(settings.Codec switch { SolarisCodec.ParallelLzjb => 1, SolarisCodec.ParallelBzip2 => 2, _ => 0 }));
        return w.U32((uint)metricsBytes).ToArray();
    }
}
