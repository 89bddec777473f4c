using XenDumpAdapter.Core.Formats.Kdump;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Formats.Xen;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats;

/// <summary>The formats that this version opens, in the order in which they are asked.</summary>
public static class DumpFormats
{
    /// <summary>Every format.</summary>
    public static IReadOnlyList<IDumpFormat> All { get; } = [new HostCore(), new CompressedKdump(), new VmcoreFormat(), new VmdumpFormat()];

    /// <summary>Recognises a dump and opens it; a flattened stream is opened as the file that it stands for.</summary>
    /// <exception cref="DumpFormatException">No format fits, or the one that does cannot use it.</exception>
    public static DumpImage Open(IByteSource file, DiagnosticBag diagnostics, CancellationToken cancel = default)
    {
        byte[] head = Head(file);
        if (FlattenedStream.IsFlattened(head))
        {
            file = FlattenedStream.Open(file, diagnostics, cancel);
            head = Head(file);
        }

        foreach (var format in All)
        {
            if (format.Probe(head, file)) return format.Open(file, diagnostics, cancel);
        }

        throw Refusal.Of(file, head);
    }

    private static byte[] Head(IByteSource file)
    {
        byte[] head = new byte[4096];
        return head[..file.Read(0, head)];
    }
}
