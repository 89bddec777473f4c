using System.Buffers.Binary;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Formats;

public class ElfNotesTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Reads_notes_in_order_with_their_padding(bool is64, bool bigEndian)
    {
        var w = new ElfWriter(is64, bigEndian);
        var file = Open(w.Notes([.. w.Note("CORE", 1, [1, 2, 3]), .. w.Note("Xen", 0x1000002, [9]), .. w.Note("VMCOREINFO_XEN", 0, [])]).Build());
        var notes = ElfNotes.Read(file, _diagnostics);
        Assert.Equal(["CORE", "Xen", "VMCOREINFO_XEN"], notes.Select(n => n.Name));
        Assert.Equal([1u, 0x1000002u, 0u], notes.Select(n => n.Type));
        Assert.Equal([1, 2, 3], notes[0].Description.ToArray());
        Assert.Equal([9], notes[1].Description.ToArray());
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Reads_notes_that_are_padded_to_eight()
    {
        var w = new ElfWriter();
        var file = Open(w.Notes([.. w.Note("GNU", 5, [1, 2, 3, 4], 8), .. w.Note("GNU", 3, [0xab, 0xcd], 8)], alignment: 8).Build());
        var notes = ElfNotes.Read(file, _diagnostics);
        Assert.Equal(2, notes.Count);
        Assert.Equal([0xab, 0xcd], ElfNotes.BuildId(notes).ToArray());
    }

    [Fact]
    public void Finds_the_build_id_in_a_section()
    {
        var w = new ElfWriter { Type = 2 };
        var file = Open(w.Section(".note.gnu.build-id", 7, w.Note("GNU", 3, [1, 2, 3, 4, 5]), flags: 2, alignment: 4).Build());
        Assert.Equal([1, 2, 3, 4, 5], ElfNotes.BuildId(file, _diagnostics).ToArray());
    }

    [Fact]
    public void Stops_at_a_note_of_zeros()
    {
        var w = new ElfWriter();
        var file = Open(w.Notes([.. w.Note("CORE", 1, [1, 2, 3, 4]), .. new byte[4096]]).Build());
        Assert.Single(ElfNotes.Read(file, _diagnostics));
        Assert.Empty(_diagnostics.Items);
    }

    [Theory]
    [InlineData(0, uint.MaxValue)]
    [InlineData(0, 0x7fff_ffffu)]
    [InlineData(4, uint.MaxValue)]
    [InlineData(4, 0x8000_0000u)]
    public void Survives_a_note_that_lies_about_a_size(int field, uint value)
    {
        var w = new ElfWriter();
        byte[] notes = [.. w.Note("CORE", 1, [1, 2, 3, 4]), .. w.Note("Xen", 2, [5])];
        BinaryPrimitives.WriteUInt32LittleEndian(notes.AsSpan(field), value);
        var read = ElfNotes.Read(Open(w.Notes(notes).Build()), _diagnostics);
        Assert.InRange(read.Count, 0, 1);
        Assert.Equal("elf/note-truncated", Assert.Single(_diagnostics.Items).Id);
    }

    [Fact]
    public void Gives_what_is_there_of_the_last_note()
    {
        var w = new ElfWriter();
        w.Notes(w.Note("CORE", 1, new byte[336]));
        byte[] bytes = w.Build();
        var note = Assert.Single(ElfNotes.Read(Open(bytes[..(w.SegmentOffsets[0] + 120)]), _diagnostics));
        Assert.Equal(100, note.Description.Length);
        Assert.Contains(_diagnostics.Items, d => d.Id == "elf/notes-truncated");
    }

    [Fact]
    public void Stops_at_the_limit_of_notes()
    {
        var bytes = new ByteWriter();
        for (int i = 0; i < DumpLimits.Notes + 5; i++) bytes.U32(0).U32(0).U32(1);
        var notes = ElfNotes.Read(Open(new ElfWriter().Notes(bytes.ToArray()).Build()), _diagnostics);
        Assert.Equal(DumpLimits.Notes, notes.Count);
        Assert.Equal("elf/too-many-notes", Assert.Single(_diagnostics.Items).Id);
    }

    private ElfFile Open(byte[] bytes) => ElfFile.Open(new BytesByteSource(bytes, "test.elf"), _diagnostics);
}
