using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Types;

public class DwarfTypeTests
{
    private readonly DwarfWriter _writer = new();
    private readonly DwarfNode _unit;
    private readonly DwarfNode _int;
    private readonly DwarfNode _char;
    private readonly DiagnosticBag _diagnostics = new();

    public DwarfTypeTests()
    {
        _unit = _writer.Unit();
        _int = _unit.AddBase("int", 4, 5);
        _char = _unit.AddBase("char", 1, 6);
        _unit.AddBase("long unsigned int", 8, 7);
    }

    [Theory]
    [InlineData("int", "int", 4UL)]
    [InlineData("signed", "int", 4UL)]
    [InlineData("const volatile int", "int", 4UL)]
    [InlineData("unsigned long", "long unsigned int", 8UL)]
    [InlineData("long unsigned int", "long unsigned int", 8UL)]
    [InlineData("unsigned long int", "long unsigned int", 8UL)]
    [InlineData("char *", "char *", 8UL)]
    [InlineData("char **", "char **", 8UL)]
    [InlineData("char [16]", "char [16]", 16UL)]
    [InlineData("char *[0x10]", "char *[16]", 128UL)]
    [InlineData("int [2][3]", "int [2][3]", 24UL)]
    [InlineData("int []", "int []", 0UL)]
    [InlineData("void *", "void *", 8UL)]
    public void Finds_types_as_C_spells_them(string spelling, string shown, ulong size)
    {
        var type = _writer.Open(_diagnostics).Find(spelling);
        Assert.NotNull(type);
        Assert.Equal((shown, size), (type.DisplayName, type.Size));
    }

    [Theory]
    [InlineData("struct nothing")]
    [InlineData("struct")]
    [InlineData("")]
    [InlineData("int (*)(long)")]
    [InlineData("int [x]")]
    [InlineData("int [99999999999999999999999]")]
    [InlineData("int ]")]
    [InlineData("7")]
    public void Does_not_find_what_is_no_type(string spelling) => Assert.Null(_writer.Open(_diagnostics).Find(spelling));

    [Fact]
    public void Prefers_the_full_definition_to_declarations_before_it()
    {
        _unit.Add(0x13).Named("s").With(0x3c, 0x19, 1);
        var later = _writer.Unit("b.c");
        later.Add(0x13).Named("s").Sized(8).AddMember("x", later.AddBase("int", 4, 5), 4);
        var type = Assert.IsType<AggregateType>(_writer.Open(_diagnostics).Find("struct s"));
        Assert.Equal((8UL, false, "x"), (type.Size, type.IsDeclaration, Assert.Single(type.Members).Name));
    }

    [Fact]
    public void A_declaration_shows_the_members_of_the_definition_elsewhere()
    {
        var declared = _unit.Add(0x13).Named("s").With(0x3c, 0x19, 1);
        _unit.Add(0x34).Named("v").OfType(_unit.Add(0x0f).OfType(declared));
        _unit.Add(0x34).Named("w").OfType(_unit.Add(0x0f).OfType(_unit.Add(0x13).Named("nowhere").With(0x3c, 0x19, 1)));
        var later = _writer.Unit("b.c");
        later.Add(0x13).Named("s").Sized(8).AddMember("x", later.AddBase("int", 4, 5), 4);
        var file = _writer.Open(_diagnostics);
        var known = Assert.IsType<AggregateType>(Assert.IsType<PointerType>(file.OfSymbol("v")).Target);
        Assert.Equal((8UL, false, "x"), (known.Size, known.IsDeclaration, Assert.Single(known.Members).Name));
        var unknown = Assert.IsType<AggregateType>(Assert.IsType<PointerType>(file.OfSymbol("w")).Target);
        Assert.Equal((0UL, true, 0, "struct nowhere"), (unknown.Size, unknown.IsDeclaration, unknown.Members.Count, unknown.DisplayName));
    }

    [Fact]
    public void Reads_bit_fields_in_both_manners()
    {
        var s = _unit.Add(0x13).Named("s").Sized(8);
        s.Add(0x0d).Named("first").OfType(_int).With(0x0d, 0x0b, 3).With(0x6b, 0x0b, 0);
        s.Add(0x0d).Named("second").OfType(_int).With(0x0d, 0x0b, 5).With(0x6b, 0x0b, 3);
        s.Add(0x0d).Named("old").OfType(_int).With(0x0b, 0x0b, 4).With(0x0d, 0x0b, 5).With(0x0c, 0x0b, 24).With(0x38, 0x0b, 4);
        var type = (AggregateType)_writer.Open(_diagnostics).Find("struct s")!;

        // From the top of the four bytes at 4: 24 bits, then the field; 32 - 24 - 5 from the bottom.
        Assert.Equal([(0UL, 3), (3UL, 5), (35UL, 5)], type.Members.Select(m => (m.BitOffset, m.BitSize!.Value)));
        Assert.Equal(4UL, type.FindMember("old")!.Offset);
    }

    [Fact]
    public void Looks_through_anonymous_members()
    {
        var inner = _unit.Add(0x17).Sized(8);
        inner.AddMember("low", _int, 0);
        inner.AddMember("high", _int, 4);
        var s = _unit.Add(0x13).Named("s").Sized(16);
        s.AddMember("x", _int, 0);
        s.AddMember(null, inner, 8);
        var type = (AggregateType)_writer.Open(_diagnostics).Find("struct s")!;
        Assert.Equal(12UL, type.FindMember("high")?.Offset);
        Assert.Null(type.FindMember("other"));
        Assert.Equal("union {...}", type.Members[1].Type.DisplayName);
    }

