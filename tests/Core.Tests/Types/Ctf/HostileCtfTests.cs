using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Ctf;
using XenDumpAdapter.TestKit;
using XenDumpAdapter.TestKit.Ctf;

namespace XenDumpAdapter.Core.Tests.Types.Ctf;

/// <summary>One lie each, and then many at random: nothing throws, nothing runs for ever, what is intact stays, and what is broken is said.</summary>
public class HostileCtfTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Theory]
    [InlineData(0, 0x00, "it does not start with CTF's magic but with 0xcf00")]
    [InlineData(2, 0, "version 0 is not known")]
    [InlineData(2, 4, "version 4 is not known")]
    [InlineData(2, 0xff, "version 255 is not known")]
    public void Another_header_is_refused_by_its_number(int at, byte value, string why)
    {
        byte[] raw = Containers.Everything(2).Build();
        raw[at] = value;
        Assert.Null(CtfContainer.Open(raw, "CTF of x", _diagnostics));
        Assert.Equal($"CTF of x cannot be used: {why}.", Assert.Single(_diagnostics.Items).Text);
    }

    [Fact]
    public void The_other_byte_order_is_refused_by_name()
    {
        byte[] raw = Containers.Everything(2).Build();
        (raw[0], raw[1]) = (raw[1], raw[0]);
        Assert.Null(CtfContainer.Open(raw, "CTF of x", _diagnostics));
        Assert.Contains("big-endian", Assert.Single(_diagnostics.Items).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_and_a_header_that_is_cut_off_are_refused()
    {
        byte[] raw = Containers.Everything(2).Build();
        for (int length = 0; length < 36; length++) Assert.Null(CtfContainer.Open(raw.AsMemory(0, length), $"x{length}", _diagnostics));
        Assert.NotNull(CtfContainer.Open(raw.AsMemory(0, 36), "x", _diagnostics));
        Assert.All(_diagnostics.Items, d => Assert.Equal("ctf/header", d.Id));
    }

    [Theory]
    [InlineData(0x7fffffffu)]
    [InlineData(0xffffffffu)]
    [InlineData((uint)DumpLimits.CtfBytes + 1)]
    public void A_claim_beyond_the_limit_is_refused_before_anything_is_allocated(uint strings)
    {
        var w = Containers.Everything(2);
        w.Header = h => h[7] = strings;
        byte[] raw = w.Build();
        var types = Containers.Open(raw, _diagnostics);
        Assert.False(types.Container.IsUsable);
        Assert.Empty(types.Names);
        Assert.Null(types.Find("int"));
        AssertCheap(raw, 1 << 16);
        Assert.Contains("the limit is", Assert.Single(_diagnostics.Items).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_that_so_few_bytes_cannot_give_is_refused_before_anything_is_allocated()
    {
        var w = Containers.Everything(2);
        w.Header = h => h[7] = 60 << 20;
        byte[] raw = w.Build();
        Assert.False(Containers.Open(raw, _diagnostics).Container.IsUsable);
        AssertCheap(raw, 1 << 16);
        Assert.Contains("cannot be the", Assert.Single(_diagnostics.Items).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_gives_no_more_than_the_header_states()
    {
        var w = Containers.Everything(2);
        w.Tail = new byte[300 << 20];
        byte[] raw = w.Build();
        Assert.False(Containers.Open(raw, _diagnostics).Container.IsUsable);
        AssertCheap(raw, 1 << 20);
        Assert.Contains("is longer than", Assert.Single(_diagnostics.Items).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_of_zeros_as_large_as_may_be_is_read_in_no_time()
    {
        var w = new CtfWriter { Compressed = true };
        w.RawTypes(new byte[63 << 20]);
        byte[] raw = w.Build();
        var types = Containers.Open(raw, _diagnostics);
        Assert.Equal(0x7fff, types.Container.TypeCount);
        Assert.Empty(types.Names);
        var limit = TimeSpan.FromSeconds(1.5);
        Assert.True(Cost.Time(() => Assert.Empty(Containers.Open(raw).Names), limit) <= limit);
        Assert.Contains("more than 32767 types", Assert.Single(_diagnostics.Items).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_body_of_another_size_is_refused(int more)
    {
        var w = Containers.Everything(2);
        w.Header = h => h[7] = (uint)(h[7] + more);
        Assert.False(Containers.Open(w.Build(), _diagnostics).Container.IsUsable);
        Assert.Equal("ctf/body", Assert.Single(_diagnostics.Items).Id);
    }

    [Fact]
    public void A_compressed_body_that_is_damaged_is_refused_and_bytes_behind_it_do_no_harm()
    {
        byte[] raw = Containers.Everything(2).Build();
        Assert.True(Containers.Open([.. raw, 1, 2, 3, 4, 5, 6, 7, 8], _diagnostics).Container.IsUsable);
        Assert.Empty(_diagnostics.Items);
        raw[raw.Length / 2] ^= 0x10;
        Assert.False(Containers.Open(raw, _diagnostics).Container.IsUsable);
        Assert.Equal("ctf/body", Assert.Single(_diagnostics.Items).Id);
    }

    [Theory]
    [InlineData(2, 0xfffffff0u, "labels")]
    [InlineData(3, 0x1000000u, "labels")]
    [InlineData(3, 5u, "types of data symbols")]
    [InlineData(4, 0xffffffffu, "types of functions")]
    public void A_table_that_is_misplaced_is_empty_and_the_types_stay(int field, uint value, string name)
    {
        var w = Containers.Everything(2);
        w.Header = h => h[field] = value;
        var types = Containers.Open(w.Build(), _diagnostics, new CtfSurroundings { PointerSize = 8, Symbols = () => [new CtfSymbol("v", 1, 1, 1), new CtfSymbol("f", 2, 1, 1)] });
        Assert.Equal("struct self", types.Find("struct self")!.DisplayName);
        Assert.Null(types.OfSymbol("v"));
        Assert.Null(types.OfSymbol("f"));
        Assert.Empty(types.Container.Labels.Skip(1));
        Assert.Contains(_diagnostics.Items, d => d.Id == "ctf/sections" && d.Text.Contains(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(5, 0xfffffffcu)]
    [InlineData(5, 10u)]
    [InlineData(6, 0u)]
    public void Types_that_are_misplaced_leave_nothing(int field, uint value)
    {
        var w = Containers.Everything(2, compressed: false);
        w.Header = h => h[field] = value;
        var types = Containers.Open(w.Build(), _diagnostics);
        Assert.False(types.Container.IsUsable);
        Assert.Equal(0, types.Container.TypeCount);
        Assert.IsType<BrokenType>(types.TypeAt(1));
        Assert.Contains(_diagnostics.Items, d => d.Id == "ctf/sections");
    }

    [Fact]
    public void Types_before_an_unknown_kind_stay()
    {
        foreach (int kind in Enumerable.Range(14, 18))
        {
            var w = Containers.Everything(2);
            w.Reference(kind, "odd", 1);
            w.Typedef("lost_t", 1);
            var types = Containers.Open(w.Build(), _diagnostics);
            Assert.Equal(40, types.Container.TypeCount);
            Assert.NotNull(types.Find("pair_t"));
            Assert.Null(types.Find("lost_t"));
            Assert.Contains(_diagnostics.Items, d => d.Id == "ctf/types" && d.Text.Contains("there is no kind", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Types_before_a_record_that_reaches_past_the_section_stay()
    {
        var w = Containers.Everything(2);
        w.RawTypes([.. BitConverter.GetBytes(0), .. BitConverter.GetBytes((ushort)w.Info(6, 1023, true)), 8, 0]);
        var types = Containers.Open(w.Build(), _diagnostics);
        Assert.Equal(40, types.Container.TypeCount);
        Assert.NotNull(types.Find("pair_t"));
        Assert.Contains("the section ends in it", Assert.Single(_diagnostics.Items).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void References_in_a_circle_end(int kind)
    {
        foreach (int length in new[] { 1, 2, 3, 500 })
        {
            var w = new CtfWriter();
            for (int i = 1; i <= length; i++) w.Reference(kind, $"t{i}", (uint)(i % length + 1));
            w.Struct("s", 16, new CtfMember("loop", 1, 0), new CtfMember("", 2, 3));
            CheckAll(Containers.Open(w.Build(), _diagnostics));
        }
    }

    [Fact]
    public void Mixed_circles_end()
    {
        var w = new CtfWriter();
        w.Array(2, 1, 3);
        w.Typedef("a", 3);
        w.Const(4);
        w.Array(1, 1, uint.MaxValue);
        w.Function(6, 6, 6, 6);
        w.Pointer(5);
        w.Function(7, 7, 7, 7, 0);
        w.Typedef("b", 7);
        w.Array(9, 9, 2);
        CheckAll(Containers.Open(w.Build(), _diagnostics));
    }

    [Fact]
    public void A_struct_that_contains_itself_many_times_is_written_within_limits()
    {
        var w = new CtfWriter();
        uint number = w.Integer("int", 1, 32);
        uint array = w.Array(3, number, 100_000);
        w.Struct("s", 8, new CtfMember("", 3, 0), new CtfMember("", 3, 0), new CtfMember("x", 3, 0), new CtfMember("many", array, 0), new CtfMember("n", number, 0));
        CheckAll(Containers.Open(w.Build(), _diagnostics));
        var type = (AggregateType)Containers.Open(w.Build()).Find("struct s")!;
        Assert.Null(type.FindMember("nothing"));
        var limit = TimeSpan.FromSeconds(2);
        var time = Cost.Time(() => Assert.InRange(ValueFormatter.FormatTree(TypedValue.OfBytes(type, Values.Space(), new byte[8])).Count(), 1, 3 * DumpLimits.ValueLines), limit);
        Assert.True(time <= limit, $"{time}");
    }

    [Fact]
    public void Arrays_of_arrays_are_no_larger_than_numbers_are()
    {
        var w = new CtfWriter();
        uint at = w.Integer("char", 3, 8);
        for (int i = 0; i < 150; i++) at = w.Array(at, 1, 0xffff_ffff);
        var type = Containers.Open(w.Build(), _diagnostics).TypeAt(at);
        Assert.Equal(ulong.MaxValue, type.Size);
        Look(type);
    }

    [Fact]
    public void Members_outside_of_their_structure_are_broken_and_the_others_stay()
    {
        var w = new CtfWriter();
        uint number = w.Integer("int", 1, 32);
        w.Struct("s", 8, new CtfMember("in", number, 32), new CtfMember("out", number, 0xfff0), new CtfMember("end", w.Array(number, number, 0), 64));
        w.Struct("large", 1 << 20, new CtfMember("far", number, ulong.MaxValue));
        var types = Containers.Open(w.Build(), _diagnostics);
        var s = Assert.IsType<AggregateType>(types.Find("struct s"));
        Assert.Equal(4UL, s.FindMember("in")!.Offset);
        Assert.Equal("<broken type: a member at byte 8190 of a structure of 8>", s.FindMember("out")!.Type.DisplayName);
        Assert.Equal((8UL, "int [0]"), (s.FindMember("end")!.Offset, s.FindMember("end")!.Type.DisplayName));
        Assert.IsType<BrokenType>(Assert.IsType<AggregateType>(types.Find("struct large")).Members[0].Type);
        CheckAll(types);
    }

    [Fact]
    public void Numbers_and_strings_that_lead_nowhere_say_so()
    {
        var w = new CtfWriter();
        uint number = w.Integer("int", 1, 32);
        w.Pointer(999);
        w.RawTypes([0xff, 0xff, 0xff, 0x7f, .. BitConverter.GetBytes((ushort)w.Info(10, 0, true)), 1, 0]);
        w.RawTypes([1, 0, 0, 0x80, .. BitConverter.GetBytes((ushort)w.Info(10, 0, true)), 1, 0]);
        var types = Containers.Open(w.Build(), _diagnostics);
        Assert.Equal("int", types.TypeAt(number).Name);
        Assert.Equal("<broken type: type 999 is not among the 4 of CTF of test> *", types.TypeAt(2).DisplayName);
        Assert.Equal(("(?)", "(?)"), (types.TypeAt(3).Name, types.TypeAt(4).Name));
        CheckAll(types);
    }

    [Fact]
    public void Modules_that_are_each_others_parent_end()
    {
        var first = new CtfWriter(2, "b");
        first.Typedef("x", 1);
        first.Typedef("own", 0x8001);
        var second = new CtfWriter(2, "a");
        second.Typedef("y", 1);
        var self = new CtfWriter(2, "c");
        self.Typedef("z", 1);
        var all = new Dictionary<string, CtfTypes>();
        foreach (var (name, w) in new[] { ("a", first), ("b", second), ("c", self) })
            all[name] = Containers.Open(w.Build(), _diagnostics, new CtfSurroundings { PointerSize = 8, Parent = all.GetValueOrDefault, Elsewhere = n => all["a"].Find(n) }, name);
        foreach (var types in all.Values) CheckAll(types);
        Assert.IsType<BrokenType>(all["a"].Find("own")!.Strip());
        Assert.IsType<BrokenType>(all["c"].Find("z")!.Strip());
        Assert.Contains(_diagnostics.Items, d => d.Id == "ctf/parent");
    }

    [Fact]
    public void One_damaged_number_makes_no_child()
    {
        var w = Containers.Everything(2);
        for (int i = 0; i < 100; i++) w.Typedef($"t{i}", 3);
        w.Typedef("odd", 0x8003);
        var types = Containers.Open(w.Build(), _diagnostics);
        Assert.False(types.Container.IsChild);
        Assert.Equal(4UL, types.Find("t7")!.Size);
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Version_3_counts_in_the_millions_are_limited()
    {
        var w = new CtfWriter(3);
        uint number = w.Integer("int", 1, 32);
        w.RawTypes([0, 0, 0, 0, .. BitConverter.GetBytes(w.Info(5, 1_000_000, true)), 1, 0, 0, 0, .. Enumerable.Repeat<byte>(2, 4_000_000)]);
        w.Pointer(2);
        var types = Containers.Open(w.Build(), _diagnostics);
        Assert.Equal(3, types.Container.TypeCount);
        Assert.True(Assert.IsType<FunctionType>(types.TypeAt(2)).Parameters.Count <= DumpLimits.Arguments);
        var limit = TimeSpan.FromSeconds(2);
        var time = Cost.Time(() => CheckAll(types), limit);
        Assert.True(time <= limit, $"{time}");
        Assert.Equal(1u, number);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public void Files_that_end_anywhere_are_read_as_far_as_they_go(int version, bool compressed)
    {
        byte[] raw = Small(version, compressed);
        for (int length = 0; length < raw.Length; length++)
        {
            var bag = new DiagnosticBag();
            Check(raw.AsMemory(0, length), bag);

            // Only the end mark and the checksum behind the compressed body may be missing unsaid.
            if (length < raw.Length - 6) Assert.NotEmpty(bag.Items);
        }
    }

    [Fact]
    public void Bytes_changed_at_random_do_no_harm()
    {
        var random = new Random(7);
        byte[] nasty = [0, 1, 0x7f, 0x80, 0xff];
        byte[][] all = [Small(1, false), Small(2, false), Small(3, false), Small(2, true)];
        for (int round = 0; round < 4000; round++)
        {
            byte[] raw = [.. all[round % all.Length]];
            for (int change = random.Next(1, 5); change > 0; change--)
                raw[random.Next(4, raw.Length)] = random.Next(2) == 0 ? nasty[random.Next(nasty.Length)] : (byte)random.Next(256);
            Check(raw, new DiagnosticBag());
        }
    }

    /// <summary>Opening takes no more than so many bytes: the header's claim is not believed.</summary>
    private static void AssertCheap(byte[] raw, long bytes) => Assert.InRange(Cost.Allocated(() => Assert.False(Containers.Open(raw).Container.IsUsable), bytes), 0, bytes);

    private static byte[] Small(int version, bool compressed)
    {
        var w = Containers.Everything(version, compressed);
        w.Object(3).Object(12).FunctionSymbol(3, 12, 0).NoFunction().FunctionSymbol(12, 3);
        return w.Build();
    }

    private static void Check(ReadOnlyMemory<byte> raw, DiagnosticBag diagnostics)
    {
        if (CtfContainer.Open(raw, "test", diagnostics) is not { } container) return;
        CtfSymbol[] symbols = [new("v", 1, 1, 1), new("f", 2, 1, 2), new("w", 1, 1, 3), new("g", 2, 1, 4), new("h", 2, 1, 5)];
        var types = new CtfTypes(container, new CtfSurroundings { PointerSize = 8, Symbols = () => symbols, Parent = _ => null }, diagnostics);
        foreach (var symbol in symbols) Look(types.OfSymbol(symbol.Name));
        Assert.NotNull(container.Label ?? "");
        CheckAll(types);
    }

    /// <summary>Asks everything; the answers may be anything.</summary>
    private static void CheckAll(CtfTypes types)
    {
        for (uint id = 0; id <= (uint)types.Container.TypeCount + 1; id++)
        {
            Look(types.TypeAt(id));
            if (types.Container.IsChild) Look(types.TypeAt(id | 0x8000));
        }

        foreach (string name in types.Names.ToList()) Look(types.Find(name));
    }

    private static void Look(CType? type)
    {
        if (type is null) return;
        Assert.InRange(type.DisplayName.Length, 1, 2_000_000);
        Assert.InRange(type.Size, 0UL, ulong.MaxValue);
        if (type.Strip() is AggregateType aggregate) Assert.True(aggregate.Members.Count <= DumpLimits.Members);
        Assert.NotEmpty(ValueFormatter.Format(TypedValue.At(type, Values.Space(0, new byte[64]), 0x10)));
        Assert.NotEmpty(ValueFormatter.FormatTree(TypedValue.At(type, Values.Space(0, new byte[64]), 0x10), 3).Take(200).ToList());
    }
}
