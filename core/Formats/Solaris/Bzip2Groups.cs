namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// Follows the unpacked bytes of a bzip2 stream, block by block: header of a group, its pages, header of the next. A page counts once all of it was seen. Behind a
/// damaged block, whose length nobody knows, it goes on at the next header.
/// </summary>
internal sealed class Bzip2Groups(PackedLayout layout, PageIndex index, int tag)
{
    private const int MostDamage = 1000;
    private readonly byte[] _header = new byte[StreamHeader.Bytes(layout.WordBytes)];
    private readonly List<string> _damage = [];
    private int _headerBytes;
    private int _pageBytes;
    private ulong _next;
    private ulong _left;
    private ulong _end;
    private ulong _idle;
    private bool _lost;
    private bool _useless;

    /// <summary>Whether so much of it is damaged, or of no use, that it is not worth unpacking the rest.</summary>
    public bool IsHopeless => _useless || _damage.Count >= MostDamage || _idle > ((ulong)layout.PageSize * 1024) + (1 << 20);

    /// <summary>Takes the bytes of the next block.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="start">Position of the first in the unpacked stream.</param>
    public void Take(ReadOnlySpan<byte> bytes, long start)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            if (_lost)
            {
                int found = bytes[at..].IndexOf(StreamHeader.Magic);
                if (found < 0)
                {
                    _idle += (ulong)(bytes.Length - at);
                    return;
                }

                _lost = false;
                at += found;
            }

            at += _left == 0 ? TakeHeader(bytes[at..], start + at) : TakePage(bytes[at..], start + at);
        }
    }

    /// <summary>Notes that a block cannot be unpacked.</summary>
    /// <param name="block">Its number.</param>
    /// <param name="offset">Where in the packed stream it starts.</param>
    public void TakeDamage(int block, long offset)
    {
        _damage.Add($"bzip2 block {block} of stream {tag} (byte {offset} of the stream) does not unpack");
        Lose();
    }

    /// <summary>Notes that the rest of the stream is left, as it cannot be what a kernel writes.</summary>
    /// <param name="why">What it has: a clause.</param>
    public void TakeUseless(string why)
    {
        _damage.Add($"stream {tag} has {why}; the rest of it is left out");
        _useless = true;
        Lose();
    }

    /// <summary>What came of it.</summary>
    public StreamPages Finish()
    {
        if (_left > 0 && !_lost) _damage.Add($"stream {tag} ends {_left} pages before the end of a group");
        return new StreamPages(_end, _damage);
    }

    private int TakeHeader(ReadOnlySpan<byte> bytes, long position)
    {
        int some = Math.Min(bytes.Length, _header.Length - _headerBytes);
        bytes[..some].CopyTo(_header.AsSpan(_headerBytes));
        _headerBytes += some;
        if (_headerBytes < _header.Length) return some;
        _headerBytes = 0;
        if (StreamHeader.TryRead(_header, layout, out _next, out _left))
        {
            _end = Math.Max(_end, _next + _left);
            return some;
        }

        _damage.Add($"stream {tag} has no header of a group at byte {position} (unpacked)");
        Lose();
        return some;
    }

    private int TakePage(ReadOnlySpan<byte> bytes, long position)
    {
        int some = Math.Min(bytes.Length, layout.PageSize - _pageBytes);
        _pageBytes += some;
        if (_pageBytes < layout.PageSize) return some;
        _pageBytes = 0;
        bool added = index.TryAddInStream(_next, tag, position + some - layout.PageSize);
        _next++;
        _left--;
        if (added) return some;
        _damage.Add($"stream {tag} has page {_next - 1} twice or more pages than the dump");
        Lose();
        return some;
    }

    private void Lose()
    {
        _lost = true;
        _left = 0;
        _pageBytes = 0;
        _headerBytes = 0;
    }
}
