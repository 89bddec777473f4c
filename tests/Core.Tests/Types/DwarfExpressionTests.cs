using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Dwarf;

namespace XenDumpAdapter.Core.Tests.Types;

public class DwarfExpressionTests
{
    private static readonly BaseType Short = new("short", 2, BaseEncoding.Signed);
    private static readonly DwarfUnitInfo Unit = new(8, 5, index => index == 3 ? 0x7777UL : null, offset => offset == 0x20 ? Short : null);

    private readonly ExpressionContext _context = new()
    {
        Register = number => number switch { 0 => 0x1122334455667788, 3 => 0x100, 7 => 0xffff_8300_0000_7f00, _ => null },
        Memory = ReadMemory,
        FrameBase = () => 0x5000,
        Cfa = () => 0x6000,
    };

    [Theory]
    [InlineData("30", 0UL)]
    [InlineData("4f", 31UL)]
    [InlineData("08-ff", 255UL)]
    [InlineData("09-ff", ulong.MaxValue)]
    [InlineData("0a-34-12", 0x1234UL)]
    [InlineData("0b-fe-ff", ulong.MaxValue - 1)]
    [InlineData("0d-00-00-00-80", 0xffff_ffff_8000_0000)]
    [InlineData("0e-08-07-06-05-04-03-02-01", 0x0102030405060708UL)]
    [InlineData("10-80-01", 128UL)]
    [InlineData("11-7f", ulong.MaxValue)]
    [InlineData("11-80-80-80-80-80-80-80-80-80-7f", 0x8000_0000_0000_0000)]
    [InlineData("03-08-07-06-05-04-03-02-01", 0x0102030405060708UL)]
    [InlineData("73-08", 0x108UL)]
    [InlineData("77-78", 0xffff_8300_0000_7ef8)]
    [InlineData("92-03-08", 0x108UL)]
    [InlineData("91-70", 0x4ff0UL)]
    [InlineData("9c-23-08", 0x6008UL)]
    [InlineData("31-32-1c", ulong.MaxValue)] // 1 - 2
    [InlineData("31-32-22", 3UL)]
    [InlineData("35-33-1e", 15UL)]
    [InlineData("09-f8-33-1b", 0xffff_ffff_ffff_fffe)] // -8 / 3 is signed
    [InlineData("37-33-1d", 1UL)]
    [InlineData("3f-33-1a", 3UL)]
    [InlineData("34-33-21", 7UL)]
    [InlineData("3f-33-27", 12UL)]
    [InlineData("31-34-24", 16UL)]
    [InlineData("31-08-40-24", 0UL)] // shifted out
    [InlineData("09-f0-32-26", 0xffff_ffff_ffff_fffc)]
    [InlineData("09-f0-32-25", 0x3fff_ffff_ffff_fffc)]
    [InlineData("09-f0-19", 16UL)]
    [InlineData("31-1f", ulong.MaxValue)]
    [InlineData("30-20", ulong.MaxValue)]
    [InlineData("09-ff-31-2d", 1UL)] // -1 < 1
    [InlineData("31-31-29", 1UL)]
    [InlineData("31-32-2a", 0UL)]
    [InlineData("31-32-16", 1UL)] // swap
    [InlineData("31-32-33-17-13", 1UL)] // rot: 3 1 2, drop: 3 1
    [InlineData("31-32-33-17", 2UL)]
    [InlineData("31-32-14", 1UL)] // over
    [InlineData("31-32-33-15-02", 1UL)] // pick
    [InlineData("31-12-22", 2UL)] // dup
    [InlineData("31-28-01-00-32-33", 3UL)] // branch taken over lit2
    [InlineData("32-30-28-01-00-33-34-22", 7UL)] // not taken
    [InlineData("31-2f-01-00-30-96", 1UL)]
    [InlineData("0a-00-40-06", 0x4746454443424140UL)]
    [InlineData("0a-00-40-94-02", 0x4140UL)]
    [InlineData("a1-03", 0x7777UL)]
    [InlineData("0a-ff-ff-a8-20", 0xffffUL)] // a short's bits
    [InlineData("0a-ff-ff-a8-20-a8-00", ulong.MaxValue)] // and widened again
    [InlineData("a4-20-02-fe-ff-a8-00", 0xffff_ffff_ffff_fffe)]
    [InlineData("a5-00-20-a8-00", 0x7788UL)]
    public void Computes(string expression, ulong value)
    {
        var location = Evaluate(expression);
        Assert.Equal((DwarfLocationKind.Address, value), (location.Kind, location.Address));
    }

