using System.Buffers.Binary;
using System.Globalization;
using XenDumpAdapter.Core.Commands.Searching;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary><c>::kgrep</c> beside a search that looks at one number after the other.</summary>
public class SearchTests
{
    public static TheoryData<int, int> Kernels => new() { { 32, 1 }, { 64, 2 }, { 64, 3 } };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Finds_what_one_number_after_the_other_finds(int size)
    {
        var random = new Random(size);
        ulong most = size == 8 ? ulong.MaxValue : (1UL << (size * 8)) - 1;
        for (int round = 0; round < 200; round++)
        {
            // Few different bytes, so that there is something to find.
            byte[] bytes = new byte[random.Next(300)];
            for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)"\0\x01\x7f\x80\xff"[random.Next(5)];
            ulong value = (ulong)random.NextInt64() & most;
            if (bytes.Length >= size && random.Next(4) != 0) value = Number(bytes, random.Next(bytes.Length / size) * size, size);
            ulong high = value + (ulong)random.NextInt64((long)Math.Min(most - value, 1 << 16) + 1);
            ulong mask = unchecked((ulong)random.NextInt64() * 2) & most;
            Check(WordSearch.Exact(size, value), bytes, size, n => n == value);
            Check(WordSearch.Range(size, value, high), bytes, size, n => n >= value && n <= high);
            Check(WordSearch.Masked(size, value, mask), bytes, size, n => (n & mask) == (value & mask));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Kgrep_prints_every_mapped_place_of_a_number(int wordSize, int seed)
    {
        var image = SolarisScenes.Pages(wordSize, seed, foreign: 3);
        using var dump = MdbDump.Of(image, new SolarisDumpSettings { PanicString = "made up" });
        ulong kas = SolarisScenes.Kas(wordSize);
        var random = new Random(seed);
        int word = wordSize / 8;
        foreach (int size in (int[])[1, 2, 4, 8])
        {
            for (int round = 0; round < 4; round++)
            {
                ulong value = Some(image, random, size);
                Assert.Equal(Places(image, kas, size, n => n == value), Found(dump, $"0x{value:x}::kgrep -s {size}"));
                ulong distance = (ulong)random.Next(1, 100), most = size == 8 ? ulong.MaxValue : (1UL << (size * 8)) - 1;
                if (value <= most - distance) Assert.Equal(Places(image, kas, size, n => n >= value && n - value < distance), Found(dump, $"0x{value:x}::kgrep -s {size} -d {distance:x}"));
                ulong mask = most & ~0xfUL;
                Assert.Equal(Places(image, kas, size, n => (n & mask) == (value & mask)), Found(dump, $"0x{value & mask:x}::kgrep -s {size} -m {mask:x}"));
                Assert.Equal(Places(image, kas, size, n => (n & mask) == (value & mask)), Found(dump, $"0x{value & mask:x}::kgrep -s {size} -M f"));
            }
        }

        ulong pointer = Some(image, random, word);
        Assert.Equal(Places(image, kas, word, n => n == pointer), Found(dump, $"0x{pointer:x}::kgrep"));
    }

    [Fact]
    public void Kgrep_of_addresses_between_two()
    {
        var image = SolarisScenes.Pages(64, seed: 5);
        using var dump = MdbDump.Of(image, new SolarisDumpSettings { PanicString = "made up" });
        ulong[] all = Places(image, SolarisScenes.Kas(64), 4, n => n == 0);
        ulong from = all[all.Length / 3] + 1, to = all[all.Length / 2];
        Assert.Equal([.. all.Where(a => a >= from && a < to)], Found(dump, $"0::kgrep -s 4 -a 0x{from:x} -A 0x{to:x}"));
        Assert.Equal($"{all[0]:x}:\t0", dump.Lines("0::kgrep -s 4 -v")[0]);
    }

    [Fact]
    public void Kgrep_ends_when_it_is_cancelled()
    {
        var image = SolarisScenes.Pages(64, pages: 40);
        using var dump = MdbDump.Of(image, new SolarisDumpSettings { PanicString = "made up" });
        using var stop = new CancellationTokenSource();
        int lines = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in dump.Session.Run("0::kgrep -s 1", stop.Token))
                if (++lines == 10) stop.Cancel();
        });

        // At the end of a page at the latest.
        Assert.InRange(lines, 10, SolarisMemoryImage.PageSize);
    }

    private static void Check(WordSearch search, byte[] bytes, int size, Func<ulong, bool> wanted)
    {
        var expected = Enumerable.Range(0, bytes.Length / size).Select(i => i * size).Where(i => wanted(Number(bytes, i, size)));
        var found = new List<int>();
        for (int at = search.Next(bytes, 0); at >= 0; at = at + size <= bytes.Length ? search.Next(bytes, at + size) : -1) found.Add(at);
        Assert.Equal(expected, found);
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, int at, int size)
    {
        Span<byte> whole = stackalloc byte[8];
        whole.Clear();
        bytes.Slice(at, size).CopyTo(whole);
        return BinaryPrimitives.ReadUInt64LittleEndian(whole);
    }

    private static ulong Some(SolarisMemoryImage image, Random random, int size)
    {
        ulong[] pages = [.. image.Pfns];
        return Number(image.Contents(pages[random.Next(pages.Length)]), random.Next(SolarisMemoryImage.PageSize / size) * size, size);
    }

    /// <summary>Every place of every page of the space, ascending; of a page that was recorded twice, what was recorded later.</summary>
    private static ulong[] Places(SolarisMemoryImage image, ulong space, int size, Func<ulong, bool> wanted)
    {
        var pages = new SortedDictionary<ulong, ulong>();
        foreach (var translation in image.Translations.Where(t => t.As == space)) pages[translation.Va] = translation.Pfn;
        var found = new List<ulong>();
        foreach (var (va, pfn) in pages)
        {
            for (int at = 0; at < SolarisMemoryImage.PageSize; at += size)
                if (wanted(Number(image.Contents(pfn), at, size))) found.Add(va + (ulong)at);
        }

        return [.. found];
    }

    private static ulong[] Found(MdbDump dump, string line) =>
        [.. dump.Run(line).Where(o => !o.IsError).Select(o => ulong.Parse(o.Text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
}
