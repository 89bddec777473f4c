using System.Buffers.Binary;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Symbols;

public class ElfSymbolTableTests
{
    private const int Label = 0, Data = 1, Function = 2, SectionSymbol = 3, FileSymbol = 4;
    private const ulong Text = 0xffff_82d0_4020_0000;
    private readonly DiagnosticBag _diagnostics = new();

    [Theory]
    [InlineData(0x00UL, "_start")]
    [InlineData(0x10UL, "f")]
    [InlineData(0x2fUL, "f")]
    [InlineData(0x30UL, "label_after")]
    [InlineData(0x3fUL, "label_after")]
    [InlineData(0x40UL, "asm_function")]
    [InlineData(0x4fUL, "asm_function")]
    [InlineData(0x50UL, "g")]
    [InlineData(0x60UL, "tail")]
    [InlineData(0xfffUL, "tail")]
    public void Finds_what_covers_an_address(ulong offset, string expected)
    {
        var table = Read(Sample());
        Assert.Equal(expected, table.Find(new VirtualAddress(Text + offset))?.Name);
    }

    [Theory]
    [InlineData(Text - 1)]
    [InlineData(Text + 0x1000)]
    [InlineData(0UL)]
    [InlineData(0x5000UL)]
    [InlineData(ulong.MaxValue)]
    public void Finds_nothing_outside_the_sections(ulong address) => Assert.Null(Read(Sample()).Find(new VirtualAddress(address)));

    [Fact]
    public void Finds_nothing_behind_a_sized_symbol_with_nothing_after_it()
    {
        var w = new ElfWriter().Section(".text", 1, new byte[0x100], flags: 6, address: Text).Symbol("f", Text, 0x10, Function, true, ".text");
        Assert.Null(Read(w).Find(new VirtualAddress(Text + 0x10)));
    }

    [Fact]
    public void Prefers_functions_to_labels_and_globals_to_locals_at_one_address()
    {
        var w = new ElfWriter().Section(".text", 1, new byte[0x100], flags: 6, address: Text)
            .Symbol("a_label", Text, 0, Label, true, ".text")
            .Symbol("local", Text, 0x20, Function, false, ".text")
            .Symbol("global", Text, 0x20, Function, true, ".text")
            .Symbol("data", Text, 0x20, Data, true, ".text");
        Assert.Equal("global", Read(w).Find(new VirtualAddress(Text + 4))?.Name);
    }

    [Fact]
    public void Prefers_the_inner_of_two_functions()
    {
        var w = new ElfWriter().Section(".text", 1, new byte[0x100], flags: 6, address: Text)
            .Symbol("outer", Text, 0x100, Function, true, ".text")
            .Symbol("inner", Text + 0x40, 0x10, Function, false, ".text");
        var table = Read(w);
        Assert.Equal("inner", table.Find(new VirtualAddress(Text + 0x48))?.Name);
        Assert.Equal("outer", table.Find(new VirtualAddress(Text + 0x50))?.Name);
    }

    [Fact]
    public void Finds_names_globals_first()
    {
        var w = new ElfWriter().Section(".text", 1, new byte[0x100], flags: 6, address: Text)
            .Symbol("same", Text, 0x10, Function, false, ".text")
            .Symbol("same", Text + 0x20, 0x10, Function, true, ".text")
            .Symbol("absolute", 0x20_0000, 0, Label, true, "*ABS*")
            .Symbol("undefined", 0, 0, Label, true, "*UND*");
        var table = Read(w);
        Assert.Equal(Text + 0x20, table.Find("same")?.Address.Value);
        Assert.Null(table.Find("absolute"));
        Assert.Null(table.Find("undefined"));
        Assert.Null(table.Find(""));
        Assert.Null(table.Find("größer\u4e00"));
    }

    [Fact]
    public void Takes_the_file_off_a_name_and_finds_it_with_and_without()
    {
        var w = new ElfWriter().Section(".text", 1, new byte[0x100], flags: 6, address: Text)
            .Symbol("arch/x86/domain.c#default_idle", Text, 0x10, Function, false, ".text")
            .Symbol("common/other.c#default_idle", Text + 0x10, 0x10, Function, false, ".text");
        var table = Read(w);
        var first = table.Find("default_idle");
        Assert.Equal(("default_idle", "arch/x86/domain.c", Text), (first?.Name, first?.FilePrefix, first?.Address.Value));
        Assert.Equal(Text + 0x10, table.Find("common/other.c#default_idle")?.Address.Value);
        Assert.Equal("default_idle", table.Find(new VirtualAddress(Text + 0x18))?.Name);
        Assert.Null(table.Find("none.c#default_idle"));
    }

