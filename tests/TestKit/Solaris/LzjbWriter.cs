namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// Packs bytes as lzjb: a byte of flags before every eight items, an item being a literal byte or two bytes that say how many bytes to repeat from how
/// far back. Every match is one that a decoder can make; it is longer than what the kernel's table would find, no more.
/// </summary>
public static class LzjbWriter
{
    private const int LeastMatch = 3;
    private const int MostMatch = 66;
    private const int Reach = 1023;

    /// <summary>The packed bytes, or null where they would not be fewer than the bytes themselves.</summary>
    public static byte[]? Pack(ReadOnlySpan<byte> bytes)
    {
        byte[] packed = new byte[bytes.Length];
        int[] seen = new int[1 << 12];
        int to = 0, flags = 0;
        for (int at = 0, items = 0; at < bytes.Length; items++)
        {
            // Flags, and two bytes of an item.
            if (to + 3 >= packed.Length) return null;
            if (items % 8 == 0) packed[flags = to++] = 0;
            int length = Match(bytes, at, seen, out int distance);
            if (length < LeastMatch)
            {
                packed[to++] = bytes[at++];
                continue;
            }

            packed[flags] |= (byte)(1 << (items % 8));
            packed[to++] = (byte)(((length - LeastMatch) << 2) | (distance >> 8));
            packed[to++] = (byte)(distance & 0xff);
            at += length;
        }

        return packed[..to];
    }

    /// <summary>A page as the kernel would store it: packed, or as it is.</summary>
    public static byte[] PackOrKeep(ReadOnlySpan<byte> bytes) => Pack(bytes) ?? bytes.ToArray();

    private static int Match(ReadOnlySpan<byte> bytes, int at, int[] seen, out int distance)
    {
        distance = 0;
        if (at + LeastMatch > bytes.Length) return 0;
        uint three = bytes[at] | ((uint)bytes[at + 1] << 8) | ((uint)bytes[at + 2] << 16);
        ref int last = ref seen[unchecked(three * 0x9e3779b1) >> 20];
        (int earlier, last) = (last - 1, at + 1);
        if (earlier < 0 || at - earlier > Reach) return 0;
        distance = at - earlier;
        var here = bytes[at..Math.Min(bytes.Length, at + MostMatch)];
        return here.CommonPrefixLength(bytes[earlier..]);
    }
}
