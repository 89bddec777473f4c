using System.Text;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Formats.Xen;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Kdump;

/// <summary>
/// The compressed kdump format of makedumpfile, which QEMU's dump-guest-memory writes as well (kdump-zlib and so on): pages packed one by one. The same
/// notes as in an ELF dump. See FORMAT.md.
/// </summary>
public sealed class CompressedKdump : IDumpFormat
{
    /// <inheritdoc/>
    public string Name => "compressed kdump";

    /// <inheritdoc/>
    public bool Probe(ReadOnlySpan<byte> head, IByteSource file) => head.StartsWith("KDUMP   "u8) || head.StartsWith("DISKDUMP"u8);

    /// <inheritdoc/>
    public DumpImage Open(IByteSource file, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var header = KdumpHeader.Read(file);
        if (header.IsSplit)
            throw new DumpFormatException($"{file.Name} is one part of a split dump; join the parts with makedumpfile --reassemble PART… WHOLE and open that.");
        if (header.Version > 6)
            diagnostics.Warn("kdump/version", $"{file.Name} has header version {header.Version}; 6 is the newest that is known, and it is read as that.");
        if ((header.Status & PageCodec.Incomplete) != 0)
            diagnostics.Warn("kdump/incomplete", $"{file.Name} is incomplete: its writer ran out of space; pages that it lost are absent.");
        if (header.FrameLimit > DumpLimits.MachineFrames)
            diagnostics.Warn("kdump/too-many-frames", $"{file.Name} states {header.FrameLimit} frames; only the first {DumpLimits.MachineFrames} are read.");
        int machine = MachineOf(file, header);
        var notes = new MachineNotes(ReadNotes(file, header, diagnostics), file.Name, bigEndian: false, diagnostics);
        if (notes.Cpus.Count == 0)
            diagnostics.Warn("dump/no-cpus", $"{file.Name} has no notes with registers; no stack can start from a CPU.");
        if (header.DescriptorOffset >= (ulong)file.Length)
            diagnostics.Warn(DiagnosticIds.DumpTruncated, $"{file.Name} is cut off: it ends at byte {file.Length}, before its page descriptors; copy it whole for its memory.");
        cancel.ThrowIfCancellationRequested();
        string flattened = file is FlattenedStream ? ", flattened" : "";
        return new DumpImage
        {
            FormatName = $"compressed kdump v{header.Version} ({PageCodec.NameOf(header.Status)}{flattened})",
            ElfMachine = machine,
            Pages = new KdumpPages(file, header),
            Cpus = notes.Cpus,
            XenCrash = notes.XenCrash,
            XenVmcoreInfo = notes.XenVmcoreInfo,
            KernelVmcoreInfo = notes.KernelVmcoreInfo ?? ReadVmcoreInfo(file, header),
        };
    }

    private static int MachineOf(IByteSource file, KdumpHeader header) => header.Machine switch
    {
        "x86_64" or "amd64" => ElfConstants.MachineAmd64,
        "i386" or "i486" or "i586" or "i686" => ElfConstants.Machine386,
        "" => header.Is64 ? ElfConstants.MachineAmd64 : ElfConstants.Machine386,
        _ => throw new DumpFormatException($"{file.Name} is a kdump of a machine of type {header.Machine}; only x86 (x86_64 and i386 to i686) is supported."),
    };

    private static List<ElfNote> ReadNotes(IByteSource file, KdumpHeader header, DiagnosticBag diagnostics)
    {
        var notes = new List<ElfNote>();
        if (header.Notes.Offset == 0 || header.Notes.Length == 0) return notes;
        var bytes = file.ReadUpTo(header.Notes.Offset, header.Notes.Length, DumpLimits.NoteBytes);
        if ((ulong)bytes.Length < header.Notes.Length)
            diagnostics.Warn("elf/notes-truncated", $"the notes of {file.Name} are cut off: {bytes.Length} of {header.Notes.Length} bytes are in the file or within the limit.");
        ElfNotes.Read(bytes, bigEndian: false, alignment: 4, file.Name, notes, diagnostics);
        return notes;
    }

    private static string? ReadVmcoreInfo(IByteSource file, KdumpHeader header)
    {
        if (header.VmcoreInfo.Offset == 0 || header.VmcoreInfo.Length == 0) return null;
        var bytes = file.ReadUpTo(header.VmcoreInfo.Offset, header.VmcoreInfo.Length, DumpLimits.NoteBytes).Span;
        int end = bytes.IndexOf((byte)0);
        if (end >= 0) bytes = bytes[..end];
        return bytes.IsEmpty ? null : Encoding.Latin1.GetString(bytes);
    }
}