    [Fact]
    public void Leaves_out_files_and_sections()
    {
        var w = new ElfWriter().Section(".text", 1, new byte[0x100], flags: 6, address: Text)
            .Symbol("mini.c", 0, 0, FileSymbol, false, "*ABS*")
            .Symbol(".text", Text, 0, SectionSymbol, false, ".text");
        Assert.Equal(0, Read(w).Count);
    }

    [Theory]
    [InlineData(0x10UL, 0x40UL)]
    [InlineData(0x18UL, 0x40UL)]
    [InlineData(0x40UL, 0x50UL)]
    [InlineData(0x50UL, 0x60UL)]
    [InlineData(0x70UL, 0x1000UL)]
    public void Knows_where_code_must_end(ulong offset, ulong boundary)
    {
        var w = new ElfWriter().Section(".text", 1, new byte[0x1000], flags: 6, address: Text)
            .Symbol("f", Text + 0x10, 0x28, Function, true, ".text")
            .Symbol("inside_f", Text + 0x20, 0, Label, false, ".text")
            .Symbol("asm_function", Text + 0x40, 0, Label, true, ".text")
            .Symbol("g", Text + 0x50, 0, Function, true, ".text")
            .Symbol("h", Text + 0x60, 8, Function, true, ".text");
        Assert.Equal(Text + boundary, Read(w).NextBoundary(new VirtualAddress(Text + offset))?.Value);
    }

    [Fact]
    public void Adds_its_bias_to_every_address()
    {
        const ulong Bias = 0x0020_0000;
        var table = Read(Sample(), Bias);
        Assert.Equal("f", table.Find(new VirtualAddress(Text + Bias + 0x10))?.Name);
        Assert.Equal(Text + Bias + 0x10, table.Find("f")?.Address.Value);
        Assert.Equal(Text + Bias + 0x40, table.NextBoundary(new VirtualAddress(Text + Bias + 0x30))?.Value);
        Assert.Equal(table.Count, table.All.Count());
    }

    [Fact]
    public void Reads_32_bit_tables()
    {
        var w = new ElfWriter(is64: false).Section(".text", 1, new byte[0x100], flags: 6, address: 0xc010_0000).Symbol("f", 0xc010_0010, 0x10, Function, true, ".text");
        Assert.Equal("f", Read(w).Find(new VirtualAddress(0xc010_001f))?.Name);
    }

    [Fact]
    public void Works_at_the_top_of_the_address_space()
    {
        const ulong Top = ulong.MaxValue - 0xff;
        var w = new ElfWriter().Section(".text", 1, new byte[0x100], flags: 6, address: Top)
            .Symbol("liar", Top, ulong.MaxValue, Function, true, ".text")
            .Symbol("last", Top + 0x80, 0, Label, true, ".text");
        var table = Read(w);
        Assert.Equal("liar", table.Find(new VirtualAddress(ulong.MaxValue))?.Name);
        Assert.Null(table.Find(new VirtualAddress(0)));
        Assert.Equal(Top + 0x80, table.Find("last")?.Address.Value);
        Assert.Equal(0UL, table.NextBoundary(new VirtualAddress(Top + 0x90))?.Value);
    }

    [Fact]
    public void Survives_names_and_strings_that_are_nowhere()
    {
        var w = Sample();
        byte[] bytes = w.Build();
        for (int i = 1; i < 6; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(w.SectionOffsets[".symtab"] + (i * 24)), uint.MaxValue - (uint)i);
        var table = ElfSymbolTable.Read(ElfFile.Open(new BytesByteSource(bytes, "t"), _diagnostics), _diagnostics);
        Assert.Equal("", table.Find(new VirtualAddress(Text))?.Name);
        Assert.NotNull(table.Find("tail"));
    }

