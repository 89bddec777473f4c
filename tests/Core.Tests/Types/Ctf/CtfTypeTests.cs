using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Ctf;
using XenDumpAdapter.TestKit.Ctf;

namespace XenDumpAdapter.Core.Tests.Types.Ctf;

public class CtfTypeTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Every_type_reads_as_an_independent_decoder_reads_it(int version, bool compressed)
    {
        byte[] raw = Containers.Everything(version, compressed).Build();
        var types = Containers.Open(raw, _diagnostics);
        Containers.AssertSame(new CtfDump(raw, 8), types);
        Assert.Empty(_diagnostics.Items);
        Assert.Equal(40, types.Container.TypeCount);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_childs_types_read_as_an_independent_decoder_reads_them(int version)
    {
        byte[] parentRaw = Containers.Everything(version).Build();
        var parent = Containers.Open(parentRaw, _diagnostics, name: "genunix");
        var w = new CtfWriter(version, "genunix", "build-1") { Compressed = true };
        uint pointer = w.Pointer(3);
        w.Struct("kid", 16, new CtfMember("number", 3, 0), new CtfMember("to", pointer, 64));
        w.Typedef("kid_t", w.Const(12));
        byte[] raw = w.Label("build-1").Build();
        string? asked = null;
        var child = Containers.Open(raw, _diagnostics, new CtfSurroundings { PointerSize = 8, Parent = name => { asked = name; return parent; } });
        Containers.AssertSame(new CtfDump(raw, 8, new CtfDump(parentRaw, 8)), child);
        Assert.Equal("genunix", asked);
        Assert.Empty(_diagnostics.Items);
        Assert.Equal("struct self", child.Find("struct self")!.DisplayName);
        Assert.Equal(["struct kid", "kid_t"], child.Names);
    }

    [Fact]
    public void Members_are_where_the_container_says()
    {
        var types = Containers.Open(Containers.Everything(2).Build());
        var self = Assert.IsType<AggregateType>(types.Find("struct self"));
        Assert.Equal(64UL, self.Size);
        Assert.Equal((195UL, 12), (self.FindMember("b")!.BitOffset, self.FindMember("b")!.BitSize));
        Assert.Equal(16UL, self.FindMember("low")!.Offset);
        Assert.Equal("char [16]", self.FindMember("name")!.Type.DisplayName);
        Assert.Equal("int (*)(int, void *)", self.FindMember("run")!.Type.DisplayName);
        Assert.Equal(1UL << 32, types.Find("struct huge") is AggregateType huge ? huge.FindMember("y")!.Offset : 0);
    }

    [Theory]
    [InlineData("unsigned", "unsigned", 4)]
    [InlineData("unsigned int", "unsigned", 4)]
    [InlineData("unsigned long long", "unsigned long long", 8)]
    [InlineData("long long unsigned int", "unsigned long long", 8)]
    [InlineData("const char", "char", 1)]
    [InlineData("static register int", "int", 4)]
    [InlineData("int", "int", 4)]
    [InlineData("struct self *", "struct self *", 8)]
    [InlineData("struct self * [3]", "struct self *[3]", 24)]
    [InlineData("alias_t", "alias_t", 8)]
    [InlineData("enum state", "enum state", 4)]
    [InlineData("union pair", "union pair", 4)]
    [InlineData("void", "void", 0)]
    [InlineData("struct unknown", "struct unknown", 0)]
    public void Types_are_found_as_C_names_them(string name, string display, ulong size)
    {
        var type = Containers.Open(Containers.Everything(2).Build()).Find(name);
        Assert.Equal((display, size), (type?.DisplayName, type?.Size));
    }

    [Theory]
    [InlineData("struct pair")]
    [InlineData("self")]
    [InlineData("union state")]
    [InlineData("long")]
    [InlineData("")]
    [InlineData("struct")]
    public void A_name_of_another_name_space_is_not_found(string name) => Assert.Null(Containers.Open(Containers.Everything(2).Build()).Find(name));

    [Fact]
    public void Types_that_are_not_roots_have_no_name()
    {
        var w = new CtfWriter();
        uint number = w.Integer("int", 1, 32);
        w.Aggregate(6, "s", 4, false, new CtfMember("hidden", number, 0));
        w.Struct("s", 8, new CtfMember("shown", number, 32));
        w.Typedef("t", number, root: false);
        var types = Containers.Open(w.Build());
        Assert.Equal("shown", Assert.IsType<AggregateType>(types.Find("struct s")).Members[0].Name);
        Assert.Null(types.Find("t"));
        Assert.Equal(["int", "struct s"], types.Names);
    }

    [Fact]
    public void A_full_integer_is_found_before_a_bit_fields_copy()
    {
        var w = new CtfWriter();
        w.Integer("unsigned", 0, 3, 4);
        w.Integer("unsigned", 0, 32);
        w.Integer("short", 1, 5, 2);
        var types = Containers.Open(w.Build());
        Assert.Same(types.TypeAt(2), types.Find("unsigned int"));
        Assert.Same(types.TypeAt(3), types.Find("short"));
    }

    [Fact]
    public void A_forward_shows_the_definition_that_comes_later_or_is_elsewhere()
    {
        var w = new CtfWriter();
        uint number = w.Integer("int", 1, 32);
        uint own = w.Forward("own", 6);
        uint far = w.Forward("far", 7);
        uint colour = w.Forward("colour", 8);
        uint nowhere = w.Forward("nowhere", 0);
        w.Struct("own", 12, new CtfMember("x", number, 64));
        var other = new CtfWriter();
        other.Union("far", 20, new CtfMember("y", other.Integer("int", 1, 32), 0));
        other.Enum("colour", ("RED", 1));
        var elsewhere = Containers.Open(other.Build());
        var types = Containers.Open(w.Build(), surroundings: new CtfSurroundings { PointerSize = 4, Elsewhere = elsewhere.Find });
        Assert.Equal(12UL, types.TypeAt(own).Size);
        Assert.Equal("x", Assert.IsType<AggregateType>(types.TypeAt(own)).Members[0].Name);
        Assert.Equal(12UL, types.Find("struct own")!.Size);
        Assert.Equal(20UL, types.TypeAt(far).Size);
        Assert.Equal("y", Assert.IsType<AggregateType>(types.Find("union far")).Members[0].Name);
        Assert.Equal("RED", Assert.IsType<EnumType>(types.TypeAt(colour)).Values[0].Name);
        var incomplete = Assert.IsType<AggregateType>(types.TypeAt(nowhere));
        Assert.True(incomplete.IsDeclaration);
        Assert.Equal("<incomplete type>", ValueFormatter.Format(TypedValue.At(incomplete, Values.Space(), 0)));
        Assert.Equal(["int", "union far", "enum colour", "struct nowhere", "struct own"], types.Names);
    }

    [Fact]
    public void Labels_are_read_and_the_parents_is_checked()
    {
        var parent = Containers.Open(Containers.Everything(2).Label("build-2").Build(), name: "genunix");
        Assert.Equal(["build-1", "build-2"], parent.Container.Labels.Select(l => l.Name));
        Assert.Equal("build-2", parent.Container.Label);
        var w = new CtfWriter(2, "genunix", "build-1");
        w.Typedef("x_t", 3);
        var child = Containers.Open(w.Build(), _diagnostics, new CtfSurroundings { PointerSize = 8, Parent = _ => parent });
        Assert.Equal(4UL, child.Find("x_t")!.Size);
        Assert.Contains("made against genunix of build-1, and this genunix is of build-2", Assert.Single(_diagnostics.Items).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_its_parent_a_child_keeps_its_own_types()
    {
        var w = new CtfWriter(2, "genunix");
        uint own = w.Integer("int", 1, 32);
        w.Struct("s", 16, new CtfMember("own", own, 0), new CtfMember("theirs", 7, 64));
        var types = Containers.Open(w.Build(), _diagnostics, new CtfSurroundings { PointerSize = 8, Parent = _ => null });
        var s = Assert.IsType<AggregateType>(types.Find("struct s"));
        Assert.Equal("int", s.Members[0].Type.DisplayName);
        Assert.Equal("<broken type: type 7 is in genunix, which has no types here>", s.Members[1].Type.DisplayName);
        Assert.Equal("ctf/parent", Assert.Single(_diagnostics.Items).Id);
    }

    [Fact]
    public void A_child_that_does_not_name_its_parent_is_known_by_its_numbers()
    {
        var w = new CtfWriter(2, numberAsChild: true);
        uint own = w.Integer("int", 1, 32);
        w.Typedef("a_t", own);
        w.Typedef("b_t", 1);
        var types = Containers.Open(w.Build(), _diagnostics);
        Assert.True(types.Container.IsChild);
        Assert.Equal(4UL, types.Find("a_t")!.Size);
        Assert.IsType<BrokenType>(types.Find("b_t")!.Strip());
        Assert.Equal("ctf/parent", Assert.Single(_diagnostics.Items).Id);
    }
}
