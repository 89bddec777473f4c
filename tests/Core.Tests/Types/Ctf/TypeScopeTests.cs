using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Ctf;
using XenDumpAdapter.TestKit.Ctf;

namespace XenDumpAdapter.Core.Tests.Types.Ctf;

public class TypeScopeTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Fact]
    public void The_first_definition_counts_and_a_forward_only_where_there_is_none()
    {
        var genunix = new CtfWriter();
        genunix.Struct("both", 4, new CtfMember("first", genunix.Integer("int", 1, 32), 0));
        uint vcpu = genunix.Forward("vcpu", 6);
        genunix.Forward("state", 8);
        genunix.Forward("nobody", 7);
        genunix.Typedef("vcpu_t", vcpu);
        var xpv = new CtfWriter();
        uint number = xpv.Integer("long", 1, 32);
        xpv.Struct("both", 8, new CtfMember("second", number, 0));
        xpv.Struct("vcpu", 12, new CtfMember("vcpu_id", number, 0));
        xpv.Enum("state", ("RUNNING", 0));
        var scope = Scope(("genunix", genunix), ("xpv", xpv));
        Assert.Equal("first", Members(scope.Find("struct both")));
        Assert.Equal("second", Members(scope.Find("struct xpv`both")));
        Assert.Equal("vcpu_id", Members(scope.Find("struct vcpu")));
        Assert.Equal("vcpu_id", Members(scope.Find("genunix`vcpu_t")!.Strip()));
        Assert.Equal("vcpu_id", Members(scope.FindIn("genunix", "struct vcpu")));
        Assert.Equal("struct vcpu **", scope.Find("struct xpv`vcpu **")!.DisplayName);
        Assert.Equal((8UL, 24UL), (scope.Find("struct vcpu *")!.Size, scope.Find("struct vcpu [2]")!.Size));
        Assert.Equal("RUNNING", Assert.IsType<EnumType>(scope.Find("enum state")).Values[0].Name);
        Assert.Equal("RUNNING", Assert.IsType<EnumType>(scope.FindIn("genunix", "enum state")).Values[0].Name);
        Assert.True(Assert.IsType<AggregateType>(scope.Find("union nobody")).IsDeclaration);
        Assert.Null(scope.FindDefinition("union nobody"));
        Assert.Null(scope.Find("struct nothing"));
        Assert.Null(scope.Find("struct absent`both"));
        Assert.Null(scope.Find("struct `both"));
        Assert.Contains("struct vcpu", scope.Names);
        Assert.Equal(scope.Names.Count(), scope.Names.Distinct().Count());
    }

    [Theory]
    [InlineData("unsigned long", 4, 4)]
    [InlineData("unsigned long", 8, 8)]
    [InlineData("uint64_t", 4, 8)]
    [InlineData("uintptr_t *", 8, 8)]
    [InlineData("char [3]", 8, 3)]
    [InlineData("long double", 4, 12)]
    [InlineData("void *", 4, 4)]
    [InlineData("unsigned", 4, 4)]
    [InlineData("caddr_t", 8, 8)]
    public void Types_of_C_are_known_where_no_module_has_them(string name, int pointerSize, ulong size) => Assert.Equal(size, new TypeScope(pointerSize, []).Find(name)?.Size);

    [Fact]
    public void A_module_is_opened_when_it_is_needed_and_once()
    {
        int first = 0, second = 0;
        var w = new CtfWriter();
        w.Typedef("a_t", w.Integer("int", 1, 32));
        ITypeSource Open(ref int count)
        {
            count++;
            return Containers.Open(w.Build());
        }

        var scope = new TypeScope(8, [new("a", () => Open(ref first)), new("b", () => Open(ref second)), new("c", () => null)]);
        Assert.Equal((0, 0), (first, second));
        Assert.NotNull(scope.Find("a_t"));
        Assert.Equal((1, 0), (first, second));
        Assert.Null(scope.Find("b_t"));
        Assert.Null(scope.OfSymbol("v"));
        Assert.Null(scope.Find("c`a_t"));
        Assert.Equal((1, 1), (first, second));
    }

    [Fact]
    public void Types_that_cannot_be_resolved_give_way_to_a_module_that_has_them()
    {
        var orphan = new CtfWriter(2, "genunix");
        orphan.Typedef("id_t", 4);
        var whole = new CtfWriter();
        whole.Typedef("id_t", whole.Integer("int", 1, 32));
        Assert.Equal("int", Scope(("orphan", orphan), ("whole", whole)).Find("id_t")!.Strip().DisplayName);
        Assert.IsType<BrokenType>(Scope(("orphan", orphan)).Find("id_t")!.Strip());
    }

    private static string? Members(CType? type) => type is AggregateType a ? string.Join(' ', a.Members.Select(m => m.Name)) : null;

    private TypeScope Scope(params (string Name, CtfWriter Writer)[] modules)
    {
        TypeScope? scope = null;
        return scope = new TypeScope(8, modules.Select(m => new ScopedTypes(m.Name, () => Containers.Open(m.Writer.Build(), _diagnostics, new CtfSurroundings
        {
            PointerSize = 8,
            Parent = name => scope!.Source(name) as CtfTypes,
            Elsewhere = name => scope!.FindDefinition(name),
        }))));
    }
}
