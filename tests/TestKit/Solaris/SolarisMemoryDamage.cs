using System.Buffers.Binary;

namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// Spoils what is in memory, under a sound carrier: words of pages become null, themselves, each other, addresses of other pages, or absurd, so that lists loop and
/// counts and pointers lie.
/// </summary>
public static class SolarisMemoryDamage
{
    /// <summary>A copy of the image with damage; the same for the same seed.</summary>
    /// <param name="image">The image, which stays as it is.</param>
    /// <param name="seed">Of all that is random.</param>
    /// <param name="interesting">Frames that are hit more often than others, such as those that a reader looks at; may be empty.</param>
    public static SolarisMemoryImage Of(SolarisMemoryImage image, int seed, IReadOnlyList<ulong> interesting)
    {
        var random = new Random(seed);
        var copy = image.Copy();
        ulong[] all = [.. image.Pfns];
        var places = image.Translations;
        Span<byte> word = stackalloc byte[8];
        for (int count = 1 << random.Next(8); count > 0; count--)
        {
            ulong pfn = interesting.Count > 0 && random.Next(4) != 0 ? interesting[random.Next(interesting.Count)] : all[random.Next(all.Length)];
            int at = random.Next(SolarisMemoryImage.PageSize / image.WordBytes) * image.WordBytes;
            BinaryPrimitives.WriteUInt64LittleEndian(word, Value(random, image, pfn, at, places));
            copy.WritePage(pfn, at, word[..image.WordBytes]);
        }

        return copy;
    }

    private static ulong Value(Random random, SolarisMemoryImage image, ulong pfn, int at, IReadOnlyList<SolarisTranslation> places)
    {
        var other = places[random.Next(places.Count)];
        ulong own = places.FirstOrDefault(t => t.Pfn == pfn).Va + (ulong)at;
        return random.Next(9) switch
        {
            0 => 0,
            1 => own,
            2 => own - (ulong)Math.Min(at, random.Next(64) * image.WordBytes),
            3 or 4 => other.Va + (ulong)(random.Next(1024) * 4),
            5 => ulong.MaxValue,
            6 => (ulong)random.Next(1 << 16),
            7 => image.Contents(pfn)[at] ^ (1UL << random.Next(image.WordSize)),
            _ => (ulong)random.NextInt64(),
        };
    }
}
