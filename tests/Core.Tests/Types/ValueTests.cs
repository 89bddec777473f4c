using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Tests.Types;

public class ValueTests
{
    private static readonly BaseType Int = new("int", 4, BaseEncoding.Signed);
    private static readonly BaseType Long = new("unsigned long", 8, BaseEncoding.Unsigned);
    private static readonly BaseType Char = new("char", 1, BaseEncoding.Character);
    private static readonly BaseType Byte = new("unsigned char", 1, BaseEncoding.Character);
    private static readonly BaseType Bool = new("_Bool", 1, BaseEncoding.Boolean);

    [Fact]
    public void Numbers_are_read_by_their_type()
    {
        Assert.Equal("-2", Format(Int, 0xfe, 0xff, 0xff, 0xff));
        Assert.Equal("0xfffffffe", ValueFormatter.Format(Of(Int, 0xfe, 0xff, 0xff, 0xff), new ValueFormat { Hex = true }));
        Assert.Equal("18446744073709551615", Format(Long, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
        Assert.Equal("97 'a'", Format(Char, 97));
        Assert.Equal(@"10 '\n'", Format(Char, 10));
        Assert.Equal(@"-1 '\377'", Format(Char, 0xff));
        Assert.Equal(@"255 '\377'", Format(Byte, 0xff));
        Assert.Equal("true", Format(Bool, 1));
        Assert.Equal("false", Format(Bool, 0));
        Assert.Equal("2", Format(Bool, 2));
        Assert.Equal("1.5", Format(new BaseType("float", 4, BaseEncoding.Float), 0, 0, 0xc0, 0x3f));
        Assert.Equal("-1", Format(new BaseType("__int128", 16, BaseEncoding.Signed), [.. Enumerable.Repeat((byte)0xff, 16)]));
        Assert.Equal("-2.5", Format(new BaseType("long double", 16, BaseEncoding.Float), 0, 0, 0, 0, 0, 0, 0, 0xa0, 0, 0xc0, 0, 0, 0, 0, 0, 0));
    }

    [Fact]
    public void Bit_fields_are_cut_out_and_sign_extended()
    {
        var type = new AggregateType("s", false, 9, false, () =>
        [
            new MemberInfo("a", Int, 0, 3), new MemberInfo("b", Int, 3, 5), new MemberInfo("c", Long, 4, 64), new MemberInfo("d", Bool, 70, 1),
        ]);
        var value = TypedValue.At(type, Values.Space(0x100, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 0x100);
        Assert.Equal("{a = -3, b = -1, c = 18446744073709551615, d = true}", ValueFormatter.Format(value));
        Assert.Equal(0x100UL, value.Member("b")!.Address);
        Assert.Equal(3, value.Member("b")!.BitShift);
        Assert.Equal("{a = -3, b = -1, c = 18446744073709551615, d = true}", ValueFormatter.Format(TypedValue.OfBytes(type, Values.Space(), [0xfd, .. Enumerable.Repeat((byte)0xff, 8)])));
    }

    [Fact]
    public void Enumerations_say_names_flags_and_what_is_left()
    {
        var flags = new EnumType("f", 4, false, () => [new Enumerator("NONE", 0), new Enumerator("A", 1), new Enumerator("B", 4)]);
        Assert.Equal("B", Format(flags, 4, 0, 0, 0));
        Assert.Equal("A | B", Format(flags, 5, 0, 0, 0));
        Assert.Equal("A | 0x8", Format(flags, 9, 0, 0, 0));
        Assert.Equal("0x8", Format(flags, 8, 0, 0, 0));
        Assert.Equal("NONE", Format(flags, 0, 0, 0, 0));
        var plain = new EnumType("p", 4, true, () => [new Enumerator("MINUS", -1), new Enumerator("THREE", 3)]);
        Assert.Equal("MINUS", Format(plain, 0xff, 0xff, 0xff, 0xff));
        Assert.Equal("7", Format(plain, 7, 0, 0, 0));
    }

    [Fact]
    public void Strings_end_at_their_nul_and_say_where_memory_ends()
    {
        var text = new PointerType(() => Char, 8);
        var space = Values.Space(0x1000, [.. "rootfs\0"u8, .. "\"x\"\n\u0001"u8]);
        Assert.Equal("0x1000 \"rootfs\"", ValueFormatter.Format(Pointer(text, space, 0x1000)));
        Assert.Equal(@"0x1007 ""\""x\""\n\001"" <nothing is mapped at 0x100c>", ValueFormatter.Format(Pointer(text, space, 0x1007)));
        Assert.Equal("0x9000 <nothing is mapped at 0x9000>", ValueFormatter.Format(Pointer(text, space, 0x9000)));
        Assert.Equal("0x0", ValueFormatter.Format(Pointer(text, space, 0)));
        Assert.Equal("0x1000 \"roo\"…", ValueFormatter.Format(Pointer(text, space, 0x1000), new ValueFormat { MaxString = 3 }));
        Assert.Equal("\"root\"", Format(Array(Char, 6), [.. "root\0x"u8]));
        Assert.Equal("\"root\"", Format(Array(Char, 4), [.. "root"u8]));
        Assert.Equal("{1 '\\001', 2 '\\002'}", Format(Array(Byte, 2), 1, 2));
        Assert.Equal("\"ab\"", Format(Array(Byte, 3), [.. "ab\0"u8]));
    }

    [Fact]
    public void Pointers_are_addresses_and_code_is_named()
    {
        var code = new PointerType(() => new FunctionType(() => Int, () => [Long], false), 8);
        var format = new ValueFormat { Symbolize = address => address == 0x2004 ? "run+0x4" : null };
        Assert.Equal("0x2004 <run+0x4>", ValueFormatter.Format(Pointer(code, Values.Space(), 0x2004), format));
        Assert.Equal("0x2008", ValueFormatter.Format(Pointer(code, Values.Space(), 0x2008), format));
        Assert.Equal("0x2004", ValueFormatter.Format(Pointer(new PointerType(() => Int, 8), Values.Space(), 0x2004), format));
        Assert.Equal("{int (unsigned long)} 0x2004 <run+0x4>", ValueFormatter.Format(TypedValue.At(code.Target, Values.Space(), 0x2004), format));
    }

    [Fact]
    public void What_is_not_there_says_why_and_is_never_zero()
    {
        var space = Values.Space(0x1000, 1, 2);
        Assert.Equal("<nothing is mapped at 0x1002>", ValueFormatter.Format(TypedValue.At(Int, space, 0x1000)));
        Assert.Equal("<optimized out>", ValueFormatter.Format(TypedValue.OptimizedOut(Int, space)));
        Assert.Equal("<register 3 is lost>", ValueFormatter.Format(TypedValue.Unavailable(Int, space, "register 3 is lost")));
        Assert.Equal("<only a part of it is known>", Format(Int, 1, 2));
        Assert.Equal("<nothing is mapped at 0x2000>", ValueFormatter.Format(TypedValue.At(Array(Int, 3), space, 0x2000)));
        Assert.Equal("<optimized out>", ValueFormatter.Format(TypedValue.OptimizedOut(Struct("s", ("a", Int, 0)), space)));
        Assert.False(TypedValue.At(Int, space, 0x1000).TryGetUnsigned(out ulong number));
        Assert.Equal(0UL, number);
        Assert.Equal("<incomplete type>", ValueFormatter.Format(TypedValue.At(new AggregateType("x", false, 0, true, () => []), space, 0x1000)));
    }

    [Fact]
    public void Parts_are_members_elements_and_what_is_pointed_at()
    {
        var s = Struct("s", ("a", Int, 0), ("list", Array(Int, 2), 4));
        var space = Values.Space(0x1000, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0);
        var pointer = Pointer(new PointerType(() => s, 8), space, 0x1000);
        Assert.Equal(1UL, pointer.ChildCount());
        var target = pointer.Children(0, 10).Single();
        Assert.Equal(("*", 0x1000UL), (target.Name, target.Value.Address!.Value));
        Assert.Equal(["a", "list"], target.Value.Children(0, 10).Select(c => c.Name));
        var list = target.Value.Member("list")!;
        Assert.Equal([("[1]", 0x1008UL)], list.Children(1, 10).Select(c => (c.Name!, c.Value.Address!.Value)));
        Assert.Equal(0x1000UL, list.Element(-1).Address);
        Assert.Equal(0x100cUL, pointer.Element(1).Address);
        Assert.Null(target.Value.Member("b"));
        Assert.Equal(0UL, Pointer(new PointerType(() => VoidType.Instance, 8), space, 0x1000).ChildCount());
        Assert.Equal(ValueStatus.Unavailable, target.Value.Member("a")!.Dereference().Status);
        Assert.Empty(list.Children(5, 10));
    }

    [Fact]
    public void Casts_convert_numbers_and_reinterpret_memory()
    {
        var space = Values.Space(0x1000, 0xff, 0xff, 0xff, 0xff, 7, 0, 0, 0);
        var minus = TypedValue.At(Int, space, 0x1000);
        Assert.Equal("18446744073709551615", ValueFormatter.Format(minus.Cast(Long)));
        Assert.Equal("255 '\\377'", ValueFormatter.Format(minus.Cast(Byte)));
        Assert.Equal("true", ValueFormatter.Format(minus.Cast(Bool)));
        Assert.Equal("-1", ValueFormatter.Format(minus.Cast(new BaseType("double", 8, BaseEncoding.Float))));
        Assert.Equal("0xffffffffffffffff", ValueFormatter.Format(minus.Cast(new PointerType(() => Int, 8))));
        Assert.Equal("{a = 7}", ValueFormatter.Format(TypedValue.At(Array(Byte, 8), space, 0x1004).Cast(Struct("s", ("a", Int, 0)))));
        Assert.Equal("0x1004", ValueFormatter.Format(TypedValue.At(Array(Int, 1), space, 0x1004).Cast(new PointerType(() => Int, 8))));
        Assert.Equal(ValueStatus.Unavailable, TypedValue.At(Int, space, 0x9000).Cast(Long).Status);
        Assert.Equal(ValueStatus.OptimizedOut, TypedValue.OptimizedOut(Int, space).Cast(Long).Status);
    }

    [Fact]
    public void Trees_indent_members_and_fold_equal_elements()
    {
        var inner = Struct("inner", ("x", Int, 0), ("y", Int, 4));
        var type = Struct("outer", ("name", Array(Char, 4), 0), ("pair", Array(inner, 3), 4), ("few", Array(Int, 2), 28), ("many", Array(Byte, 12), 36), ("at", inner, 48));
        var bytes = new byte[56];
        "abc"u8.CopyTo(bytes);
        bytes[4] = bytes[12] = 1;
        bytes[36] = 9;
        Assert.Equal(
            [
                "struct outer {",
                "    name = \"abc\"",
                "    pair = [",
                "        [0-1] = {",
                "            x = 1",
                "            y = 0",
                "        }",
                "        [2] = {",
                "            x = 0",
                "            y = 0",
                "        }",
                "    ]",
                "    few = {0, 0}",
                "    many = [",
                "        [0] = 9 '\\t'",
                "        [1-11] = 0 '\\000'",
                "    ]",
                "    at = {",
                "        x = 0",
                "        y = 0",
                "    }",
                "}",
            ],
            ValueFormatter.FormatTree(TypedValue.OfBytes(type, Values.Space(), bytes)));
        Assert.Equal(["struct outer {", "    name = \"abc\"", "    pair = {...}", "    few = {...}", "    many = {...}", "    at = {...}", "}"],
            ValueFormatter.FormatTree(TypedValue.OfBytes(type, Values.Space(), bytes), 1));
        Assert.Equal(["7"], ValueFormatter.FormatTree(Of(Int, 7, 0, 0, 0)));
    }

    [Fact]
    public void Long_aggregates_are_cut_on_one_line()
    {
        Assert.Equal("{0, 0, …}", ValueFormatter.Format(Of(Array(Int, 5), new byte[20]), new ValueFormat { MaxInline = 2 }));
        Assert.Equal("{a = 0, …}", ValueFormatter.Format(Of(Struct("s", ("a", Int, 0), ("b", Int, 4)), new byte[8]), new ValueFormat { MaxInline = 1 }));
    }

    private static string Format(CType type, params byte[] bytes) => ValueFormatter.Format(Of(type, bytes));

    private static TypedValue Of(CType type, params byte[] bytes) => TypedValue.OfBytes(type, Values.Space(), bytes);

    private static TypedValue Pointer(CType type, Core.Memory.AddressSpace space, ulong address) => TypedValue.OfBytes(type, space, BitConverter.GetBytes(address));

    private static ArrayType Array(CType element, ulong count) => new(() => element, count);

    private static AggregateType Struct(string name, params (string Name, CType Type, ulong Offset)[] members) => new(
        name, false, members.Max(m => m.Offset + m.Type.Size), false, () => [.. members.Select(m => new MemberInfo(m.Name, m.Type, m.Offset * 8))]);
}
