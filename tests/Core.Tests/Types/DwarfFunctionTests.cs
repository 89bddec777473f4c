using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Types;

public class DwarfFunctionTests
{
    private const ulong Base = 0xffff_82d0_4020_0000;

    private readonly DwarfWriter _writer = new();
    private readonly DwarfNode _unit;
    private readonly DwarfNode _int;
    private readonly DiagnosticBag _diagnostics = new();

    public DwarfFunctionTests()
    {
        _unit = _writer.Unit().Covers(Base, 0x1000);
        _int = _unit.AddBase("int", 4, 5);
    }

    [Fact]
    public void Inlined_calls_come_innermost_first_with_their_call_sites()
    {
        var inner = _unit.Add(0x2e).Named("inner").With(0x20, 0x0b, 1);
        var outer = _unit.Add(0x2e).Named("outer").With(0x20, 0x0b, 1);
        var function = _unit.Add(0x2e).Named("real").Covers(Base + 0x100, 0x100);
        var call = function.Add(0x1d).With(0x31, 0x13, outer).Covers(Base + 0x110, 0x20);
        call.Add(0x1d).With(0x31, 0x13, inner).Covers(Base + 0x118, 8).With(0x52, 0x01, Base + 0x11c);
        function.Add(0x1d).With(0x31, 0x13, inner).Covers(Base + 0x180, 0x10);
        var file = _writer.Open(_diagnostics);
        var found = file.FindFunctions(new VirtualAddress(Base + 0x119));
        Assert.Equal([("inner", true), ("outer", true), ("real", false)], found.Select(f => (f.Name, f.Inline)));
        Assert.Equal([Base + 0x11c, Base + 0x110, Base + 0x100], found.Select(f => f.Start.Value));
        Assert.Equal(["real"], file.FindFunctions(new VirtualAddress(Base + 0x140)).Select(f => f.Name));
        Assert.Empty(file.FindFunctions(new VirtualAddress(Base + 0x200)));
        Assert.Empty(file.FindFunctions(new VirtualAddress(0)));
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Variables_are_parameters_then_locals_of_open_blocks_inner_ones_last()
    {
        var function = _unit.Add(0x2e).Named("f").Covers(Base, 0x100).With(0x40, 0x18, new byte[] { 0x9c });
        var block = function.Add(0x0b).Covers(Base + 0x10, 0x20);
        Local(block, "inner");
        Local(function.Add(0x0b).Covers(Base + 0x40, 0x20), "closed");
        Local(function.Add(0x0b), "grouped");
        Local(function, "outer");
        function.Add(0x34).Named("elsewhere").OfType(_int).With(0x3c, 0x19, 1).With(0x3f, 0x19, 1);
        function.Add(0x05).Named("p").OfType(_int);
        function.Add(0x48).Covers(Base, 1).Add(0x49).With(0x02, 0x18, new byte[] { 0x50 });
        var found = Assert.Single(_writer.Open(_diagnostics).FindFunctions(new VirtualAddress(Base + 0x18)));
        Assert.Equal(["p", "outer", "inner", "grouped"], found.Variables.Select(v => v.Name));
        Assert.Equal([0x9c], found.FrameBase.ToArray());
        Assert.Null(found.Variables[0].Location);
        Assert.Equal("int", found.Variables[1].Type.DisplayName);
    }

    [Fact]
    public void Names_types_and_missing_parameters_come_from_the_abstract_function()
    {
        var shared = _unit.Add(0x2e).Named("callee").With(0x20, 0x0b, 1);
        var a = shared.Add(0x05).Named("a").OfType(_int);
        shared.Add(0x05).Named("b").OfType(_int);
        var c = shared.Add(0x05).Named("c").OfType(_int);
        var local = shared.Add(0x34).Named("l").OfType(_int);
        shared.Add(0x34).Named("gone").OfType(_int);
        var function = _unit.Add(0x2e).Named("f").Covers(Base, 0x100);
        var call = function.Add(0x1d).With(0x31, 0x13, shared).Covers(Base, 0x10);
        call.Add(0x05).With(0x31, 0x13, c).With(0x02, 0x18, new byte[] { 0x52 });
        call.Add(0x05).With(0x31, 0x13, a).With(0x1c, 0x0d, -2);
        call.Add(0x34).With(0x31, 0x13, local).With(0x1c, 0x0a, new byte[] { 1, 2, 3, 4 });
        var found = _writer.Open(_diagnostics).FindFunctions(new VirtualAddress(Base))[0];
        Assert.Equal([("a", true), ("b", true), ("c", true), ("l", false), ("gone", false)], found.Variables.Select(v => (v.Name!, v.IsParameter)));
        Assert.All(found.Variables, v => Assert.Equal("int", v.Type.DisplayName));
        Assert.Equal([0xfe, 0xff, 0xff, 0xff], found.Variables[0].Constant![..4]);
        Assert.Null(found.Variables[1].Location);
        Assert.Equal([0x52], found.Variables[2].Location!.Value.ToArray());
        Assert.Equal([1, 2, 3, 4], found.Variables[3].Constant!);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Functions_may_cover_several_ranges(int version)
    {
        var writer = new DwarfWriter(version);
        var unit = writer.Unit().With(0x11, 0x01, 0x1000UL).With(0x55, 0x17, 0UL);
        unit.Add(0x2e).Named("split").With(0x55, 0x17, 0UL);
        writer.Section(version == 4 ? ".debug_ranges" : ".debug_rnglists", version == 4
            ? new ByteWriter().U64(0x10).U64(0x20).U64(ulong.MaxValue).U64(0x8000).U64(0).U64(4).U64(0).U64(0).ToArray()
            : new ByteWriter().U8(4).Uleb(0x10).Uleb(0x20).U8(5).U64(0x8000).U8(4).Uleb(0).Uleb(4).U8(0).ToArray());
        var file = writer.Open(_diagnostics);
        foreach (ulong inside in new ulong[] { 0x1010, 0x101f, 0x8000, 0x8003 })
            Assert.Equal(("split", 0x1010UL), file.FindFunctions(new VirtualAddress(inside)).Select(f => (f.Name, f.Start.Value)).Single());
        foreach (ulong outside in new ulong[] { 0x100f, 0x1020, 0x8004 }) Assert.Empty(file.FindFunctions(new VirtualAddress(outside)));
    }

    [Fact]
    public void Every_kind_of_range_list_entry_counts()
    {
        var writer = new DwarfWriter();
        var unit = writer.Unit().With(0x73, 0x17, 8UL).With(0x74, 0x17, 12UL).With(0x55, 0x23, 0UL);
        unit.Add(0x2e).Named("f").With(0x55, 0x23, 0UL);
        writer.Section(".debug_addr", new ByteWriter().Zeros(8).U64(0x1000).U64(0x1010).U64(0x2000).ToArray());
        writer.Section(".debug_rnglists", new ByteWriter().Zeros(12).U32(4)
            .U8(2).Uleb(0).Uleb(1).U8(3).Uleb(2).Uleb(8).U8(1).Uleb(2).U8(4).Uleb(0x100).Uleb(0x108).U8(6).U64(0x3000).U64(0x3001).U8(7).U64(0x4000).Uleb(2).U8(0).ToArray());
        var file = writer.Open(_diagnostics);
        foreach (ulong inside in new ulong[] { 0x1000, 0x100f, 0x2000, 0x2007, 0x2100, 0x3000, 0x4001 }) Assert.Single(file.FindFunctions(new VirtualAddress(inside)));
        foreach (ulong outside in new ulong[] { 0x1010, 0x2008, 0x2108, 0x3001, 0x4002 }) Assert.Empty(file.FindFunctions(new VirtualAddress(outside)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Locations_are_those_of_the_pc(int version)
    {
        var writer = new DwarfWriter(version);
        var unit = writer.Unit().Covers(0x1000, 0x100);
        var function = unit.Add(0x2e).Named("f").Covers(0x1000, 0x100);
        function.Add(0x34).Named("v").With(0x02, 0x17, 0UL);
        writer.Section(version == 4 ? ".debug_loc" : ".debug_loclists", version == 4
            ? new ByteWriter().U64(0x10).U64(0x20).U16(1).U8(0x50).U64(ulong.MaxValue).U64(0x1040).U64(0).U64(8).U16(2).U8(0x70).U8(8).U64(0).U64(0).ToArray()
            : new ByteWriter().U8(9).Uleb(1).Uleb(2).U8(4).Uleb(0x10).Uleb(0x20).Uleb(1).U8(0x50).U8(6).U64(0x1040).U8(4).Uleb(0).Uleb(8).Uleb(2).U8(0x70).U8(8).U8(0).ToArray());
        var file = writer.Open(_diagnostics);
        Assert.Equal([0x50], LocationAt(file, 0x1010)!);
        Assert.Equal([0x70, 8], LocationAt(file, 0x1047)!);
        Assert.Null(LocationAt(file, 0x1020));
        Assert.Null(LocationAt(file, 0x1048));
    }

    [Fact]
    public void A_default_location_holds_where_no_other_does()
    {
        var writer = new DwarfWriter();
        var unit = writer.Unit().Covers(0x1000, 0x100).With(0x8c, 0x17, 12UL);
        unit.Add(0x2e).Named("f").Covers(0x1000, 0x100).Add(0x34).Named("v").With(0x02, 0x22, 0UL);
        writer.Section(".debug_loclists", new ByteWriter().Zeros(12).U32(4).U8(5).Uleb(1).U8(0x51).U8(8).U64(0x1010).Uleb(4).Uleb(1).U8(0x50).U8(0).ToArray());
        var file = writer.Open(_diagnostics);
        Assert.Equal([0x50], LocationAt(file, 0x1013)!);
        Assert.Equal([0x51], LocationAt(file, 0x1014)!);
    }

    [Fact]
    public void Units_are_found_by_aranges_and_without_them_by_their_own_ranges()
    {
        var other = _writer.Unit("b.c").Covers(0x5000, 0x100);
        other.Add(0x2e).Named("other").Covers(0x5000, 0x100);
        _unit.Add(0x2e).Named("listed").Covers(Base, 0x100);
        _writer.Section(".debug_aranges", new ByteWriter().U32(44).U16(2).U32(0).U8(8).U8(0).U32(0).U64(Base).U64(0x1000).U64(0).U64(0).ToArray());
        var file = _writer.Open(_diagnostics);
        Assert.Equal("listed", file.FindFunctions(new VirtualAddress(Base + 1)).Single().Name);
        Assert.Equal("other", file.FindFunctions(new VirtualAddress(0x50ff)).Single().Name);
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void A_bias_moves_addresses_and_expressions()
    {
        var function = _unit.Add(0x2e).Named("f").Covers(Base, 0x100);
        function.Add(0x34).Named("v").OfType(_int).With(0x02, 0x18, new ByteWriter().U8(3).U64(Base + 0x800).ToArray());
        const ulong Bias = 0x1_0000_0000;
        var found = _writer.Open(_diagnostics, Bias).FindFunctions(new VirtualAddress(Base + Bias + 4)).Single();
        Assert.Equal(Base + Bias, found.Start.Value);
        var variable = found.Variables.Single();
        Assert.Equal(Base + Bias + 0x800, DwarfExpression.Evaluate(variable.Location!.Value, variable.Unit, new ExpressionContext()).Address);
        Assert.Empty(_writer.Open(_diagnostics, Bias).FindFunctions(new VirtualAddress(Base + 4)));
    }

    [Fact]
    public void A_bias_may_move_a_32_bit_image_around_the_top_of_its_space()
    {
        var writer = new DwarfWriter(5, addressSize: 4);
        writer.Unit().Covers(0x1000, 0x100).Add(0x2e).Named("f").Covers(0x1000, 0x100);
        var file = writer.Open(_diagnostics, unchecked((ulong)-0x2000L));
        Assert.Equal(0xffff_f000UL, file.FindFunctions(new VirtualAddress(0xffff_f010)).Single().Start.Value);
    }

    [Fact]
    public void Functions_that_end_at_the_top_of_the_space_are_found()
    {
        var writer = new DwarfWriter();
        writer.Unit().Covers(ulong.MaxValue - 0xff, 0xff).Add(0x2e).Named("top").Covers(ulong.MaxValue - 0xff, 0xff);
        Assert.Equal("top", writer.Open(_diagnostics).FindFunctions(new VirtualAddress(ulong.MaxValue - 1)).Single().Name);
    }

    [Fact]
    public void Functions_inside_namespaces_are_found()
    {
        _unit.Add(0x39).Named("space").Add(0x2e).Named("method").Covers(Base, 0x10);
        Assert.Equal("method", _writer.Open(_diagnostics).FindFunctions(new VirtualAddress(Base + 1)).Single().Name);
    }

    private static byte[]? LocationAt(DwarfFile file, ulong pc) => file.FindFunctions(new VirtualAddress(pc)).Single().Variables.Single().Location?.ToArray();

    private void Local(DwarfNode block, string name) => block.Add(0x34).Named(name).OfType(_int);
}
