using System.Numerics;

namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// Writes a dump device as the dying kernel leaves it (dumpsys(), usr/src/uts/common/os/dumpsubr.c): header, ksyms, flat map, frame numbers and packed data
/// from <c>dump_start</c> on; summary, error reports, messages and the header again at the end.
/// </summary>
public static class DumpDeviceWriter
{
    private const int Unit = 65536;
    private const int EndBytes = 0x10000;
    private const int MessagesFromEnd = 0x210000;
    private const int ReportsFromEnd = 0x5d0000;
    private const int SummaryFromEnd = 0x5e0000;
    private const uint MessageMagic = 0xf00d4109;
    private const uint ReportMagic = 0xf00d4edd;
    private const uint SummaryMagic = 0xdead0d8a;
    private const int SummaryBytes = 2048;

    /// <summary>The device's bytes.</summary>
    public static byte[] Build(SolarisMemoryImage image, SolarisDumpSettings settings) => Write(image, settings).Bytes;

    /// <summary>The device's bytes and the places of its structures.</summary>
    public static SolarisDumpFile Write(SolarisMemoryImage image, SolarisDumpSettings settings)
    {
        var sections = new DumpSections(image, settings);
        int size = Size(sections.Bytes + SolarisMemoryImage.PageSize, settings), end = size / Unit * Unit;
        long start = settings.IsDedicatedDevice ? Unit : RoundUp(size / 5);
        long ksyms = start + SolarisMemoryImage.PageSize, map = ksyms + sections.Ksyms.Length, pfn = map + sections.Map.Length, data = pfn + sections.Frames.Length;
        var places = new DumpPlaces { Start = start, Ksyms = ksyms, Pfn = pfn, Map = map, Data = data };
        uint packed = settings.HasDataHeader ? SolarisDumpSettings.Compressed : 0;
        byte[] header = sections.Header(settings, DumpHeaderWriter.Flags(settings) | SolarisDumpSettings.Valid | packed, places);
        byte[] metrics = new ByteWriter().Text(settings.Metrics, false).ToArray();
        byte[] dataHeader = settings.HasDataHeader ? DataHeaderWriter.Build(settings, sections.Data.Length, metrics.Length) : [];

        var w = new ByteWriter().PadTo((int)start).Bytes(header).PadTo((int)ksyms).Bytes(sections.Ksyms).Bytes(sections.Map).Bytes(sections.Frames).Bytes(sections.Data);
        w.PadTo(end - SummaryFromEnd).Bytes(Summary(settings));
        w.PadTo(end - ReportsFromEnd).Bytes(Reports(settings));
        w.PadTo(end - MessagesFromEnd).Bytes(Messages(settings));
        w.PadTo(end - EndBytes).Bytes(header).Bytes(dataHeader).Bytes(metrics).PadTo(size);
        List<SolarisDumpPart> parts = sections.Parts(places, header.Length);
        parts.Add(new SolarisDumpPart("end header", end - EndBytes, header.Length));
        parts.Add(new SolarisDumpPart("data header", end - EndBytes + header.Length, dataHeader.Length));
        parts.Add(new SolarisDumpPart("messages", end - MessagesFromEnd, MessagesFromEnd - EndBytes));
        return new SolarisDumpFile(w.ToArray(), parts);
    }

    /// <summary>checksum32 of the areas: rotate right by one, add a byte.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte value in bytes) sum = unchecked(BitOperations.RotateRight(sum, 1) + value);
        return sum;
    }

    private static int Size(int sectionBytes, SolarisDumpSettings settings)
    {
        int needed = RoundUp(sectionBytes) + SummaryFromEnd + (2 * Unit);
        return settings.DeviceExcess + (settings.IsDedicatedDevice ? needed : RoundUp((needed / 4 * 5) + Unit));
    }

    private static int RoundUp(int bytes) => (bytes + Unit - 1) / Unit * Unit;

    /// <summary><c>log_dump_t</c>, <c>log_ctl_t</c> (usr/src/uts/common/sys/log.h), text; then a magic of 0.</summary>
    private static byte[] Messages(SolarisDumpSettings settings)
    {
        var w = new ByteWriter(settings.IsBigEndian);
        foreach (var message in settings.Messages)
        {
            // Of SL_CONSOLE | SL_NOTE; ltime is the machine's own clock.
            byte[] control = new ByteWriter(settings.IsBigEndian).U16(0).U16(0).U8(0).U8(0).U16(0x28)
                .U32((uint)message.Sequence * 100).U32((uint)message.Time).U32((uint)message.Sequence).U32((uint)message.Priority).ToArray();
            byte[] text = new ByteWriter().Text(message.Text).ToArray();
            w.U32(MessageMagic).U32((uint)text.Length).U32(Checksum(control)).U32(Checksum(text)).Bytes(control).Bytes(text);
        }

        return w.Zeros(16).ToArray();
    }

    /// <summary><c>erpt_dump_t</c> and the packed list; then a magic of 0.</summary>
    private static byte[] Reports(SolarisDumpSettings settings)
    {
        var w = new ByteWriter(settings.IsBigEndian);
        foreach (byte[] report in settings.ErrorReports)
            w.U32(ReportMagic).U32(Checksum(report)).U32((uint)report.Length).U32(0).U64(1).U64(2).U64((ulong)settings.CrashTime).U64(0).Bytes(report);
        return w.Zeros(48).ToArray();
    }

    /// <summary><c>summary_dump_t</c> and the stack's text.</summary>
    private static byte[] Summary(SolarisDumpSettings settings)
    {
        if (settings.Summary.Length == 0) return [];
        byte[] text = new ByteWriter().Text(settings.Summary, false).PadTo(SummaryBytes).ToArray();
        return new ByteWriter(settings.IsBigEndian).U32(SummaryMagic).U32(Checksum(text)).Bytes(text).U32(0).U32(0).ToArray();
    }
}
