using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>vmcore.N: what savecore makes of a dump for libkvm, with plain pages and a hashed map. FORMAT.md tells its layout.</summary>
internal sealed class VmcoreFormat : IDumpFormat
{
    /// <inheritdoc/>
    public string Name => "Solaris vmcore";

    /// <inheritdoc/>
    public bool Probe(ReadOnlySpan<byte> head)
    {
        var reader = new SpanReader(head);
        return reader.TryReadU32(out uint magic) && magic == DumpHeaderReader.Magic && reader.TrySkip(4) && reader.TryReadU32(out uint flags) && (flags & (uint)DumpFlags.Compressed) == 0;
    }

    /// <inheritdoc/>
    public DumpImage Open(IByteSource file, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        if (DumpHeaderReader.Read(file, 0, diagnostics) is not { } header) throw new DumpFormatException($"{file.Name} is a Solaris crash dump whose header is cut off or damaged; copy it again.");
        header = SolarisChecks.Usable(header, file, diagnostics);
        var map = new VmcoreMap(file, header, diagnostics);
        if (map.Slots == 0) diagnostics.Error("solaris/map-absent", $"the map of virtual addresses in {file.Name} lies outside the file; only physical addresses can be read.");
        return new DumpImage
        {
            FormatName = $"Solaris vmcore ({header.WordSize}-bit, version {header.Version})",
            ElfMachine = header.WordSize == 32 ? 3 : 62,
            Pages = new VmcorePages(file, header, diagnostics),
            Solaris = new SolarisDump
            {
                Header = header,
                Carrier = SolarisCarrier.Vmcore,
                Map = space => new SolarisTranslationMap(map.Find, space.Value, header),
                AddressSpaces = () => SolarisChecks.AddressSpaces(map.All().Select(m => m.AddressSpace)),
                Frames = new PfnTable(file, header),
                Ksyms = SolarisChecks.KsymsOf(file, header, diagnostics),
            },
        };
    }
}