    [Fact]
    public void A_table_that_is_cut_off_gives_the_symbols_that_are_there()
    {
        var w = Sample();
        byte[] bytes = w.Build();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(w.SectionTable + (3 * 64) + 32), ulong.MaxValue);
        var table = ElfSymbolTable.Read(ElfFile.Open(new BytesByteSource(bytes, "t"), _diagnostics), _diagnostics);
        Assert.NotNull(table.Find("g"));
        Assert.Contains(_diagnostics.Items, d => d.Id == "elf/section-truncated");
    }

    [Fact]
    public void Survives_every_byte_of_its_tables_being_wrong()
    {
        var w = Sample();
        byte[] bytes = w.Build();
        int[] places = [.. Enumerable.Range(0, 64), .. Enumerable.Range(w.SectionOffsets[".symtab"], 9 * 24), .. Enumerable.Range(w.SectionTable, 6 * 64)];
        foreach (int at in places)
        {
            byte good = bytes[at];
            foreach (byte bad in new byte[] { 0, 0x7f, 0x80, 0xff, unchecked((byte)(good + 1)) })
            {
                bytes[at] = bad;
                Probe(bytes);
            }

            bytes[at] = good;
        }
    }

    [Fact]
    public void Says_so_when_a_file_is_stripped()
    {
        Assert.Equal(0, Read(new ElfWriter().Section(".text", 1, [1], flags: 6)).Count);
        Assert.Equal("elf/no-symbols", Assert.Single(_diagnostics.Items).Id);
    }

    [Fact]
    public void Indexes_60000_symbols_in_well_under_a_second()
    {
        var w = new ElfWriter().Section(".text", 1, new byte[16], flags: 6, address: Text, size: 0x100_0000);
        for (int i = 0; i < 60_000; i++) w.Symbol($"function_{i}", Text + ((ulong)((i * 7919L) % 60_000) * 16), 16, Function, true, ".text");
        var source = new BytesByteSource(w.Build(), "many");
        var bound = TimeSpan.FromSeconds(1);
        var time = Cost.Time(
            () =>
            {
                var table = ElfSymbolTable.Read(ElfFile.Open(source, _diagnostics), _diagnostics);
                Assert.Equal("function_59999", table.Find("function_59999")?.Name);
                Assert.NotNull(table.Find(new VirtualAddress(Text + 0x5008)));
            },
            bound);
        Assert.InRange(time, TimeSpan.Zero, bound);
        TestContext.Current.TestOutputHelper?.WriteLine($"{time.TotalMilliseconds:f1} ms");
    }

    [Fact]
    public void Reads_the_hypervisors_of_the_lab()
    {
        string? path = Lab.Find("symbols/xen-syms-4.17-rel");
        if (path is null) Assert.Skip(Lab.Absent);
        using var source = MappedFileByteSource.Open(path);
        var table = ElfSymbolTable.Read(ElfFile.Open(source, _diagnostics), _diagnostics);
        Assert.Equal(0xffff_82d0_4034_3fd0UL, table.Find("machine_halt")?.Address.Value);
        Assert.Equal("__machine_halt", table.Find(new VirtualAddress(0xffff_82d0_4034_3fc4))?.Name);
        Assert.Equal("common_interrupt", table.Find(new VirtualAddress(0xffff_82d0_4020_1850))?.Name);
        Assert.Equal("handle_ist_exception", table.Find(new VirtualAddress(0xffff_82d0_4020_1f40))?.Name);
        Assert.Empty(_diagnostics.Items);
    }

    /// <summary>
    /// <c>_start</c> label at 0; function f 0x10-0x30 with a label inside; a label after it; assembly at 0x40; function g at 0x50-0x60; a label
    /// to the end of the section; data elsewhere.
    /// </summary>
    private static ElfWriter Sample() => new ElfWriter()
        .Section(".text", 1, new byte[0x1000], flags: 6, address: Text)
        .Section(".data", 1, new byte[0x100], flags: 3, address: 0x1000)
        .Symbol("g", Text + 0x50, 0x10, Function, true, ".text")
        .Symbol("_start", Text, 0, Label, true, ".text")
        .Symbol("f", Text + 0x10, 0x20, Function, true, ".text")
        .Symbol("inside", Text + 0x18, 0, Label, false, ".text")
        .Symbol("label_after", Text + 0x30, 0, Label, false, ".text")
        .Symbol("asm_function", Text + 0x40, 0, Function, false, ".text")
        .Symbol("tail", Text + 0x60, 0, Label, true, ".text")
        .Symbol("variable", 0x1000, 8, Data, true, ".data");

    private static void Probe(byte[] bytes)
    {
        try
        {
            var table = ElfSymbolTable.Read(ElfFile.Open(new BytesByteSource(bytes, "t"), new DiagnosticBag()), new DiagnosticBag());
            foreach (ulong address in new ulong[] { 0, Text, Text + 0x18, Text + 0xfff, ulong.MaxValue })
            {
                var found = table.Find(new VirtualAddress(address));
                if (found is not null) Assert.True(found.Address.Value <= address);
                table.NextBoundary(new VirtualAddress(address));
            }

            table.Find("f");
            Assert.Equal(table.Count, table.All.Count());
        }
        catch (DumpFormatException)
        {
            // A refusal is an answer.
        }
    }

    private ElfSymbolTable Read(ElfWriter writer, ulong bias = 0)
    {
        var file = ElfFile.Open(new BytesByteSource(writer.Build(), "test.elf"), _diagnostics);
        return ElfSymbolTable.Read(file, _diagnostics, bias);
    }
}
