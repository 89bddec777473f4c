using XenDumpAdapter.Core.Formats;

namespace XenDumpAdapter.Core.Tests.Opening;

/// <summary>A file some of whose pages are damaged while all others are read from it. Remembers which pages were read.</summary>
internal sealed class DamagedSource(IByteSource file) : IByteSource
{
    private const int Page = 4096;
    private readonly Dictionary<long, byte[]> _damaged = [];
    private readonly HashSet<long> _touched = [];

    /// <inheritdoc/>
    public long Length => file.Length;

    /// <inheritdoc/>
    public string Name => file.Name;

    /// <summary>The pages that were read, in the order of the file.</summary>
    public IReadOnlyList<long> Touched => [.. _touched.Order()];

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> destination)
    {
        int got = file.Read(offset, destination);
        for (long page = offset / Page; got > 0 && page <= (offset + got - 1) / Page; page++)
        {
            _touched.Add(page);
            if (!_damaged.TryGetValue(page, out byte[]? bytes)) continue;
            long from = Math.Max(page * Page, offset), to = Math.Min(page * Page + bytes.Length, offset + got);
            bytes.AsSpan((int)(from - page * Page), (int)(to - from)).CopyTo(destination[(int)(from - offset)..]);
        }

        return got;
    }

    /// <summary>Does one kind of damage to a page.</summary>
    public void Damage(long page, Random random)
    {
        if (!_damaged.TryGetValue(page, out byte[]? bytes)) _damaged[page] = bytes = Original(page);
        if (bytes.Length < 8) return;
        switch (random.Next(8))
        {
            case 0: bytes.AsSpan().Clear(); break;
            case 1: random.NextBytes(bytes); break;
            case 2: CopyOf(Original(Math.Max(0, page + random.Next(-4, 5))), bytes); break;
            case 3: bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8)); break;
            default: ReplaceWords(bytes, random); break;
        }
    }

    private static void CopyOf(byte[] other, byte[] bytes) => other.AsSpan(0, Math.Min(other.Length, bytes.Length)).CopyTo(bytes);

    private static void ReplaceWords(byte[] bytes, Random random)
    {
        for (int i = 1 << random.Next(8); i > 0; i--)
        {
            var word = bytes.AsSpan(random.Next(bytes.Length / 8) * 8, 8);
            if (random.Next(4) == 0) bytes.AsSpan(random.Next(bytes.Length / 8) * 8, 8).CopyTo(word);
            else BitConverter.TryWriteBytes(word, NastyNumbers.Any(random));
        }
    }

    private byte[] Original(long page)
    {
        byte[] bytes = new byte[Page];
        return bytes[..file.Read(page * Page, bytes)];
    }
}
