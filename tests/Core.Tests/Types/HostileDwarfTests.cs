using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Types;

/// <summary>One lie each, and then many at random: nothing throws, nothing runs for ever, and what is broken is said.</summary>
public class HostileDwarfTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Fact]
    public void A_type_that_is_its_own_base_has_a_name_and_no_size()
    {
        foreach (int tag in new[] { 0x26, 0x0f, 0x01, 0x16, 0x15 })
        {
            var writer = new DwarfWriter();
            var unit = writer.Unit();
            var loop = unit.Add(tag).Named("loop");
            loop.OfType(loop);
            if (tag == 0x01) loop.Add(0x21).With(0x37, 0x0b, 2);
            if (tag == 0x15) foreach (int _ in Enumerable.Range(0, 3)) loop.Add(0x05).OfType(loop);
            unit.Add(0x34).Named("v").OfType(loop);
            var type = writer.Open(_diagnostics).OfSymbol("v");
            Assert.NotNull(type);
            Assert.InRange(type.DisplayName.Length, 1, 100_000);
            Assert.InRange(type.Size, 0UL, ulong.MaxValue);
            Assert.NotNull(type.Strip());
            Assert.Null(type.Name == "loop" ? null : type.Name);
        }
    }

    [Fact]
    public void A_struct_that_contains_itself_is_written_within_limits()
    {
        var writer = new DwarfWriter();
        var unit = writer.Unit();
        var s = unit.Add(0x13).Named("s").Sized(8);
        s.AddMember(null, s, 0);
        s.AddMember(null, s, 0);
        s.AddMember("x", s, 0);
        var type = (AggregateType)writer.Open(_diagnostics).Find("struct s")!;
        Assert.Null(type.FindMember("nothing"));
        var value = TypedValue.OfBytes(type, Values.Space(), new byte[8]);
        Assert.InRange(ValueFormatter.Format(value).Length, 1, 100_000);
        Assert.InRange(ValueFormatter.FormatTree(value).Count(), 1, 3 * DumpLimits.ValueLines);
    }

    [Fact]
    public void Origins_in_a_circle_give_no_name()
    {
        var writer = new DwarfWriter();
        var unit = writer.Unit().Covers(0x1000, 0x100);
        var function = unit.Add(0x2e).Covers(0x1000, 0x100);
        var other = unit.Add(0x2e).With(0x31, 0x13, function);
        function.With(0x31, 0x13, other);
        function.Add(0x1d).With(0x31, 0x13, function).Covers(0x1000, 0x100).Add(0x1d).With(0x31, 0x13, other).Covers(0x1000, 0x100);
        Assert.Equal(3, writer.Open(_diagnostics).FindFunctions(new VirtualAddress(0x1000)).Count);
    }

    [Fact]
    public void Blocks_nested_beyond_the_limit_are_passed_over()
    {
        var writer = new DwarfWriter();
        var at = writer.Unit().Covers(0x1000, 0x100).Add(0x2e).Named("f").Covers(0x1000, 0x100);
        for (int i = 0; i < 1000; i++) at = at.Add(0x1d).Covers(0x1000, 0x100);
        Assert.InRange(writer.Open(_diagnostics).FindFunctions(new VirtualAddress(0x1000)).Count, 100, DumpLimits.Nesting + 2);
    }

    [Fact]
    public void A_unit_length_past_the_end_is_cut_and_said()
    {
        var writer = Small();
        writer.Section(".debug_info")[3] = 0x7f;
        Check(writer);
        Assert.Contains(_diagnostics.Items, d => d.Id == "dwarf/unit");
    }

    [Theory]
    [InlineData(0xfffffff0u)]
    [InlineData(0xffffffffu)]
    [InlineData(0u)]
    [InlineData(1u)]
    public void Impossible_unit_lengths_are_said(uint length)
    {
        var writer = Small();
        BitConverter.TryWriteBytes(writer.Section(".debug_info"), length);
        Check(writer);
        Assert.NotEmpty(_diagnostics.Items);
    }

    [Fact]
    public void Abbreviations_without_end_are_limited()
    {
        var writer = Small();
        var abbrev = new ByteWriter();
        for (int i = 1; i <= DumpLimits.DwarfAbbreviations + 10; i++) abbrev.Uleb((ulong)i).Uleb(0x34).U8(0).U16(0);
        Check(writer.Section(".debug_abbrev", abbrev.ToArray()));
        Assert.Contains(_diagnostics.Items, d => d.Text.Contains("more than 200000 abbreviations", StringComparison.Ordinal));
    }

    [Fact]
    public void Attributes_without_end_are_limited()
    {
        var writer = Small();
        var abbrev = new ByteWriter().Uleb(1).Uleb(0x11).U8(1);
        for (int i = 0; i < 5000; i++) abbrev.Uleb(0x2001).Uleb(0x19);
        Check(writer.Section(".debug_abbrev", abbrev.ToArray()));
        Assert.Contains(_diagnostics.Items, d => d.Id == "dwarf/abbrev");
    }

    [Fact]
    public void Codes_may_be_any_numbers()
    {
        var writer = new DwarfWriter();
        writer.Section(".debug_abbrev", new ByteWriter().Uleb(ulong.MaxValue).Uleb(0x11).U8(1).U16(0).Uleb(5).Uleb(0x24).U8(0).Uleb(3).Uleb(8).Uleb(0x0b).Uleb(0x0b).U16(0).U8(0).ToArray());
        var info = new ByteWriter().U32(0).U16(5).U8(1).U8(8).U32(0).Uleb(ulong.MaxValue).Uleb(5).Text("int").U8(4).U8(0);
        writer.Section(".debug_info", info.Patch(0, (ulong)info.Length - 4, 4).ToArray());
        Assert.Equal(4UL, DwarfFile.Open(writer.Sections(), "test", 0, _diagnostics)!.Find("int")?.Size);
    }

    [Fact]
    public void Siblings_that_point_backwards_are_not_believed()
    {
        var writer = new DwarfWriter();
        var unit = writer.Unit();
        var first = unit.Add(0x13).Named("first").Sized(4);
        first.With(0x01, 0x13, first).AddMember("x", first, 0);
        unit.AddBase("int", 4, 5);
        Assert.NotNull(writer.Open(_diagnostics).Find("int"));
    }

    [Fact]
    public void Numbers_that_overflow_are_refused_or_wrap()
    {
        var writer = new DwarfWriter();
        var unit = writer.Unit().Covers(0xffff_ffff_ffff_f000, ulong.MaxValue);
        var number = unit.AddBase("int", ulong.MaxValue, 5);
        var s = unit.Add(0x13).Named("s").Sized(ulong.MaxValue);
        s.AddMember("far", number, ulong.MaxValue);
        s.AddMember("bits", number, 4).With(0x0d, 0x0f, ulong.MaxValue);
        s.AddMember("old", number, 8).With(0x0d, 0x0b, 9).With(0x0c, 0x0f, ulong.MaxValue);
        s.AddMember("new", number, 8).With(0x0d, 0x0b, 9).With(0x6b, 0x0f, ulong.MaxValue);
        var array = unit.Add(0x01).OfType(number);
        array.Add(0x21).With(0x2f, 0x0f, ulong.MaxValue - 1);
        s.AddMember("array", array, 16);
        unit.Add(0x2e).Named("f").Covers(0xffff_ffff_ffff_fff0, ulong.MaxValue).Add(0x34).Named("v").OfType(s).With(0x02, 0x18, new byte[] { 0x91, 0 });
        var file = writer.Open(_diagnostics);
        var type = (AggregateType)file.Find("struct s")!;
        Assert.IsType<BrokenType>(type.FindMember("far")!.Type);
        Assert.IsType<BrokenType>(type.FindMember("bits")!.Type);
        var value = TypedValue.At(type, Values.Space(), ulong.MaxValue - 3);
        Assert.InRange(ValueFormatter.FormatTree(value).Count(), 1, DumpLimits.ValueLines + 10);
        Assert.NotEmpty(ValueFormatter.Format(value));
        file.FindFunctions(new VirtualAddress(ulong.MaxValue));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Sections_cut_off_anywhere_do_no_harm(int version)
    {
        var whole = Small(version);
        foreach (string name in new[] { ".debug_info", ".debug_abbrev", ".debug_line", ".debug_rnglists", ".debug_loclists", ".debug_aranges", ".debug_str" })
        {
            for (int length = 0; length < whole.Section(name).Length; length++)
            {
                var writer = Small(version);
                Check(writer.Section(name, writer.Section(name)[..length]));
            }
        }
    }

    [Fact]
    public void Bytes_changed_at_random_do_no_harm()
    {
        var random = new Random(3);
        string[] names = [".debug_info", ".debug_abbrev", ".debug_line", ".debug_rnglists", ".debug_loclists", ".debug_aranges", ".debug_str"];
        byte[] nasty = [0, 1, 0x7f, 0x80, 0xff];
        for (int round = 0; round < 3000; round++)
        {
            var writer = Small(round % 2 == 0 ? 5 : 4);
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                byte[] section = writer.Section(names[random.Next(names.Length)]);
                if (section.Length > 0) section[random.Next(section.Length)] = random.Next(2) == 0 ? nasty[random.Next(nasty.Length)] : (byte)random.Next(256);
            }

            Check(writer);
        }
    }

    /// <summary>A unit with everything in it, small enough that a change anywhere matters.</summary>
    private static DwarfWriter Small(int version = 5)
    {
        var writer = new DwarfWriter(version);
        int offset = version < 4 ? 0x06 : 0x17;
        var unit = writer.Unit("a.c").With(0x10, offset, 0UL).With(0x11, 0x01, 0x1000UL).With(0x12, 0x01, 0x1100UL);
        var number = unit.AddBase("int", 4, 5);
        var s = unit.Add(0x13).Named("s").Sized(16);
        s.AddMember("x", number, 0);
        s.AddMember("self", unit.Add(0x0f).OfType(s), 8);
        s.Add(0x0d).Named("bits").OfType(number).With(0x0d, 0x0b, 3).With(0x6b, 0x0b, 37);
        var array = unit.Add(0x01).OfType(s);
        array.Add(0x21).With(0x37, 0x0b, 3);
        var e = unit.Add(0x04).With(0x03, 0x0e, "e").Sized(4);
        e.Add(0x28).Named("ONE").With(0x1c, 0x0b, 1);
        var origin = unit.Add(0x2e).Named("g").With(0x20, 0x0b, 1);
        var parameter = origin.Add(0x05).Named("p").OfType(number);
        var function = unit.Add(0x2e).Named("f").With(0x11, 0x01, 0x1000UL).With(0x12, 0x01, 0x1100UL).With(0x40, 0x0a, new byte[] { 0x9c });
        function.Add(0x34).Named("v").OfType(array).With(0x02, offset, 0UL);
        var call = function.Add(0x1d).With(0x31, 0x13, origin).With(0x55, offset, 0UL).With(0x58, 0x0b, 1).With(0x59, 0x0b, 7);
        call.Add(0x05).With(0x31, 0x13, parameter).With(0x02, 0x0a, new byte[] { 0x91, 0x70 });
        unit.Add(0x34).Named("table").OfType(array);
        writer.Section(".debug_rnglists", new ByteWriter().U8(4).Uleb(0).Uleb(0x80).U8(0).ToArray());
        writer.Section(".debug_ranges", new ByteWriter().U64(0).U64(0x80).U64(0).U64(0).ToArray());
        writer.Section(".debug_loclists", new ByteWriter().U8(4).Uleb(0).Uleb(0x80).Uleb(2).U8(0x91).U8(0x70).U8(0).ToArray());
        writer.Section(".debug_loc", new ByteWriter().U64(0).U64(0x80).U16(2).U8(0x91).U8(0x70).U64(0).U64(0).ToArray());
        writer.Section(".debug_aranges", new ByteWriter().U32(44).U16(2).U32(0).U8(8).U8(0).U32(0).U64(0x1000).U64(0x100).U64(0).U64(0).ToArray());
        var line = new ByteWriter().U32(0).U16(3).U32(0).U8(1).U8(1).U8(0xfb).U8(14).U8(10).Bytes([0, 1, 1, 1, 1, 0, 0, 0, 1]).Text("d").U8(0).Text("a.c").Uleb(1).U16(0).U8(0);
        line.Patch(6, (ulong)line.Length - 10, 4).U8(0).Uleb(9).U8(2).U64(0x1000).U8(1).U8(2).Uleb(0x100).U8(0).Uleb(1).U8(1);
        writer.Section(".debug_line", line.Patch(0, (ulong)line.Length - 4, 4).ToArray());
        return writer.Write();
    }

    /// <summary>Asks everything; the answers may be anything.</summary>
    private void Check(DwarfWriter writer)
    {
        if (DwarfFile.Open(writer.Sections(), "test", 0, _diagnostics) is not { } file) return;
        var context = new ExpressionContext();
        foreach (ulong pc in new ulong[] { 0x1000, 0x1050, 0x10ff, ulong.MaxValue })
        {
            file.FindLine(new VirtualAddress(pc));
            foreach (var variable in file.FindFunctions(new VirtualAddress(pc)).SelectMany(f => f.Variables))
            {
                Look(variable.Type);
                DwarfExpression.Evaluate(variable.Location ?? default, variable.Unit, context);
            }
        }

        foreach (string name in file.Names.ToList()) Look(file.Find(name));
        Look(file.OfSymbol("table"));
        Look(file.OfSymbol("f"));
        Assert.NotNull(file.Description);
        Assert.NotNull(file.SourceFiles.ToList());
    }

    private static void Look(CType? type)
    {
        if (type is null) return;
        Assert.NotNull(type.DisplayName);
        if (type.Strip() is AggregateType aggregate) Assert.True(aggregate.Members.Count <= DumpLimits.Members);
        Assert.NotEmpty(ValueFormatter.FormatTree(TypedValue.At(type, Values.Space(), 0x10), 3).Take(1000).ToList());
    }
}
