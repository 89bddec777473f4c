using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Tests.Commands.Language;

public sealed class MdbExpressionTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("10", 0x10)]
    [InlineData("0t10", 10)]
    [InlineData("0T10", 10)]
    [InlineData("0o17", 15)]
    [InlineData("0i101", 5)]
    [InlineData("0xFf", 255)]
    [InlineData("1_0000", 0x10000)]
    [InlineData("0i1111_0000", 0xf0)]
    [InlineData("'a'", 0x61)]
    [InlineData("'abc'", 0x616263)]
    [InlineData("''", 0)]
    [InlineData(@"'\n'", 10)]
    [InlineData(@"'\''", 39)]
    [InlineData("ffffffffffffffff", ulong.MaxValue)]
    [InlineData("1+2*3", 7)]
    [InlineData("1|6&3", 3)]
    [InlineData("1|2^3&1", 3)]
    [InlineData("1<<4+1", 0x20)]
    [InlineData("ff>>4", 0xf)]
    [InlineData("10-4-2", 0xa)]
    [InlineData("100%10%2", 8)]
    [InlineData("0-7%2", unchecked((ulong)-3))]
    [InlineData("(0-7)%2", unchecked((ulong)-3))]
    [InlineData("(0-8000000000000000)%(0-1)", 0x8000000000000000)]
    [InlineData("7%%4", 3)]
    [InlineData("2*7%%4", 6)]
    [InlineData("11#8", 0x18)]
    [InlineData("10#8", 0x10)]
    [InlineData("fffffffffffffff1#8", 0xfffffffffffffff8)]
    [InlineData("2==2", 1)]
    [InlineData("2!=2", 0)]
    [InlineData("1==1==1", 1)]
    [InlineData("1==2-1", 1)]
    [InlineData("4&5==5", 0)]
    [InlineData("-1", ulong.MaxValue)]
    [InlineData("~0", ulong.MaxValue)]
    [InlineData("#0", 1)]
    [InlineData("#5", 0)]
    [InlineData("##5", 1)]
    [InlineData("-1+2", 1)]
    [InlineData("- -1", 1)]
    [InlineData("~1&3", 2)]
    [InlineData("1<<40", 0)]
    [InlineData("1<<3f", 0x8000000000000000)]
    [InlineData("1>>ffffffffffffffff", 0)]
    [InlineData("((((5))))", 5)]
    [InlineData(" 1\t+ 2 ", 3)]
    [InlineData("panic", 0xf0000010)]
    [InlineData("panic+8", 0xf0000018)]
    [InlineData("xpv`panic", 0xff100000)]
    [InlineData("a.b", 0x55)]
    [InlineData("add", 0x77)]
    [InlineData("adc", 0xadc)]
    [InlineData("<x", 5)]
    [InlineData("<eip+<x", 0x1239)]
    [InlineData("<0", 9)]
    [InlineData("1<<<x", 0x20)]
    [InlineData(".", 0x100)]
    [InlineData(".+8", 0x108)]
    [InlineData("+", 0x104)]
    [InlineData("^", 0xfc)]
    [InlineData("&", 0x200)]
    [InlineData("++1", 0x105)]
    [InlineData("^^1", 0xfd)]
    [InlineData("&&f00", 0x200)]
    [InlineData("*10", 0x1716151413121110)]
    [InlineData("*/c/10", 0x10)]
    [InlineData("*/1/10", 0x10)]
    [InlineData("*/s/10", 0x1110)]
    [InlineData("*/2/10", 0x1110)]
    [InlineData("*/i/10", 0x13121110)]
    [InlineData("*/4/10", 0x13121110)]
    [InlineData("*/8/10", 0x1716151413121110)]
    [InlineData("*/l/10", 0x1716151413121110)]
    [InlineData("%/s/10", 0x1110)]
    [InlineData("%10", 0x1716151413121110)]
    [InlineData("*/c/10+1", 0x11)]
    [InlineData("*/c/(10+1)", 0x11)]
    [InlineData("2**/c/10", 0x20)]
    [InlineData("-*/c/10", unchecked((ulong)-0x10))]
    public void Has_the_value(string text, ulong value) => Assert.Equal(value, new PlainScope().Value(text));

    [Fact]
    public void Pointers_are_as_wide_as_the_target_has_them() => Assert.Equal(0x13121110UL, new PlainScope { PointerSize = 4 }.Value("*10+0**/l/0"));

    [Theory]
    [InlineData(10, "11", 11)]
    [InlineData(8, "11", 9)]
    [InlineData(2, "11", 3)]
    [InlineData(10, "0x11", 17)]
    [InlineData(10, "add", 0x77)]
    public void Numbers_without_prefix_are_of_the_radix(int radix, string text, ulong value) => Assert.Equal(value, new PlainScope { Radix = radix }.Value(text));

    [Theory]
    [InlineData("1+", "an expression is wanted here", 2, 0)]
    [InlineData("(1", "( is not closed", 0, 1)]
    [InlineData("1)", "syntax error near \")\"", 1, 1)]
    [InlineData("1 2", "syntax error near \"2\"", 2, 1)]
    [InlineData("1%0", "attempted to divide by zero", 0, 3)]
    [InlineData("5+1#0", "attempted to divide by zero", 2, 3)]
    [InlineData("1%%0", "attempted to divide by zero", 0, 4)]
    [InlineData("zz+1", "failed to dereference symbol: unknown symbol name zz", 0, 2)]
    [InlineData("1+<zz", "<zz is no variable or register that has a value here", 2, 3)]
    [InlineData("12g", "12g is no number of radix 16 that 64 bits hold", 0, 3)]
    [InlineData("10000000000000000", "10000000000000000 is no number of radix 16 that 64 bits hold", 0, 17)]
    [InlineData("0t18446744073709551616", "0t18446744073709551616 is no number of radix 10 that 64 bits hold", 0, 22)]
    [InlineData("0t1f", "0t1f is no number of radix 10 that 64 bits hold", 0, 4)]
    [InlineData("'123456789'", "character constant may not exceed 8 bytes", 0, 11)]
    [InlineData("'a", "the quote is not closed", 0, 1)]
    [InlineData("'\u20ac'", "\u20ac is no character of one byte", 0, 3)]
    [InlineData("*/q/1", "invalid cast -- /q/: sizes are c, s, i, l, 1, 2, 4 and 8", 1, 3)]
    [InlineData("< 1", "< wants the name of a variable or register", 0, 1)]
    public void Says_what_is_wrong_and_where(string text, string words, int start, int length)
    {
        var e = Assert.Throws<MdbException>(() => new PlainScope().Value(text));
        Assert.Equal(words, e.Message);
        Assert.Equal(new TextSpan(start, length), e.At);
    }

    [Theory]
    [InlineData('(', ')')]
    [InlineData('*', ' ')]
    [InlineData('-', ' ')]
    public void Nesting_has_an_end(char open, char close)
    {
        string text = new string(open, 10_000) + "1" + new string(close, 10_000);
        var e = Assert.Throws<MdbException>(() => new PlainScope().Value(text));
        Assert.Contains("nests deeper than", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_sum_is_no_deep_one() => Assert.Equal(200_001UL, new PlainScope().Value("1" + string.Concat(Enumerable.Repeat("+1", 200_000))));
}
