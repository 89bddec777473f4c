using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Types;

/// <summary>Every form of an attribute is read, and what follows it is found again.</summary>
public class DwarfFormTests
{
    public static TheoryData<int, object> Forms => new()
    {
        { 0x01, 0x1234UL }, { 0x03, new byte[300] }, { 0x04, new byte[3] }, { 0x05, 0x1234UL }, { 0x06, 0x12345678UL }, { 0x07, ulong.MaxValue },
        { 0x08, "inline" }, { 0x09, new byte[200] }, { 0x0a, new byte[7] }, { 0x0b, 0xffUL }, { 0x0c, 1UL }, { 0x0d, long.MinValue }, { 0x0e, "in .debug_str" },
        { 0x0f, ulong.MaxValue }, { 0x10, 0UL }, { 0x11, 0UL }, { 0x12, 0UL }, { 0x13, 0UL }, { 0x14, 0UL }, { 0x16, (0x05, (object)7UL) }, { 0x17, 1UL },
        { 0x18, new byte[1] }, { 0x19, 0UL }, { 0x1a, 300UL }, { 0x1b, 300UL }, { 0x1e, new byte[16] }, { 0x1f, "in .debug_line_str" }, { 0x20, 1UL },
        { 0x21, -5L }, { 0x22, 300UL }, { 0x23, 300UL }, { 0x25, 1UL }, { 0x26, 1UL }, { 0x27, 0x123456UL }, { 0x28, 1UL }, { 0x29, 1UL }, { 0x2a, 1UL },
        { 0x2b, 1UL }, { 0x2c, 1UL },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void What_follows_a_form_is_found(int form, object value)
    {
        foreach (var (is64Bit, addressSize) in new[] { (false, 8), (true, 8), (false, 4) })
        {
            var writer = new DwarfWriter(5, addressSize, is64Bit);
            var unit = writer.Unit();

            // An attribute of no meaning before the name and the size, which have to be found behind it.
            unit.Add(0x24).With(0x2001, form, value).Named("int").With(0x3e, 0x0b, 5UL).Sized(4);
            unit.Add(0x16).With(0x2001, form, value).Named("after").OfType(unit.Children[0]);
            var diagnostics = new DiagnosticBag();
            var file = writer.Open(diagnostics);
            Assert.Equal(4UL, file.Find("after")?.Size);
            Assert.Empty(diagnostics.Items);
        }
    }

    [Theory]
    [InlineData(0x25)]
    [InlineData(0x26)]
    [InlineData(0x27)]
    [InlineData(0x28)]
    [InlineData(0x1a)]
    public void Strings_by_index_count_from_the_units_base(int form)
    {
        var writer = new DwarfWriter();
        ulong name = writer.AddString("by_index");
        var unit = writer.Unit().With(0x72, 0x17, 12UL);
        unit.Add(0x13).With(0x03, form, 1UL).Sized(8);
        writer.Section(".debug_str_offsets", new ByteWriter().Zeros(12).U32(0xffff).U32((uint)name).ToArray());
        Assert.Equal(8UL, writer.Open().Find("struct by_index")?.Size);
    }

    [Theory]
    [InlineData(0x1b)]
    [InlineData(0x29)]
    [InlineData(0x2c)]
    public void Addresses_by_index_count_from_the_units_base(int form)
    {
        var writer = new DwarfWriter();
        var unit = writer.Unit().With(0x73, 0x17, 8UL).With(0x11, form, 1UL).With(0x12, 0x0b, 16UL);
        unit.Add(0x2e).Named("f").With(0x11, form, 1UL).With(0x12, 0x0b, 16UL);
        writer.Section(".debug_addr", new ByteWriter().Zeros(8).U64(1).U64(0x4000).ToArray());
        Assert.Equal("f", Assert.Single(writer.Open().FindFunctions(new VirtualAddress(0x400f))).Name);
        Assert.Empty(writer.Open().FindFunctions(new VirtualAddress(0x4010)));
    }

    [Theory]
    [InlineData(2, false, false)]
    [InlineData(3, false, true)]
    [InlineData(4, true, false)]
    [InlineData(5, true, true)]
    public void References_lead_to_other_units(int version, bool is64Bit, bool bigEndian)
    {
        var writer = new DwarfWriter(version, 8, is64Bit, bigEndian);
        var first = writer.Unit();
        var second = writer.Unit("b.c");
        var target = second.AddBase("int", 4, 5);
        first.Add(0x16).Named("t").With(0x49, 0x10, target);
        Assert.Equal("int", Assert.IsType<TypedefType>(writer.Open().Find("t")).Target.DisplayName);
    }

    [Fact]
    public void References_by_signature_lead_to_type_units_or_are_broken()
    {
        var writer = new DwarfWriter();
        writer.Unit().Add(0x16).Named("t").With(0x49, 0x20, 0x1122334455667788UL);
        var type = writer.Open().Find("t");
        Assert.NotNull(type);
        Assert.IsType<BrokenType>(type.Strip());
        Assert.Equal(0UL, type.Size);
    }
}
