using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Printing;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>::print of types that no compiler made: one lie each. Every one ends in lines, of which there are not too many.</summary>
public class HostilePrintTests
{
    private static readonly BaseType Int = new("int", 4, BaseEncoding.Signed);

    public static TheoryData<string> Lies => [.. Types().Keys];

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_type_that_lies_is_printed(string lie)
    {
        using var target = Target();
        var type = Types()[lie];
        foreach (var options in (PrintOptions[])[new(), new() { Holes = true, Addresses = true, Types = true, BaseTypes = true, MaxElements = ulong.MaxValue, MaxText = ulong.MaxValue }, new() { Values = false, Types = true }])
        {
            var printer = new ValuePrinter(new MdbSession(target), options);
            foreach (ulong address in (ulong[])[0, ulong.MaxValue - 3, target.Domains[0].Address.Value])
            {
                int lines = printer.Lines(TypedValue.At(type, target.Spaces[0], address), "name", ".").Count();
                Assert.InRange(lines, 1, DumpLimits.ValueLines);
            }
        }
    }

    [Fact]
    public void Members_that_lie_elsewhere_are_said_to_be_absent()
    {
        using var target = Target();
        var type = new AggregateType("far", false, 16, false, () => [new MemberInfo("near", Int, 0), new MemberInfo("far", Int, ulong.MaxValue & ~7UL)]);
        string[] lines = [.. new ValuePrinter(new MdbSession(target), new PrintOptions()).Lines(TypedValue.OfBytes(type, target.Spaces[0], [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), null, "")];
        Assert.Equal("    near = 0x7", lines[1]);
        Assert.StartsWith("    far = ??? (", lines[2], StringComparison.Ordinal);
    }

    private static Dictionary<string, CType> Types()
    {
        AggregateType? itself = null;
        itself = new AggregateType("itself", false, 8, false, () => [new MemberInfo("again", itself!, 0), new MemberInfo("more", itself!, 0)]);
        ArrayType? nested = null;
        nested = new ArrayType(() => nested!, 2);
        return new()
        {
            ["a structure within itself"] = itself,
            ["an array of itself"] = nested,
            ["an array without end"] = new ArrayType(() => Int, ulong.MaxValue),
            ["an array of nothing"] = new ArrayType(() => VoidType.Instance, 1000),
            ["text without end"] = new ArrayType(() => new BaseType("char", 1, BaseEncoding.Character), ulong.MaxValue),
            ["structures without end"] = new ArrayType(() => new AggregateType("s", false, 4, false, () => [new MemberInfo("i", Int, 0)]), ulong.MaxValue),
            ["a member behind the end of memory"] = new AggregateType("far", false, ulong.MaxValue, false, () => [new MemberInfo("i", Int, ulong.MaxValue & ~7UL), new MemberInfo("j", Int, 1UL << 63)]),
            ["a bit field of nothing"] = new AggregateType("bits", false, 4, false, () => [new MemberInfo("none", Int, 3, 0), new MemberInfo("many", Int, 5, 4000), new MemberInfo("odd", Int, 31, 33)]),
            ["a hole without end"] = new AggregateType("hole", false, ulong.MaxValue / 8, false, () => [new MemberInfo("i", Int, 0)]),
            ["a number of a thousand bytes"] = new BaseType("wide", 1000, BaseEncoding.Signed),
            ["a number of no bytes"] = new BaseType("none", 0, BaseEncoding.Unsigned),
            ["an enumeration of no bytes"] = new EnumType("e", 0, true, () => [new Enumerator("A", long.MinValue), new Enumerator("B", long.MaxValue)]),
            ["a pointer of a thousand bytes"] = new PointerType(() => Int, 1000),
            ["typedefs without end"] = Typedef(),
            ["a type that is broken"] = new BrokenType("made up"),
            ["members without names"] = new AggregateType(null, true, 8, false, () => [new MemberInfo(null, itself, 0), new MemberInfo(null, Int, 0)]),
        };
    }

    private static TypedefType Typedef()
    {
        TypedefType? self = null;
        return self = new TypedefType("self", () => self!);
    }

    private static Target.DumpTarget Target()
    {
        Assert.True(SampleCatalog.TryOpen("goldcloth", out var files));
        return DumpOpener.OpenFiles(files, cancel: TestContext.Current.CancellationToken);
    }
}
