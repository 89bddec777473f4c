using System.Buffers.Binary;
using System.Numerics;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// lzjb, the kernel's page compressor (illumos: usr/src/uts/common/os/compress.c). A copymap byte, then eight items, one for each of its bits from the lowest: a
/// literal byte, or two bytes that say how much to repeat and from how far back (<c>LLLLLLDD DDDDDDDD</c>: L + 3 bytes, D back). No end mark: it ends when the
/// page is full.
/// </summary>
public static class Lzjb
{
    private const int MatchMinimum = 3;
    private const int MatchMost = 66;
    private const int DistanceBits = 10;

    /// <summary>Items that a copymap byte is for.</summary>
    private const int Items = 8;

    /// <summary>Bytes beyond their end that copies in whole words may read or write.</summary>
    private const int Overshoot = 8;

    /// <summary>
    /// Unpacks into <paramref name="page"/>, all of it; false where the bytes are damaged (they end too early, or repeat what is before the page), with
    /// <paramref name="page"/> in part overwritten. As many bytes as the page has, or more, are the page itself, unpacked.
    /// </summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> page)
    {
        if (packed.Length >= page.Length)
        {
            packed[..page.Length].CopyTo(page);
            return true;
        }

        int from = 0, to = 0;
        int safeTo = page.Length - (Items * MatchMost) - Overshoot, safeFrom = packed.Length - 1 - (Items * 2) - Overshoot;
        while (from <= safeFrom && to <= safeTo)
        {
            // The bit above the map stands for its end.
            int map = packed[from++] | (1 << Items);
            while (true)
            {
                // All literals up to the next match, at once.
                int literals = BitOperations.TrailingZeroCount(map);
                BinaryPrimitives.WriteUInt64LittleEndian(page[to..], BinaryPrimitives.ReadUInt64LittleEndian(packed[from..]));
                from += literals;
                to += literals;
                map >>= literals;
                if (map == 1) break;
                int pair = BinaryPrimitives.ReadUInt16BigEndian(packed[from..]);
                from += 2;
                map >>= 1;
                int length = (pair >> DistanceBits) + MatchMinimum, distance = pair & ((1 << DistanceBits) - 1);
                if (distance == 0 || distance > to) return false;
                Repeat(page, to, distance, length);
                to += length;
            }
        }

        return TryUnpackEnd(packed[from..], page, to);
    }

    /// <summary>The last items, byte by byte: where the page or the packed bytes may end at any of them.</summary>
    private static bool TryUnpackEnd(ReadOnlySpan<byte> packed, Span<byte> page, int to)
    {
        int from = 0, map = 0;
        for (int item = Items; to < page.Length && from < packed.Length; item++, map >>= 1)
        {
            if (item == Items)
            {
                map = packed[from++];
                item = 0;
                if (from == packed.Length) return false;
            }

            if ((map & 1) == 0)
            {
                page[to++] = packed[from++];
                continue;
            }

            if (from + 1 >= packed.Length) return false;
            int pair = (packed[from] << 8) | packed[from + 1];
            from += 2;
            int distance = pair & ((1 << DistanceBits) - 1), end = Math.Min(page.Length, to + (pair >> DistanceBits) + MatchMinimum);
            if (distance == 0 || distance > to) return false;
            for (; to < end; to++) page[to] = page[to - distance];
        }

        return to == page.Length;
    }

    /// <summary>
    /// Copies within the page; may write up to <see cref="Overshoot"/> bytes behind. From eight bytes back on in whole words. From nearer, the pattern is repeated
    /// until it is eight bytes or more long, and is then copied in words too.
    /// </summary>
    private static void Repeat(Span<byte> page, int to, int distance, int length)
    {
        int from = to - distance, end = to + length;
        if (distance < 8)
        {
            // A multiple of the distance that is at least 8 repeats the same pattern.
            int far = distance * ((7 / distance) + 1);
            int near = Math.Min(end, to + far - distance);
            for (; to < near; to++) page[to] = page[to - distance];
            from = to - far;
            if (to >= end) return;
        }

        for (; to < end; to += 8, from += 8)
            BinaryPrimitives.WriteUInt64LittleEndian(page[to..], BinaryPrimitives.ReadUInt64LittleEndian(page[from..]));
    }
}
