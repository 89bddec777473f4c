using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types.Ctf;
using XenDumpAdapter.TestKit;
using XenDumpAdapter.TestKit.Ctf;

namespace XenDumpAdapter.Core.Tests.Types.Ctf;

public class CtfSymbolTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sections_follow_the_symbol_table(int version)
    {
        var types = Containers.Open(Model(version).Build(), _diagnostics, new CtfSurroundings { PointerSize = 8, Symbols = Symbols });
        Check(types);
        Assert.Empty(_diagnostics.Items);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_elf_files_section_goes_with_the_table_that_it_links_to(bool is64)
    {
        var elf = new ElfWriter(is64) { Type = 2 };
        elf.Section(".text", 1, new byte[64], flags: 6, address: 0x1000).Section(".data", 1, new byte[64], flags: 3, address: 0x2000);
        elf.Section(".SUNW_ctf", 1, Model(2).Build(), link: 4);
        elf.Symbol("f.c", 0, 0, 4, false, "*ABS*").Symbol("_START_", 0x1000, 0, 1, true, ".text").Symbol("gvar", 0x2000, 4, 1, true, ".data");
        elf.Symbol("undefined", 0, 0, 2, true, "*UND*").Symbol("absolute", 0, 0, 1, true, "*ABS*").Symbol("fn1", 0x1000, 8, 2, true, ".text");
        elf.Symbol("noinfo", 0x1008, 8, 2, true, ".text").Symbol("label", 0x1009, 0, 0, true, ".text").Symbol("fn2", 0x1010, 8, 2, true, ".text");
        elf.Symbol("unknown", 0x2008, 4, 1, true, ".data").Symbol("kidobj", 0x2010, 4, 1, true, ".data").Symbol("fn2", 0x1018, 8, 2, false, ".text");
        var file = ElfFile.Open(new BytesByteSource(elf.Build(), "test"), _diagnostics);
        var types = CtfFile.FromElf(file, "test", _diagnostics);
        Assert.NotNull(types);
        Check(types);
        Assert.Equal(is64 ? 8UL : 4, types.Find("char *")!.Size);
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void An_elf_file_without_the_section_has_none()
    {
        var file = ElfFile.Open(new BytesByteSource(new ElfWriter().Section(".text", 1, [0]).Build(), "test"), _diagnostics);
        Assert.Null(CtfFile.FromElf(file, "test", _diagnostics));
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Entries_that_are_no_functions_end_the_walk_with_a_diagnostic()
    {
        var w = Model(2);
        w.RawFunction(0xffff).FunctionSymbol(1);
        var more = Symbols().Append(new CtfSymbol("fn3", 2, 1, 0x1020)).Append(new CtfSymbol("fn4", 2, 1, 0x1028));
        var types = Containers.Open(w.Build(), _diagnostics, new CtfSurroundings { PointerSize = 8, Symbols = () => more });
        Check(types);
        Assert.Null(types.OfSymbol("fn3"));
        Assert.Null(types.OfSymbol("fn4"));
        Assert.Equal("ctf/functions", Assert.Single(_diagnostics.Items).Id);
    }

    [Fact]
    public void Arguments_past_the_section_end_the_walk_with_a_diagnostic()
    {
        var w = new CtfWriter();
        w.Integer("int", 1, 32);
        w.RawFunction(w.Info(5, 1000, true)).RawFunction(1);
        var types = Containers.Open(w.Build(), _diagnostics, new CtfSurroundings { PointerSize = 8, Symbols = () => [new CtfSymbol("f", 2, 1, 1)] });
        Assert.Null(types.OfSymbol("f"));
        Assert.Equal("ctf/functions", Assert.Single(_diagnostics.Items).Id);
    }

    [Fact]
    public void A_table_of_strings_beside_the_container_gives_names()
    {
        var w = new CtfWriter();
        w.Integer("int", 1, 32);
        byte[] raw = w.Build();
        int at = 36 + 0;
        raw[at + 3] = 0x80;
        var container = CtfContainer.Open(raw, "test", _diagnostics, new byte[] { 0, (byte)'u', (byte)'8', 0 });
        Assert.Equal("u8", new CtfTypes(container!, new CtfSurroundings { PointerSize = 8 }, _diagnostics).TypeAt(1).Name);
        Assert.Equal("(?)", Containers.Open(raw).TypeAt(1).Name);
    }

    private static CtfWriter Model(int version)
    {
        var w = new CtfWriter(version);
        uint number = w.Integer("int", 1, 32);
        uint letter = w.Integer("char", 3, 8);
        uint text = w.Pointer(letter);
        w.Object(number).Object(0).Object(text);
        w.FunctionSymbol(number, text, 0).NoFunction().FunctionSymbol(text, letter).FunctionSymbol(letter);
        return w;
    }

    private static IEnumerable<CtfSymbol> Symbols() =>
    [
        new("", 0, 0, 0), new("f.c", 4, 0xfff1, 0), new("_START_", 1, 1, 0x1000), new("gvar", 1, 2, 0x2000), new("undefined", 2, 0, 0), new("absolute", 1, 0xfff1, 0),
        new("fn1", 2, 1, 0x1000), new("noinfo", 2, 1, 0x1008), new("label", 0, 1, 0x1009), new("fn2", 2, 1, 0x1010), new("unknown", 1, 2, 0x2008),
        new("kidobj", 1, 2, 0x2010), new("fn2", 2, 1, 0x1018),
    ];

    private static void Check(CtfTypes types)
    {
        Assert.Equal("int", types.OfSymbol("gvar")!.DisplayName);
        Assert.Equal("char *", types.OfSymbol("kidobj")!.DisplayName);
        Assert.Equal("int (char *, ...)", types.FunctionOf("fn1")!.DisplayName);
        Assert.Equal("char *(char)", types.FunctionOf("fn2")!.DisplayName);
        Assert.Equal("char ()", types.FunctionOf("fn2", 0x1018)!.DisplayName);
        Assert.Equal("char *(char)", types.FunctionOf("fn2", 0x1010)!.DisplayName);
        foreach (string none in new[] { "noinfo", "undefined", "absolute", "unknown", "label", "_START_", "nobody", "" }) Assert.Null(types.OfSymbol(none));
        Assert.Null(types.FunctionOf("gvar"));
    }
}
