using System.Text;
using CsCheck;
using XenDumpAdapter.Core.Formats.Kdump;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Formats;

public class Lzo1xTests
{
    private const string End = "110000";

    /// <summary>Streams written by hand, each for one form of the format.</summary>
    [Theory]
    [InlineData("12" + "61", "a")]
    [InlineData("14" + "616263", "abc")]
    [InlineData("15" + "61626364", "abcd")]
    [InlineData("01" + "61626364", "abcd")]
    [InlineData("0f" + "616263646566676869616263646566676869", "abcdefghiabcdefghi")]
    [InlineData("0001" + "61626364656667686961626364656667686961", "abcdefghiabcdefghia")]
    [InlineData("13" + "6162" + "0400", "abab")]
    [InlineData("13" + "6162" + "0500" + "63" + "0800", "ababcab")]
    [InlineData("15" + "61626364" + "4c00", "abcdabc")]
    [InlineData("15" + "61626364" + "6c00", "abcdabcd")]
    [InlineData("15" + "61626364" + "8c00", "abcdabcda")]
    [InlineData("15" + "61626364" + "ec00", "abcdabcdabcd")]
    [InlineData("15" + "61626364" + "4e00" + "7879", "abcdabcxy")]
    [InlineData("15" + "61626364" + "4d00" + "78" + "0c00", "abcdabcxab")]
    [InlineData("15" + "61626364" + "4c00" + "01" + "65666768", "abcdabcefgh")]
    [InlineData("15" + "61626364" + "210c00", "abcdabc")]
    [InlineData("15" + "61626364" + "210f00" + "78797a", "abcdabcxyz")]
    [InlineData("13" + "6162" + "3f" + "0400", "abababababababababababababababababa")]
    [InlineData("12" + "61" + "2001" + "0000", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Unpacks_each_form(string stream, string text)
    {
        byte[] plain = new byte[text.Length];
        Assert.True(Lzo1x.TryUnpack(Convert.FromHexString(stream + End), plain));
        Assert.Equal(text, Encoding.Latin1.GetString(plain));
    }

    /// <summary>The page of zeros as liblzo packs it, out of a dump that makedumpfile -l made.</summary>
    [Fact]
    public void Unpacks_what_liblzo_packed()
    {
        byte[] plain = new byte[4096];
        plain.AsSpan().Fill(0xcc);
        Assert.True(Lzo1x.TryUnpack(Convert.FromHexString("02000000000020000000000000000000000000000000da10000c000000000000000000000000000000" + End), plain));
        Assert.All(plain, b => Assert.Equal(0, b));
        Assert.True(Lzo1x.TryUnpack(Convert.FromHexString("0a679092020000000067c092020020000000000000000000000000000000d200000c000000000000000000000000000000" + End), plain));
        Assert.Equal("67909202000000" + "0067c09202" + "0000000000", Convert.ToHexStringLower(plain.AsSpan(0, 17)));
        Assert.All(plain[17..], b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 20_000)]
    [InlineData(2, 2)]
    [InlineData(7, 8)]
    [InlineData(1024, 2)]
    [InlineData(2048, 8)]
    [InlineData(2048, 9)]
    [InlineData(2049, 3)]
    [InlineData(3072, 3)]
    [InlineData(3073, 3)]
    [InlineData(16384, 33)]
    [InlineData(16384, 34)]
    [InlineData(16384, 289)]
    [InlineData(16385, 3)]
    [InlineData(16385, 9)]
    [InlineData(16385, 10)]
    [InlineData(32767, 265)]
    [InlineData(32768, 3)]
    [InlineData(49151, 1000)]
    public void Copies_from_as_far_back_as_each_form_reaches(int distance, int length)
    {
        byte[] start = Noise(49_151);
        var writer = new LzoWriter().Literals(start);
        if (length == 2) writer.Match(500, 3).Literals("x"u8);
        byte[] packed = writer.Match(distance, length).Literals("yz"u8).End();
        List<byte> expected = [.. start];
        if (length == 2) expected.AddRange([.. start[^500..^497], (byte)'x']);
        for (int i = 0; i < length; i++) expected.Add(expected[^distance]);
        expected.AddRange("yz"u8);
        byte[] plain = new byte[expected.Count];
        Assert.True(Lzo1x.TryUnpack(packed, plain));
        Assert.Equal(expected, plain);
    }

    [Fact]
    public void Unpacks_what_the_writer_packs() => PageLike.Sample(
        bytes =>
        {
            byte[] plain = new byte[bytes.Length];
            return Lzo1x.TryUnpack(LzoWriter.Pack(bytes), plain) && plain.AsSpan().SequenceEqual(bytes);
        },
        iter: 2000);

    /// <summary>One lie each: bytes before the start, more than the page holds, an end that is early, late or missing.</summary>
    [Theory]
    [InlineData("", 4)]
    [InlineData("11", 0)]
    [InlineData(End, 1)]
    [InlineData(End + "00", 0)]
    [InlineData("15" + "61626364", 4)]
    [InlineData("15" + "61626364" + End, 5)]
    [InlineData("15" + "61626364" + End, 3)]
    [InlineData("15" + "61626364" + End + "00", 4)]
    [InlineData("15" + "61626364" + "120000", 4)]
    [InlineData("15" + "61626364" + "100100" + "00", 4)]
    [InlineData("15" + "616263", 4)]
    [InlineData("ff" + "616263", 3)]
    [InlineData("0001" + "616263" + End, 19)]
    [InlineData("15" + "61626364" + "5000" + End, 7)]
    [InlineData("15" + "61626364" + "4cff" + End, 7)]
    [InlineData("15" + "61626364" + "0c00" + End, 7)]
    [InlineData("13" + "6162" + "0800" + End, 4)]
    [InlineData("15" + "61626364" + "211000" + End, 7)]
    [InlineData("15" + "61626364" + "110400" + End, 7)]
    [InlineData("15" + "61626364" + "19ffff" + End, 7)]
    [InlineData("4c00" + End, 3)]
    [InlineData("210000" + End, 3)]
    [InlineData("11" + "01" + "00" + "00" + End, 64)]
    [InlineData("15" + "61626364" + "6c00" + End, 7)]
    [InlineData("15" + "61626364" + "4f00" + "78", 8)]
    [InlineData("12" + "61" + "20" + "0000000000000000", 4096)]
    [InlineData("12" + "61" + "20" + "000000000000000001" + "0000" + End, 4096 / 4)]
    [InlineData("00" + "0000000000000000" + "ff", 4096)]
    public void Refuses_a_stream_that_lies(string stream, int size) => Assert.False(Lzo1x.TryUnpack(Convert.FromHexString(stream), new byte[size]));

    [Fact]
    public void Refuses_every_stream_that_is_cut_off()
    {
        foreach (byte[] bytes in new[] { new byte[4096], Noise(4096), Text(4096), Text(9000) })
        {
            byte[] packed = LzoWriter.Pack(bytes);
            byte[] plain = new byte[bytes.Length];
            for (int length = 0; length < packed.Length; length++) Assert.False(Lzo1x.TryUnpack(packed.AsSpan(0, length), plain), $"{length} of {packed.Length}");
        }
    }

    /// <summary>A length of 255 for each zero byte must neither overflow nor take long.</summary>
    [Fact]
    public void Refuses_lengths_without_end()
    {
        byte[] packed = new byte[32 << 20];
        Assert.False(Lzo1x.TryUnpack(packed, new byte[4096]));
        packed[^1] = 1;
        Assert.False(Lzo1x.TryUnpack(packed, new byte[4096]));
        packed[0] = 18;
        packed[2] = 32;
        Assert.False(Lzo1x.TryUnpack(packed, new byte[4096]));
    }

    [Fact]
    public void Survives_any_bytes_and_writes_nothing_beside_the_page()
    {
        var random = new Random(11);
        byte[] around = new byte[4096 + 200];
        byte[][] streams = [LzoWriter.Pack(new byte[4096]), LzoWriter.Pack(Text(4096)), LzoWriter.Pack(Noise(4096))];
        int refused = 0;
        for (int turn = 0; turn < 60_000; turn++)
        {
            byte[] packed = [.. streams[turn % streams.Length]];
            for (int lies = random.Next(1, 5); lies > 0; lies--) packed[random.Next(packed.Length)] = (byte)random.Next(256);
            if (turn % 7 == 0) random.NextBytes(packed);
            around.AsSpan().Fill(0x5a);
            if (!Lzo1x.TryUnpack(packed, around.AsSpan(100, 4096))) refused++;
            Assert.False(around.AsSpan(0, 100).ContainsAnyExcept((byte)0x5a));
            Assert.False(around.AsSpan(4196).ContainsAnyExcept((byte)0x5a));
        }

        Assert.InRange(refused, 20_000, 59_999);
    }

    /// <summary>Runs, repeats and noise in any mixture.</summary>
    private static readonly Gen<byte[]> PageLike = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 700], Gen.Byte, Gen.Int)
        .Array[0, 30]
        .Select(parts =>
        {
            var bytes = new List<byte>();
            foreach (var (kind, length, value, seed) in parts)
            {
                if (kind == 0) bytes.AddRange(Enumerable.Repeat(value, length));
                else if (kind == 1) bytes.AddRange(Noise(length, seed));
                else if (kind == 2) bytes.AddRange(Noise((value % 5) + 1, seed));
                else bytes.AddRange(bytes.GetRange(bytes.Count / 3, Math.Min(length, bytes.Count / 2)));
            }

            return bytes.ToArray();
        });

    private static byte[] Noise(int length, int seed = 5)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Text(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)("the stack of a domain"[i * i / 64 % 21] + (i / 500));
        return bytes;
    }
}
