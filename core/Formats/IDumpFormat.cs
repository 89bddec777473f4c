using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats;

/// <summary>One kind of dump file.</summary>
public interface IDumpFormat
{
    /// <summary>The name that <c>xendump info</c> prints, for example <c>ELF machine dump (QEMU)</c>; more exact after opening.</summary>
    string Name { get; }

    /// <summary>Whether the file looks like this kind, from its first bytes; a kind that is known by another place reads a few bytes there. Never throws.</summary>
    /// <param name="head">The first bytes of the file, up to 4096; fewer where the file is shorter.</param>
    /// <param name="file">The file.</param>
    bool Probe(ReadOnlySpan<byte> head, IByteSource file);

    /// <summary>Opens it: headers, notes and indexes only; no page is read.</summary>
    /// <exception cref="DumpFormatException">It cannot be used at all.</exception>
    DumpImage Open(IByteSource file, DiagnosticBag diagnostics, CancellationToken cancel);
}
