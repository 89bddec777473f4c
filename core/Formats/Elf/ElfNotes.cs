using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Elf;

/// <summary>A note.</summary>
/// <param name="Name">Who defines the type: <c>CORE</c>, <c>Xen</c>, <c>QEMU</c>, <c>GNU</c>; without its NUL.</param>
/// <param name="Type">n_type.</param>
/// <param name="Description">The contents, without padding. Shorter than stated where the notes are cut off.</param>
public readonly record struct ElfNote(string Name, uint Type, ReadOnlyMemory<byte> Description);

/// <summary>
/// Notes (gABI, "Note Section"): three 32-bit words (name size, description size, type), then name and description, each padded to four bytes;
/// to eight where the segment is aligned to eight (GNU property notes).
/// </summary>
public static class ElfNotes
{
    /// <summary>Notes of the file's PT_NOTE segments in order; where it has none, those of its note sections.</summary>
    public static IReadOnlyList<ElfNote> Read(ElfFile file, DiagnosticBag diagnostics)
    {
        var notes = new List<ElfNote>();
        foreach (var segment in file.Segments)
        {
            if (segment.Type != ElfConstants.SegmentNote) continue;
            var bytes = file.ReadSegment(segment, DumpLimits.NoteBytes);
            if ((ulong)bytes.Length < segment.FileSize)
                diagnostics.Warn("elf/notes-truncated", $"the notes of {file.Source.Name} are cut off: {bytes.Length} of {segment.FileSize} bytes are in the file or within the limit.");
            Read(bytes, file.BigEndian, segment.Alignment, file.Source.Name, notes, diagnostics);
        }

        if (notes.Count > 0) return notes;
        foreach (var section in file.Sections)
        {
            if (section.Type != ElfConstants.SectionNote || section.Size > DumpLimits.NoteBytes) continue;
            Read(file.ReadSection(section), file.BigEndian, section.Alignment, file.Source.Name, notes, diagnostics);
        }

        return notes;
    }

    /// <summary>Notes that lie in <paramref name="bytes"/>. Stops, with a diagnostic, at the first that does not fit.</summary>
    /// <param name="bytes">The notes.</param>
    /// <param name="bigEndian">Byte order.</param>
    /// <param name="alignment">p_align or sh_addralign; 8 means that fields are padded to eight bytes, everything else four.</param>
    /// <param name="where">What a message calls their file.</param>
    /// <param name="notes">Where they are added.</param>
    /// <param name="diagnostics">Where damage is told.</param>
    public static void Read(ReadOnlyMemory<byte> bytes, bool bigEndian, ulong alignment, string where, List<ElfNote> notes, DiagnosticBag diagnostics)
    {
        int pad = alignment == 8 ? 8 : 4;
        var reader = new SpanReader(bytes.Span, bigEndian);
        while (reader.Remaining >= 12)
        {
            int start = reader.Position;
            reader.TryReadU32(out uint nameSize);
            reader.TryReadU32(out uint size);
            reader.TryReadU32(out uint type);

            // Linux leaves the notes of CPUs that never reported zero-filled; nothing follows such a one.
            if (nameSize == 0 && size == 0 && type == 0) return;
            if (notes.Count >= DumpLimits.Notes)
            {
                diagnostics.Warn("elf/too-many-notes", $"{where} has more than {DumpLimits.Notes} notes; the rest is not read.");
                return;
            }

            if (!reader.TryReadBytes(nameSize, out var name) || !TryAlign(ref reader, start, pad))
            {
                diagnostics.Warn("elf/note-truncated", $"{where} has a note at byte {start} of its notes whose name of {nameSize} bytes does not fit; it and the rest are not read.");
                return;
            }

            int at = reader.Position;
            int there = (int)Math.Min(size, (uint)reader.Remaining);
            notes.Add(new ElfNote(NameOf(name), type, bytes.Slice(at, there)));
            if (there < size)
            {
                diagnostics.Warn("elf/note-truncated", $"{where} has a note {NameOf(name)} at byte {start} of its notes that states {size} bytes; {there} are there.");
                return;
            }

            reader.TrySkip(there);
            if (!TryAlign(ref reader, start, pad)) return;
        }
    }

    /// <summary>The GNU build id (note <c>GNU</c>, type 3) of a program file; empty where it has none.</summary>
    public static ReadOnlyMemory<byte> BuildId(ElfFile file, DiagnosticBag diagnostics)
    {
        foreach (var section in file.Sections)
        {
            if (section.Type != ElfConstants.SectionNote || section.Size > DumpLimits.NoteBytes) continue;
            var notes = new List<ElfNote>();
            Read(file.ReadSection(section), file.BigEndian, section.Alignment, file.Source.Name, notes, diagnostics);
            var id = BuildId(notes);
            if (!id.IsEmpty) return id;
        }

        return BuildId(Read(file, diagnostics));
    }

    /// <summary>The GNU build id among notes; empty where there is none.</summary>
    public static ReadOnlyMemory<byte> BuildId(IEnumerable<ElfNote> notes)
    {
        foreach (var note in notes)
        {
            if (note is { Name: "GNU", Type: 3 }) return note.Description;
        }

        return default;
    }

    private static bool TryAlign(ref SpanReader reader, int start, int pad)
    {
        int over = (reader.Position - start) % pad;
        return over == 0 || reader.TrySkip(pad - over);
    }

    private static string NameOf(ReadOnlySpan<byte> name)
    {
        int end = name.IndexOf((byte)0);
        if (end >= 0) name = name[..end];
        return Encoding.Latin1.GetString(name.Length > DumpLimits.ElfNameLength ? name[..DumpLimits.ElfNameLength] : name);
    }
}
