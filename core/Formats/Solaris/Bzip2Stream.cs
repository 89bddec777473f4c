namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// A stream of <c>dump_clevel</c> 2: the blocks of its tag, joined, are bzip2 streams, whose bytes are groups of a header and plain pages (illumos:
/// usr/src/uts/common/os/dumpsubr.c, dumpsys_bzip2). Any of its pages can be read by unpacking the one or two bzip2 blocks that it is in.
/// </summary>
internal sealed class Bzip2Stream
{
    /// <summary>Unpacked blocks that are kept: small ones in so many slots, and one large one.</summary>
    private const int Slots = 32;
    private const int SmallBytes = 1 << 20;

    /// <summary>Blocks that are unpacked at once, times their level.</summary>
    private const int MostAtOnce = 8;

    /// <summary>So many blocks may be small; of more than that the mean is a page at least. Each costs the tables of a whole block to unpack.</summary>
    private const int FewBlocks = 500;
    private const int LeastBlockBytes = 4096;

    /// <summary>What a block can unpack to: 900,000 bytes of five for each run of 259 at most.</summary>
    private const ulong MostBlockBytes = 48 << 20;

    private readonly JoinedBytes _bytes;
    private readonly int _tag;
    private readonly Unpacked?[] _kept = new Unpacked?[Slots + 1];
    private List<Bzip2Block> _blocks = [];
    private long[] _starts = [];
    private int _most;

    /// <summary>A stream.</summary>
    public Bzip2Stream(IByteSource file, int tag, IReadOnlyList<(long Offset, int Size)> blocks)
    {
        _bytes = new JoinedBytes(file, blocks);
        _tag = tag;
    }

    /// <summary>Whether the blocks of a tag are bzip2: by how they begin; if that is damaged, by what the dump says.</summary>
    public static bool IsOne(IByteSource file, IReadOnlyList<(long Offset, int Size)> blocks, PackedLayout layout)
    {
        Span<byte> head = stackalloc byte[8];
        head = head[..file.Read(blocks[0].Offset, head)];
        return Bzip2Marks.IsStream(head) || (layout.Packing.Level == 2 && !head.SequenceEqual(StreamHeader.Magic));
    }

    /// <summary>Unpacks all of it once, on all cores, to see where its pages are.</summary>
    public StreamPages Index(PackedLayout layout, PageIndex index, IProgress<string>? progress, CancellationToken cancel)
    {
        _blocks = Bzip2Marks.Find(_bytes, cancel);
        _starts = new long[_blocks.Count + 1];
        var groups = new Bzip2Groups(layout, index, _tag);

        // No block holds more than all pages, each behind a header of its own.
        _most = (int)Math.Min(MostBlockBytes, (layout.MostPages + 1) * (ulong)(layout.PageSize + StreamHeader.Bytes(layout.WordBytes)));

        // Runs make up to 51 bytes of one: a block of level 1, which the kernel takes, has 5 MB at most, but one of level 9 has 46.
        int each = Math.Clamp(Environment.ProcessorCount, 1, _blocks.Count == 0 ? 1 : Math.Max(1, MostAtOnce / _blocks.Max(b => b.Level)));
        byte[]?[] unpacked = new byte[each][];
        int done = 0;
        while (done < _blocks.Count && !groups.IsHopeless)
        {
            int some = Math.Min(each, _blocks.Count - done), first = done;
            Parallel.For(0, some, new ParallelOptions { CancellationToken = cancel }, i => unpacked[i] = Bzip2Decoder.Unpack(_bytes, _blocks[first + i], _most));
            for (int i = 0; i < some; i++, done++)
            {
                if (unpacked[i] is { } bytes) groups.Take(bytes, _starts[done]);
                else groups.TakeDamage(done, _blocks[done].StartBit / 8);
                _starts[done + 1] = _starts[done] + (unpacked[i]?.Length ?? 0);
                if (unpacked[i]?.Length >= _most) groups.TakeUseless($"a bzip2 block (byte {_blocks[done].StartBit / 8} of the stream) of more bytes than its pages can have");
            }

            if (done >= FewBlocks && _starts[done] / done < LeastBlockBytes)
            {
                groups.TakeUseless($"{_blocks.Count} bzip2 blocks that hold next to nothing");
                break;
            }

            if (done / 64 != first / 64) progress?.Report($"unpacking stream {_tag} of the dump: {done * 100L / _blocks.Count}%");
        }

        _starts = _starts[..(done + 1)];
        return groups.Finish();
    }

    /// <summary>Reads unpacked bytes; returns how many came.</summary>
    public int Read(long position, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            int block = BlockAt(position + done);
            if (block < 0 || Unpack(block) is not { } bytes) break;
            int into = (int)(position + done - _starts[block]), some = Math.Min(destination.Length - done, bytes.Length - into);
            if (some <= 0) break;
            bytes.AsSpan(into, some).CopyTo(destination[done..]);
            done += some;
        }

        return done;
    }

    /// <summary>The block that holds a position: the last that starts at or before it and has bytes.</summary>
    private int BlockAt(long position)
    {
        int low = 0, high = _starts.Length - 1;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_starts[middle + 1] <= position) low = middle + 1;
            else high = middle;
        }

        return low < _starts.Length - 1 ? low : -1;
    }

    private byte[]? Unpack(int block)
    {
        bool large = _starts[block + 1] - _starts[block] > SmallBytes;
        ref var slot = ref _kept[large ? Slots : block % Slots];
        var kept = Volatile.Read(ref slot);
        if (kept is not null && kept.Block == block) return kept.Bytes;
        if (Bzip2Decoder.Unpack(_bytes, _blocks[block], _most) is not { } bytes) return null;
        Volatile.Write(ref slot, new Unpacked(block, bytes));
        return bytes;
    }

    /// <summary>An unpacked block; never changed.</summary>
    private sealed record Unpacked(int Block, byte[] Bytes);
}
