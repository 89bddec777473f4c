using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Types;

public class LineProgramTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Rows_cover_code_up_to_the_next_row(int version)
    {
        var file = Open(version, Program(w => w
            .U8(0).Uleb(9).U8(2).U64(0x1000) // set address
            .U8(3).Sleb(9).U8(1) // line 10, copy
            .U8(2).Uleb(4).U8(4).Uleb(2).U8(5).Uleb(7).U8(3).Sleb(90).U8(1) // +4, file 2, column 7, line 100
            .U8(9).U16(0x10).U8(0x21) // +16; special: 0x21 - 13 = 20: + 20 / 14 = 1, line -5 + 6
            .U8(8).U8(1) // const_add_pc: (255 - 13) / 14 = 17
            .U8(2).Uleb(2).U8(0).Uleb(1).U8(1)));
        Assert.Null(Line(file, 0xfff));
        Assert.Equal(("/build/a.c", 10, 0), Line(file, 0x1000));
        Assert.Equal(("/build/a.c", 10, 0), Line(file, 0x1003));
        Assert.Equal(("/usr/include/b.h", 100, 7), Line(file, 0x1004));
        Assert.Equal(("/usr/include/b.h", 100, 7), Line(file, 0x1014));
        Assert.Equal(("/usr/include/b.h", 101, 7), Line(file, 0x1015));
        Assert.Equal(("/usr/include/b.h", 101, 7), Line(file, 0x1027));
        Assert.Null(Line(file, 0x1028));
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void A_statement_wins_over_other_rows_at_its_address()
    {
        var file = Open(5, Program(w => w.U8(0).Uleb(9).U8(2).U64(0x1000).U8(3).Sleb(9).U8(1).U8(6).U8(3).Sleb(5).U8(1).U8(2).Uleb(4).U8(0).Uleb(1).U8(1)));
        Assert.Equal(10, Line(file, 0x1000)?.Line);
    }

    [Fact]
    public void Sequences_may_come_in_any_order()
    {
        var file = Open(5, Program(w =>
        {
            foreach (ulong at in new ulong[] { 0x1040, 0x1000, 0x1020 })
                w.U8(0).Uleb(9).U8(2).U64(at).U8(3).Sleb((long)at - 1).U8(1).U8(2).Uleb(0x10).U8(0).Uleb(1).U8(1);
        }));
        foreach (int at in new[] { 0x1000, 0x1020, 0x1040 }) Assert.Equal(at, Line(file, (ulong)at + 0xf)?.Line);
        Assert.Null(Line(file, 0x1010));
    }

    [Fact]
    public void Code_of_no_line_says_line_zero()
    {
        var file = Open(5, Program(w => w.U8(0).Uleb(9).U8(2).U64(0x1000).U8(3).Sleb(-1).U8(1).U8(2).Uleb(4).U8(0).Uleb(1).U8(1)));
        Assert.Equal(0, Line(file, 0x1000)?.Line);
    }

    [Fact]
    public void Unknown_opcodes_are_passed_over_by_their_operand_counts()
    {
        var file = Open(5, Program(w => w.U8(12).Uleb(300).U8(0).Uleb(3).U8(0x80).U16(0).U8(0).Uleb(9).U8(2).U64(0x1000).U8(1).U8(2).Uleb(4).U8(0).Uleb(1).U8(1)));
        Assert.Equal(1, Line(file, 0x1003)?.Line);
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void A_line_range_of_zero_is_refused()
    {
        var file = Open(5, Program(w => w.U8(0xff)), lineRange: 0);
        Assert.Null(Line(file, 0x1000));
        Assert.Equal("dwarf/line", Assert.Single(_diagnostics.Items).Id);
    }

    [Fact]
    public void A_program_that_breaks_off_keeps_the_sequences_before()
    {
        var file = Open(5, Program(w => w.U8(0).Uleb(9).U8(2).U64(0x1000).U8(1).U8(2).Uleb(4).U8(0).Uleb(1).U8(1).U8(0).Uleb(9999).U8(2)));
        Assert.Equal(1, Line(file, 0x1000)?.Line);
        Assert.Equal("dwarf/line", Assert.Single(_diagnostics.Items).Id);
    }

    [Fact]
    public void Advances_without_end_stay_within_the_program()
    {
        var file = Open(5, Program(w =>
        {
            w.U8(0).Uleb(9).U8(2).U64(ulong.MaxValue - 4);
            for (int i = 0; i < 1000; i++) w.U8(2).Uleb(ulong.MaxValue).U8(3).Sleb(long.MaxValue).U8(1);
            w.U8(0).Uleb(1).U8(1);
        }));
        Assert.Null(Line(file, 0x1000));
    }

    [Fact]
    public void Sources_are_listed_once()
    {
        Assert.Equal(["/build/a.c", "/usr/include/b.h"], Open(5, Program(_ => { })).SourceFiles);
        Assert.Equal(["/build/a.c", "/usr/include/b.h"], Open(4, Program(_ => { })).SourceFiles);
    }

    private static (string Path, int Line, int Column)? Line(DwarfFile file, ulong pc) =>
        file.FindLine(new VirtualAddress(pc)) is { } line ? (line.Path, line.Line, line.Column) : null;

    private static byte[] Program(Action<ByteWriter> write)
    {
        var program = new ByteWriter();
        write(program);
        return program.ToArray();
    }

    private DwarfFile Open(int version, byte[] program, byte lineRange = 14)
    {
        var writer = new DwarfWriter(version);
        var unit = writer.Unit("a.c").With(0x1b, 0x08, "/build").With(0x10, version >= 4 ? 0x17 : 0x06, 0UL);
        if (version < 4) unit.With(0x11, 0x01, 0UL).With(0x12, 0x01, 0xffff_ffffUL);
        else unit.Covers(0, 0xffff_ffff);
        var header = new ByteWriter();
        header.U8(1);
        if (version >= 4) header.U8(1);
        header.U8(1).U8(0xfb).U8(lineRange).U8(13).Bytes([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]);
        if (version >= 5)
        {
            header.U8(1).Uleb(1).Uleb(0x08).Uleb(2).Text("/build").Text("/usr/include");
            header.U8(3).Uleb(1).Uleb(0x08).Uleb(2).Uleb(0x0b).Uleb(5).Uleb(0x1e).Uleb(3);
            header.Text("a.c").U8(0).Zeros(16).Text("a.c").U8(0).Zeros(16).Text("b.h").U8(1).Zeros(16);
        }
        else
        {
            header.Text("/usr/include").U8(0).Text("a.c").Uleb(0).Uleb(0).Uleb(0).Text("b.h").Uleb(1).Uleb(0).Uleb(0).U8(0);
        }

        var section = new ByteWriter();
        int fixedPart = version >= 5 ? 8 : 6;
        section.U32((uint)(fixedPart + header.Length + program.Length)).U16((ushort)version);
        if (version >= 5) section.U8(8).U8(0);
        section.U32((uint)header.Length).Bytes(header.ToArray()).Bytes(program);
        writer.Section(".debug_line", section.ToArray());
        return writer.Open(_diagnostics);
    }
}