    [Fact]
    public void Member_offsets_may_be_expressions()
    {
        var s = _unit.Add(0x13).Named("s").Sized(200);
        s.Add(0x0d).Named("x").OfType(_int).With(0x38, 0x0a, new byte[] { 0x23, 0x90, 0x01 });
        Assert.Equal(144UL, ((AggregateType)_writer.Open(_diagnostics).Find("struct s")!).FindMember("x")!.Offset);
    }

    [Fact]
    public void Reads_array_dimensions()
    {
        Variable("matrix", Array(_int, (0x2f, 0x0b, 1), (0x37, 0x0b, 3)));
        Variable("flexible", Array(_int, (0, 0, 0)));
        Variable("none", Array(_int, (0x2f, 0x0d, -1)));
        Variable("variable", Array(_int, (0x2f, 0x18, new byte[] { 0x30 })));
        Variable("huge", Array(_int, (0x37, 0x0f, ulong.MaxValue), (0x37, 0x0f, ulong.MaxValue)));
        var file = _writer.Open(_diagnostics);
        Assert.Equal(("int [2][3]", 24UL), Shown(file.OfSymbol("matrix")));
        Assert.Equal(("int []", 0UL), Shown(file.OfSymbol("flexible")));
        Assert.Equal(("int [0]", 0UL), Shown(file.OfSymbol("none")));
        Assert.Equal(("int []", 0UL), Shown(file.OfSymbol("variable")));
        Assert.Equal(ulong.MaxValue, file.OfSymbol("huge")!.Size);
    }

    [Fact]
    public void Writes_declarators_around_names()
    {
        var function = _unit.Add(0x15).OfType(_int).With(0x27, 0x19, 1);
        function.Add(0x05).OfType(_unit.Add(0x26).OfType(_char));
        function.Add(0x18);
        Variable("handler", _unit.Add(0x0f).OfType(function));
        Variable("handlers", Array(_unit.Add(0x0f).OfType(function), (0x37, 0x0b, 4)));
        Variable("row", _unit.Add(0x0f).OfType(Array(_int, (0x37, 0x0b, 3))));
        Variable("fixed", _unit.Add(0x26).OfType(_unit.Add(0x0f).OfType(_char)));
        var file = _writer.Open(_diagnostics);
        Assert.Equal("int (*)(const char, ...)", file.OfSymbol("handler")!.DisplayName);
        Assert.Equal("int (*handlers[4])(const char, ...)", file.OfSymbol("handlers")!.Declare("handlers"));
        Assert.Equal("int (*)[3]", file.OfSymbol("row")!.DisplayName);
        Assert.Equal("char * const p", file.OfSymbol("fixed")!.Declare("p"));
    }

    [Fact]
    public void Reads_enumerations()
    {
        var e = _unit.Add(0x04).Named("e").Sized(4);
        e.Add(0x28).Named("MINUS").With(0x1c, 0x0d, -1);
        e.Add(0x28).Named("BIG").With(0x1c, 0x05, 0xffffUL);
        var type = (EnumType)_writer.Open(_diagnostics).Find("enum e")!;
        Assert.True(type.IsSigned);
        Assert.Equal([("MINUS", -1L), ("BIG", 65535L)], type.Values.Select(v => (v.Name, v.Value)));
    }

    [Fact]
    public void Variables_have_the_type_of_a_declaration_that_is_complete_and_else_of_the_definition()
    {
        var incomplete = _unit.Add(0x34).Named("table").OfType(Array(_int, (0, 0, 0))).With(0x3c, 0x19, 1);
        var later = _writer.Unit("b.c");
        var number = later.AddBase("int", 4, 5);
        var again = later.Add(0x34).Named("table").OfType(Array(later, number, (0, 0, 0))).With(0x3c, 0x19, 1);
        later.Add(0x34).With(0x47, 0x13, again).OfType(Array(later, number, (0x37, 0x0b, 9)));
        _unit.Add(0x34).Named("only").OfType(Array(_int, (0, 0, 0))).With(0x3c, 0x19, 1);
        var function = _unit.Add(0x2e).Named("run").OfType(_int);
        function.Add(0x05).Named("x").OfType(_char);
        var file = _writer.Open(_diagnostics);
        Assert.Equal("int [9]", file.OfSymbol("table")!.DisplayName);
        Assert.Equal("int []", file.OfSymbol("only")!.DisplayName);
        Assert.Equal("int (char)", file.OfSymbol("run")!.DisplayName);
        Assert.Null(file.OfSymbol("nothing"));
        Assert.NotNull(incomplete);
    }

    [Fact]
    public void Lists_names_once_as_they_are_looked_up()
    {
        _unit.Add(0x13).Named("s").Sized(1);
        _unit.Add(0x16).Named("t").OfType(_int);
        _unit.Add(0x04).Named("e").Sized(4);
        _writer.Unit("b.c").Add(0x13).Named("s").Sized(1);
        Assert.Equal(["char", "enum e", "int", "long unsigned int", "struct s", "t"], _writer.Open(_diagnostics).Names.Order(StringComparer.Ordinal));
    }

    private static (string, ulong) Shown(CType? type) => (type!.DisplayName, type.Size);

    private void Variable(string name, DwarfNode type) => _unit.Add(0x34).Named(name).OfType(type);

    private DwarfNode Array(DwarfNode element, params (int Attribute, int Form, object Value)[] dimensions) => Array(_unit, element, dimensions);

    private static DwarfNode Array(DwarfNode unit, DwarfNode element, params (int Attribute, int Form, object Value)[] dimensions)
    {
        var array = unit.Add(0x01).OfType(element);
        foreach (var (attribute, form, value) in dimensions)
        {
            var range = array.Add(0x21);
            if (attribute != 0) range.With(attribute, form, value);
        }

        return array;
    }
}
