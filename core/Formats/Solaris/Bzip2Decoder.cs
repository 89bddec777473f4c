using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.BZip2;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>Unpacks single blocks of a bzip2 stream: each is put behind a header and before an end of its own, and so is a stream that any decoder takes.</summary>
internal static class Bzip2Decoder
{
    private const int HeaderBytes = 4;
    private const int ChecksumBits = 32;

    /// <summary>Bytes that a block can have, packed: more than that is damage (a block of level 9 has 900,000 bytes before it is packed).</summary>
    private const long MostPackedBytes = 2 << 20;

    /// <summary>The bytes of a block; null where it is damaged.</summary>
    /// <param name="bytes">The packed bytes.</param>
    /// <param name="block">Which of them.</param>
    /// <param name="most">Bytes at which it is left.</param>
    public static byte[]? Unpack(IByteSource bytes, Bzip2Block block, int most)
    {
        if (Single(bytes, block) is not { } stream) return null;
        try
        {
            using var input = new BZip2InputStream(new MemoryStream(stream));
            byte[] unpacked = new byte[Math.Min((block.Level * 100_000) + 1, most)];
            int length = 0;
            for (int got; (got = input.Read(unpacked, length, unpacked.Length - length)) > 0;)
            {
                length += got;
                if (length == most) break;
                if (length == unpacked.Length) Array.Resize(ref unpacked, (int)Math.Min(unpacked.Length * 2L, most));
            }

            return length == unpacked.Length ? unpacked : unpacked[..length];
        }
        catch (Exception e) when (e is SharpZipBaseException or IOException or IndexOutOfRangeException or ArgumentException or OverflowException or InvalidOperationException or NullReferenceException)
        {
            // What its authors throw for damage, and what damage makes of its tables.
            return null;
        }
    }

    /// <summary>Header, the block moved to where a byte begins, mark of the end, checksum of the whole, which is the block's own.</summary>
    private static byte[]? Single(IByteSource bytes, Bzip2Block block)
    {
        long bits = block.EndBit - block.StartBit, first = block.StartBit / 8;
        if (bits < Bzip2Marks.MarkBits + ChecksumBits || bits / 8 > MostPackedBytes) return null;
        byte[] packed = new byte[(int)(((block.EndBit + 7) / 8) - first) + 1];
        if (!bytes.TryRead((ulong)first, packed.AsSpan(0, packed.Length - 1))) return null;
        int length = (int)bits, whole = (length + 7) / 8, shift = (int)(block.StartBit % 8);
        byte[] stream = new byte[HeaderBytes + whole + ((Bzip2Marks.MarkBits + ChecksumBits) / 8) + 1];
        stream[0] = (byte)'B';
        stream[1] = (byte)'Z';
        stream[2] = (byte)'h';
        stream[3] = (byte)('0' + block.Level);
        for (int i = 0; i < whole; i++) stream[HeaderBytes + i] = (byte)((((packed[i] << 8) | packed[i + 1]) >> (8 - shift)) & 0xff);
        ulong checksum = 0;
        for (int i = 0; i < ChecksumBits / 8; i++) checksum = (checksum << 8) | stream[HeaderBytes + (Bzip2Marks.MarkBits / 8) + i];
        Put(stream, (HeaderBytes * 8) + length, Bzip2Marks.EndMark, Bzip2Marks.MarkBits);
        Put(stream, (HeaderBytes * 8) + length + Bzip2Marks.MarkBits, checksum, ChecksumBits);
        return stream;
    }

    /// <summary>Writes bits, the most significant first.</summary>
    private static void Put(byte[] stream, int bit, ulong value, int count)
    {
        for (int i = 0; i < count; i++, bit++)
        {
            byte mask = (byte)(0x80 >> (bit % 8));
            if ((value >> (count - 1 - i) & 1) != 0) stream[bit / 8] |= mask;
            else stream[bit / 8] &= (byte)(0xff ^ mask);
        }
    }
}
