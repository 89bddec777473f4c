namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// A stream of <c>dump_clevel</c> 1: blocks that hold group headers and pages, each page led by the word with its size (illumos: usr/src/uts/common/os/dumpsubr.c,
/// dumpsys_lzjb_page). Nothing crosses the end of a block, a group may go on in the next one.
/// </summary>
internal sealed class LzjbStream(IByteSource file, PackedLayout layout, PageIndex index)
{
    private readonly SequentialBytes _bytes = new(file);
    private readonly List<string> _damage = [];
    private ulong _next;
    private ulong _left;
    private ulong _end;
    private bool _lost;

    /// <summary>Puts the pages of a stream's blocks into the index.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="isAfterGap">Whether a block may have been lost before the one of this number.</param>
    /// <param name="cancel">Stops it.</param>
    public StreamPages Index(IReadOnlyList<(long Offset, int Size)> blocks, Func<int, bool> isAfterGap, CancellationToken cancel)
    {
        for (int i = 0; i < blocks.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (isAfterGap(i)) Lose();
            Take(blocks[i].Offset, blocks[i].Offset + blocks[i].Size);
        }

        return new StreamPages(_end, _damage);
    }

    private void Take(long at, long end)
    {
        while (at < end)
        {
            if (_lost && (at = NextHeader(at, end)) < 0) return;
            _lost = false;
            long next = _left == 0 ? Header(at, end) : Page(at, end);
            if (next >= 0)
            {
                at = next;
                continue;
            }

            _damage.Add($"the stream at byte {at} has no {(_left == 0 ? "header of a group" : "page")} where one should be");
            Lose();
            at++;
        }
    }

    /// <summary>Whatever comes, it is of use only from the next header on.</summary>
    private void Lose()
    {
        _lost = true;
        _left = 0;
    }

    private long Header(long at, long end)
    {
        int length = StreamHeader.Bytes(layout.WordBytes);
        if (end - at < length || !StreamHeader.TryRead(_bytes.At(at, length), layout, out _next, out _left)) return -1;
        _end = Math.Max(_end, _next + _left);
        return at + length;
    }

    private long Page(long at, long end)
    {
        if (end - at < 4 || !_bytes.TryWord(at, out uint size) || size == 0 || size > (uint)layout.PageSize || size > end - at - 4) return -1;
        if (!index.TryAdd(_next, at + 4, (int)size)) return -1;
        _next++;
        _left--;
        return at + 4 + size;
    }

    /// <summary>The next header of a group in the rest of a block, or -1.</summary>
    private long NextHeader(long at, long end)
    {
        int length = StreamHeader.Bytes(layout.WordBytes);
        while (end - at >= length)
        {
            var rest = _bytes.At(at, (int)Math.Min(end - at, 1 << 17));
            int found = rest.IndexOf(StreamHeader.Magic);
            if (found >= 0) return at + found;
            if (rest.Length <= StreamHeader.Magic.Length) break;
            at += rest.Length - (StreamHeader.Magic.Length - 1);
        }

        return -1;
    }
}
