using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// A dump that savecore has not unpacked: <c>vmdump.N</c>, which is a copy of what is on the dump device, or the dump device itself. See FORMAT.md.
/// </summary>
public sealed class VmdumpFormat : IDumpFormat
{
    /// <inheritdoc/>
    public string Name => "Solaris vmdump or dump device";

    /// <inheritdoc/>
    public bool Probe(ReadOnlySpan<byte> head, IByteSource file) =>
        DumpHeaderReader.IsHeader(head) ? !CarrierFlags.SaysVmcore(head, file) : PackedHeaders.IsDevice(file);

    /// <inheritdoc/>
    public DumpImage Open(IByteSource file, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var headers = PackedHeaders.Read(file, diagnostics);
        var header = headers.Header;
        DumpHeaderChecks.Report(header, file, diagnostics);
        var layout = PackedLayout.Of(file, headers, diagnostics);
        cancel.ThrowIfCancellationRequested();
        var frames = new PfnTable(file, layout.Pfn.Offset, layout.Pfn.Count, header.WordBytes, header.PageShift, diagnostics);
        var records = new TranslationRecords(file, layout.Map.Offset, layout.Map.Count, header.WordBytes, isHashed: false);
        var map = new ListedMap(file, records, frames, header.PageShift, diagnostics) { PageShift = header.PageShift, AddressBits = header.WordSize };
        SolarisDump? dump = null;
        var pages = new PackedPages(file, layout, () => dump?.Progress, diagnostics);
        dump = new SolarisDump
        {
            Header = header,
            Carrier = headers.Carrier,
            Map = map.Of,
            AddressSpaces = map.AddressSpaces,
            Frames = frames,
            FrameNumber = page => page <= long.MaxValue && frames.TryGet((long)page, out ulong pfn) ? pfn : null,
            Ksyms = Ksyms.Open(file, header, diagnostics),
            Messages = MessageArea.Read(file, headers.Messages, diagnostics),
            Prepare = stop =>
            {
                map.Prepare(stop);
                pages.Prepare(stop);
            },
        };
        string kind = headers.Carrier == SolarisCarrier.Vmdump ? "Solaris vmdump" : "Solaris dump device";
        return new DumpImage
        {
            FormatName = $"{kind} ({header.WordSize}-bit, version {header.Version}, {PackingOf(headers)})",
            ElfMachine = header.WordSize == 64 ? ElfConstants.MachineAmd64 : ElfConstants.Machine386,
            Pages = pages,
            Solaris = dump,
        };
    }

    private static string PackingOf(PackedHeaders headers) => headers.Packing?.Level switch
    {
        1 => "lzjb streams",
        2 => "bzip2 streams",
        _ => "lzjb",
    };
}
