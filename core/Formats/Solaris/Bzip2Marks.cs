namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>A block of a bzip2 stream: a run of bits.</summary>
/// <param name="StartBit">Its first bit: that of its mark.</param>
/// <param name="EndBit">One past its last bit: the next mark, or the end.</param>
/// <param name="Level">The level that the stream states, 1 to 9: blocks are made of up to 100,000 bytes times that.</param>
internal readonly record struct Bzip2Block(long StartBit, long EndBit, int Level);

/// <summary>
/// Finds the blocks of bzip2 streams without unpacking them. A block starts with 48 bits (the digits of pi, 0x314159265359) and is not aligned to bytes; a stream ends
/// with 48 others (those of the square root of pi, 0x177245385090) and a checksum, filled up to a byte, after which another stream may begin ("BZh" and the level).
/// </summary>
internal static class Bzip2Marks
{
    /// <summary>Bits of a mark.</summary>
    public const int MarkBits = 48;

    /// <summary>The mark of a block.</summary>
    public const ulong BlockMark = 0x314159265359;

    /// <summary>The mark of a stream's end.</summary>
    public const ulong EndMark = 0x177245385090;

    private const ulong Mask = (1UL << MarkBits) - 1;
    private const int Window = 1 << 18;

    /// <summary>The blocks, in order.</summary>
    public static List<Bzip2Block> Find(IByteSource bytes, CancellationToken cancel)
    {
        var blocks = new List<Bzip2Block>();
        int level = LevelAt(bytes, 0);
        long start = -1;
        foreach (var (bit, isEnd) in Marks(bytes, cancel))
        {
            if (start >= 0) blocks.Add(new Bzip2Block(start, bit, level));
            start = isEnd ? -1 : bit;
            if (isEnd) level = LevelAt(bytes, (bit + MarkBits + 32 + 7) / 8);
        }

        if (start >= 0) blocks.Add(new Bzip2Block(start, bytes.Length * 8, level));
        return blocks;
    }

    /// <summary>Whether a bzip2 stream begins with these bytes.</summary>
    public static bool IsStream(ReadOnlySpan<byte> bytes) => bytes.Length >= 4 && bytes.StartsWith("BZh"u8) && bytes[3] is >= (byte)'1' and <= (byte)'9';

    private static int LevelAt(IByteSource bytes, long offset)
    {
        Span<byte> head = stackalloc byte[4];
        return bytes.Read(offset, head) == head.Length && IsStream(head) ? head[3] - '0' : 9;
    }

    /// <summary>
    /// Where marks start. Of the last 64 bits seen, bits 16 to 23 lie inside any mark that ends in the last byte, whichever bit it ends on; a table says which
    /// marks and which bits have that value there.
    /// </summary>
    private static IEnumerable<(long Bit, bool IsEnd)> Marks(IByteSource bytes, CancellationToken cancel)
    {
        ushort[] possible = Possible();
        byte[] window = new byte[Window];
        ulong seen = 0;
        long at = 0;
        for (int got; (got = bytes.Read(at, window)) > 0; at += got)
        {
            cancel.ThrowIfCancellationRequested();
            for (int i = 0; i < got; i++)
            {
                seen = (seen << 8) | window[i];
                int maybe = possible[(int)(seen >> 16 & 0xff)];
                for (int shift = 7; maybe != 0 && shift >= 0; shift--)
                {
                    if ((maybe & (0x101 << shift)) == 0) continue;
                    ulong bits = (seen >> shift) & Mask;
                    long start = ((at + i + 1) * 8) - shift - MarkBits;
                    if (start >= 0 && (bits is BlockMark or EndMark)) yield return (start, bits == EndMark);
                }
            }
        }
    }

    /// <summary>For each value of the byte: bit s for a block's mark that ends s bits before the last bit, bit s + 8 for that of an end.</summary>
    private static ushort[] Possible()
    {
        ushort[] possible = new ushort[256];
        for (int shift = 0; shift < 8; shift++)
        {
            possible[(int)(BlockMark >> (16 - shift) & 0xff)] |= (ushort)(1 << shift);
            possible[(int)(EndMark >> (16 - shift) & 0xff)] |= (ushort)(0x100 << shift);
        }

        return possible;
    }
}
