using System.Text;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

public class LzjbTests
{
    [Theory]
    [InlineData("02413001", 16, "AAAAAAAAAAAAAAAA")]
    [InlineData("4079616464612020062c2020626c61681c05", 33, "yadda yadda yadda, blah blah blah")]
    public void Unpacks_known_bytes(string packed, int length, string text)
    {
        byte[] page = new byte[length];
        Assert.True(Lzjb.TryUnpack(Convert.FromHexString(packed), page));
        Assert.Equal(text, Encoding.ASCII.GetString(page));
    }

    [Fact]
    public void Takes_as_many_bytes_as_the_page_has_for_the_page()
    {
        byte[] page = new byte[4];
        Assert.True(Lzjb.TryUnpack([1, 2, 3, 4, 5], page));
        Assert.Equal([1, 2, 3, 4], page);
    }

    [Fact]
    public void Unpacks_pages_of_every_kind()
    {
        var random = new Random(11);
        for (int round = 0; round < 300; round++)
        {
            // Patterns of every distance, runs, noise between them.
            byte[] page = new byte[4096];
            int period = 1 + (round % 90);
            for (int i = 0; i < page.Length; i++) page[i] = i < period || random.Next(1 + (round * 2)) == 0 ? (byte)random.Next(1 + (round % 256)) : page[i - period];
            byte[] packed = LzjbWriter.PackOrKeep(page);
            byte[] unpacked = new byte[4096];
            Assert.True(Lzjb.TryUnpack(packed, unpacked));
            Assert.Equal(page, unpacked);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("02")]
    [InlineData("0241")]
    [InlineData("024130")]
    [InlineData("01 3001")]
    [InlineData("02 41 3000")]
    [InlineData("02 41 3002")]
    [InlineData("02 41 0001")]
    public void Refuses_bytes_that_end_too_early_or_repeat_what_is_not_there(string packed)
    {
        Assert.False(Lzjb.TryUnpack(Convert.FromHexString(packed.Replace(" ", "", StringComparison.Ordinal)), new byte[16]));
    }

    [Fact]
    public void Ends_whatever_the_bytes_are()
    {
        var random = new Random(5);
        byte[] page = new byte[4096];
        byte[] good = LzjbWriter.PackOrKeep(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(i => $"page {i / 3}, "))).AsSpan(0, 2000).ToArray().Concat(new byte[2096]).ToArray());
        int unpacked = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = round % 2 == 0 ? new byte[random.Next(4096)] : good[..random.Next(good.Length)];
            if (round % 2 == 0) random.NextBytes(bytes);
            for (int i = 0; i < 3 && bytes.Length > 0; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (Lzjb.TryUnpack(bytes, page)) unpacked++;
        }

        Assert.InRange(unpacked, 1, 19_999);
    }
}