    [Fact]
    public void Addresses_of_32_bits_wrap_at_32_bits()
    {
        var context = new ExpressionContext { AddressSize = 4 };
        Assert.Equal(0xffff_ffffUL, DwarfExpression.Evaluate(Bytes("31-32-1c"), null, context).Address);
        Assert.Equal(1UL, DwarfExpression.Evaluate(Bytes("31-32-1c-31-2d"), null, context).Address);
        Assert.Equal(0x04030201UL, DwarfExpression.Evaluate(Bytes("03-01-02-03-04"), null, context).Address);
    }

    [Fact]
    public void Registers_values_and_blocks_are_no_addresses()
    {
        Assert.Equal((DwarfLocationKind.Register, 6), (Evaluate("56").Kind, Evaluate("56").Register));
        Assert.Equal(300, Evaluate("90-ac-02").Register);
        Assert.Equal("05-00-00-00-00-00-00-00", BitConverter.ToString(Evaluate("35-9f").Bytes.ToArray()));
        Assert.Equal("07-00", BitConverter.ToString(Evaluate("37-a8-20-9f").Bytes.ToArray()));
        Assert.Equal("AA-BB", BitConverter.ToString(Evaluate("9e-02-aa-bb").Bytes.ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a3-01-55-9f")]
    [InlineData("f3-01-55-9f")]
    [InlineData("a0-00-00-00-00-00")]
    [InlineData("f2-00-00-00-00-00")]
    public void What_the_compiler_dropped_is_optimized_out(string expression) => Assert.Equal(DwarfLocationKind.OptimizedOut, Evaluate(expression).Kind);

    [Fact]
    public void Entry_values_are_used_where_the_caller_knows_them()
    {
        var context = new ExpressionContext { EntryValue = block => block.Span[0] == 0x55 ? 42UL : null };
        Assert.Equal(42, DwarfExpression.Evaluate(Bytes("a3-01-55-9f"), null, context).Bytes.Span[0]);
    }

    [Theory]
    [InlineData("72-00", "register 2")]
    [InlineData("0a-00-90-06", "memory at 0x9000")]
    [InlineData("31-30-1b", "divides by zero")]
    [InlineData("31-30-1d", "divides by zero")]
    [InlineData("22", "broken")]
    [InlineData("13", "broken")]
    [InlineData("31-22", "broken")]
    [InlineData("31-16", "broken")]
    [InlineData("15-05", "broken")]
    [InlineData("08", "broken")]
    [InlineData("10-80", "broken")]
    [InlineData("9e-ff-ff-ff-ff-0f", "broken")]
    [InlineData("2f-ff-7f", "broken")]
    [InlineData("2f-00-80", "broken")]
    [InlineData("31-94-09", "broken")]
    [InlineData("31-94-00", "broken")]
    [InlineData("90-ff-ff-ff-ff-ff-ff-ff-ff-ff-01", "broken")]
    [InlineData("50-31", "goes on after its end")]
    [InlineData("e1", "operation 0xe1")]
    [InlineData("a8-99-01", "no base type")]
    [InlineData("a1-09", ".debug_addr")]
    [InlineData("50-93-ff-ff-ff-ff-ff-ff-ff-ff-ff-01", "a piece of")]
    public void What_cannot_be_evaluated_says_why(string expression, string why)
    {
        var location = Evaluate(expression);
        Assert.Equal(DwarfLocationKind.Unavailable, location.Kind);
        Assert.Contains(why, location.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_ends() => Assert.Contains("steps", Evaluate("2f-fd-ff").Text, StringComparison.Ordinal);

    [Fact]
    public void A_stack_that_grows_without_end_ends() => Assert.Contains("stack", Evaluate("31-2f-fc-ff").Text, StringComparison.Ordinal);

    [Fact]
    public void The_lowest_number_by_minus_one_wraps() =>
        Assert.Equal(0x8000_0000_0000_0000, Evaluate("0e-00-00-00-00-00-00-00-80-09-ff-1b").Address);

    [Fact]
    public void Any_bytes_end_in_an_answer()
    {
        var random = new Random(1);
        for (int i = 0; i < 50_000; i++)
        {
            var bytes = new byte[random.Next(1, 24)];
            random.NextBytes(bytes);
            Assert.True(Enum.IsDefined(DwarfExpression.Evaluate(bytes, i % 2 == 0 ? Unit : null, _context).Kind));
        }
    }

    [Fact]
    public void Pieces_are_put_together()
    {
        // Two bytes of rax, two of memory, one bit-piece: 4 bits of rbx from bit 8, and 4 bits of nothing that is known.
        var location = Evaluate("50-93-02-0a-00-40-93-02-53-9d-04-08");
        Assert.Equal(DwarfLocationKind.Pieces, location.Kind);
        var space = AddressSpace.Of("x", 64, new Flat());
        var value = location.ToValue(new BaseType("long", 8, BaseEncoding.Unsigned), space, _context);
        Span<byte> four = stackalloc byte[4];
        Assert.True(value.TryRead(0, four));
        Assert.Equal("88-77-40-41", BitConverter.ToString(four.ToArray()));
        Assert.False(value.TryRead(4, four[..1]));
        Assert.NotNull(value.WhyUnreadable());
        Assert.Equal(ValueStatus.OptimizedOut, Evaluate("93-04-93-04").ToValue(new BaseType("long", 8, BaseEncoding.Unsigned), space, _context).Status);
    }

    [Fact]
    public void Members_of_a_value_in_pieces_are_known_one_by_one()
    {
        var number = new BaseType("int", 4, BaseEncoding.Signed);
        var type = new AggregateType("s", false, 8, false, () => [new MemberInfo("a", number, 0), new MemberInfo("b", number, 32)]);
        var value = Evaluate("53-93-04-93-04").ToValue(type, AddressSpace.Of("x", 64, new Flat()), _context);
        Assert.Equal("{a = 256, b = <optimized out>}", ValueFormatter.Format(value));
    }

    [Fact]
    public void Numbers_of_call_frame_information_start_from_the_cfa()
    {
        var context = new ExpressionContext { Initial = 0x8000, Register = number => number == 6 ? 0x9000UL : null };
        Assert.True(DwarfExpression.TryEvaluateNumber(Bytes("23-10"), null, context, out ulong value, out _));
        Assert.Equal(0x8010UL, value);
        Assert.True(DwarfExpression.TryEvaluateNumber(Bytes("56"), null, context, out value, out _));
        Assert.Equal(0x9000UL, value);
        Assert.False(DwarfExpression.TryEvaluateNumber(Bytes("55"), null, context, out _, out string? why));
        Assert.Contains("register 5", why, StringComparison.Ordinal);
    }

    private DwarfLocation Evaluate(string expression) => DwarfExpression.Evaluate(Bytes(expression), Unit, _context);

    private static byte[] Bytes(string hex) => hex.Length == 0 ? [] : [.. hex.Split('-').Select(b => Convert.ToByte(b, 16))];

    /// <summary>Bytes from 0x4000 to 0x4fff, each the low byte of its address plus 0x40.</summary>
    private static bool ReadMemory(ulong address, Span<byte> destination)
    {
        if (address is < 0x4000 or >= 0x4f00) return false;
        for (int i = 0; i < destination.Length; i++) destination[i] = (byte)((address + (ulong)i + 0x40) & 0xff);
        return true;
    }

    private sealed class Flat : IMemory<Core.Primitives.VirtualAddress>
    {
        public int Read(Core.Primitives.VirtualAddress address, Span<byte> destination) => 0;

        public Fault Explain(Core.Primitives.VirtualAddress address) => new(FaultKind.NotMapped, "nothing is mapped");
    }
}
