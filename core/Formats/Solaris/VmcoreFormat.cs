using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// <c>vmcore.N</c>, as savecore writes it: plain pages and a hashed map of virtual addresses, of 32- and 64-bit Solaris and illumos on x86. See FORMAT.md.
/// </summary>
public sealed class VmcoreFormat : IDumpFormat
{
    /// <inheritdoc/>
    public string Name => "Solaris vmcore";

    /// <inheritdoc/>
    public bool Probe(ReadOnlySpan<byte> head, IByteSource file) => DumpHeaderReader.IsHeader(head) && CarrierFlags.SaysVmcore(head, file);

    /// <inheritdoc/>
    public DumpImage Open(IByteSource file, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var header = DumpHeaderReader.Read(file, 0, diagnostics);
        DumpHeaderChecks.Report(header, file, diagnostics);
        var layout = VmcoreLayout.Of(header, file, diagnostics);
        cancel.ThrowIfCancellationRequested();
        if ((header.Flags & DumpFlags.Compressed) != 0)
            diagnostics.Warn("solaris/flags", $"{file.Name} is flagged as compressed, but plain pages fill it to its end; it is read as a vmcore.");
        var pages = new VmcorePages(file, layout.Data, header.PageSize, layout.Pages);
        ReportMissing(pages, file, diagnostics);
        var records = new TranslationRecords(file, layout.Map.Offset, layout.Map.Count, header.WordBytes, isHashed: true);
        var map = new HashedMap(file, records, layout.HashMask, layout.Data, layout.Pages, header.PageShift, diagnostics)
        {
            PageShift = header.PageShift,
            AddressBits = header.WordSize,
        };
        var frames = new PfnTable(file, layout.Pfn.Offset, layout.Pfn.Count, header.WordBytes, header.PageShift, diagnostics);
        return new DumpImage
        {
            FormatName = $"Solaris vmcore ({header.WordSize}-bit, version {header.Version})",
            ElfMachine = header.WordSize == 64 ? ElfConstants.MachineAmd64 : ElfConstants.Machine386,
            Pages = pages,
            Solaris = new SolarisDump
            {
                Header = header,
                Carrier = SolarisCarrier.Vmcore,
                Map = map.Of,
                AddressSpaces = map.AddressSpaces,
                Frames = frames,
                FrameNumber = page => page <= long.MaxValue && frames.TryGet((long)page, out ulong pfn) ? pfn : null,
                Ksyms = Ksyms.Open(file, header, diagnostics),
            },
        };
    }

    private static void ReportMissing(VmcorePages pages, IByteSource file, DiagnosticBag diagnostics)
    {
        if (pages.Missing == 0) return;
        if (pages.EndsEarly)
        {
            diagnostics.Add(DiagnosticSeverity.Note, "solaris/ends-early", $"{file.Name} ends before its last {pages.Missing} of {pages.FrameLimit} pages; savecore leaves pages of zeros out, and they are read as zeros.");
            return;
        }

        diagnostics.Warn(DiagnosticIds.DumpTruncated, $"{file.Name} is cut off: it ends at byte {file.Length}, and {pages.Missing} of {pages.FrameLimit} pages are not in it; copy it whole for its memory.");
    }
}
