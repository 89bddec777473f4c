using System.Numerics;
using System.Runtime.InteropServices;

namespace XenDumpAdapter.Core.Formats.Kdump;

/// <summary>
/// One bit a frame, least significant bit first. A page's descriptor is found by how many bits before its own are set, so on first use
/// the bitmap is read once and the count before each block of 4096 frames kept: 32 KB for 64 GB. The bits themselves stay in the file.
/// </summary>
internal sealed class PageBitmap
{
    private const int BlockBytes = 512;
    private const int BlockBits = BlockBytes * 8;
    private readonly IByteSource _file;
    private readonly ulong _offset;
    private readonly Lazy<ulong[]> _before;

    /// <summary>A bitmap in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where it starts.</param>
    /// <param name="bits">Bits that are used, at most <see cref="Primitives.DumpLimits.MachineFrames"/>; those that the file has no bytes for count as clear.</param>
    public PageBitmap(IByteSource file, ulong offset, ulong bits)
    {
        _file = file;
        _offset = offset;
        ulong there = offset < (ulong)file.Length ? (ulong)file.Length - offset : 0;
        Bits = there < bits / 8 ? there * 8 : bits;
        _before = new Lazy<ulong[]>(CountBlocks);
    }

    /// <summary>How many bits there are.</summary>
    public ulong Bits { get; }

    /// <summary>Whether the bit is set and, if so, how many bits before it are.</summary>
    public bool TryRank(ulong bit, out ulong rank)
    {
        rank = 0;
        if (bit >= Bits) return false;
        Span<byte> block = stackalloc byte[BlockBytes];
        ulong index = bit / BlockBits;
        block = block[..ReadBlock(index, block)];
        int within = (int)(bit % BlockBits);
        if (within / 8 >= block.Length || (block[within / 8] >> (within % 8) & 1) == 0) return false;
        rank = _before.Value[index] + (ulong)Count(block, within);
        return true;
    }

    /// <summary>Whether the bit is set.</summary>
    public bool IsSet(ulong bit)
    {
        Span<byte> one = stackalloc byte[1];
        return bit < Bits && _file.TryRead(_offset + (bit / 8), one) && (one[0] >> (int)(bit % 8) & 1) != 0;
    }

    /// <summary>Runs of set bits, ascending.</summary>
    public IEnumerable<(ulong First, ulong Count)> Runs()
    {
        byte[] chunk = new byte[1 << 16];
        ulong start = 0;
        bool open = false;
        for (ulong at = 0; at < Bits; at += (ulong)chunk.Length * 8)
        {
            int got = _file.Read((long)(_offset + (at / 8)), chunk);
            ulong bits = Math.Min((ulong)got * 8, Bits - at);
            for (ulong i = 0; i < bits;)
            {
                byte b = chunk[i / 8];
                if (i % 8 == 0 && (b == (open ? 0xff : 0)) && i + 8 <= bits)
                {
                    i += 8;
                    continue;
                }

                bool set = (b >> (int)(i % 8) & 1) != 0;
                if (set && !open) start = at + i;
                if (!set && open) yield return (start, at + i - start);
                open = set;
                i++;
            }

            if (got < chunk.Length) break;
        }

        if (open) yield return (start, Bits - start);
    }

    private ulong[] CountBlocks()
    {
        ulong blocks = (Bits + BlockBits - 1) / BlockBits;
        ulong[] before = new ulong[blocks];
        byte[] chunk = new byte[BlockBytes * 256];
        ulong total = 0;
        for (ulong i = 0; i < blocks;)
        {
            int got = _file.Read((long)(_offset + (i * BlockBytes)), chunk);
            for (int at = 0; at < chunk.Length && i < blocks; at += BlockBytes, i++)
            {
                before[i] = total;
                int here = Math.Clamp(got - at, 0, BlockBytes);
                total += (ulong)Count(chunk.AsSpan(at, here), here * 8);
            }
        }

        return before;
    }

    private int ReadBlock(ulong index, Span<byte> block) => _file.Read((long)(_offset + (index * BlockBytes)), block);

    /// <summary>Set bits among the first <paramref name="bits"/>.</summary>
    private static int Count(ReadOnlySpan<byte> bytes, int bits)
    {
        int count = 0;
        int whole = bits / 64;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes)[..whole]) count += BitOperations.PopCount(word);
        for (int i = whole * 8; i < bits / 8; i++) count += BitOperations.PopCount(bytes[i]);
        if (bits % 8 != 0) count += BitOperations.PopCount((uint)bytes[bits / 8] & ((1u << (bits % 8)) - 1));
        return count;
    }
}
