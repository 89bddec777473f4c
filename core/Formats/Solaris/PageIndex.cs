namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// Where each page of a packed dump is: eight bytes a page. Made in pieces as pages are found, so that a dump that only states many pages costs little. Several
/// threads may put pages in.
/// </summary>
internal sealed class PageIndex
{
    private const int PieceShift = 10;
    private const int SizeBits = 17;
    private const ulong InStream = 1UL << 63;
    private const int StreamShift = 51;

    /// <summary>Pieces that are made whatever the number of pages found, against dumps that scatter a few pages over many pieces.</summary>
    private const long SparePieces = 4096;

    private readonly ulong[]?[] _pieces;
    private long _found;
    private long _made;

    /// <summary>An index of so many pages, none of them found yet.</summary>
    public PageIndex(ulong pages)
    {
        Pages = pages;
        _pieces = new ulong[]?[(int)((pages + (1UL << PieceShift) - 1) >> PieceShift)];
    }

    /// <summary>Pages, found or not.</summary>
    public ulong Pages { get; }

    /// <summary>Pages that were found.</summary>
    public ulong Found => (ulong)Volatile.Read(ref _found);

    /// <summary>Puts in a page that is packed by itself; false if it cannot be one of the dump's, or is there already.</summary>
    public bool TryAdd(ulong page, long offset, int size) => TryAdd(page, ((ulong)offset << SizeBits) | (uint)size);

    /// <summary>Puts in a page that is somewhere in an unpacked stream.</summary>
    public bool TryAddInStream(ulong page, int tag, long position) => TryAdd(page, InStream | ((ulong)tag << StreamShift) | (ulong)position);

    /// <summary>Where a page is; false if it was not found. Either in the file (<paramref name="tag"/> 0), or at a position of the unpacked stream of a tag.</summary>
    public bool TryFind(ulong page, out int tag, out long offset, out int size)
    {
        ulong entry = page < Pages && Volatile.Read(ref _pieces[(int)(page >> PieceShift)]) is { } piece ? piece[(int)(page & ((1UL << PieceShift) - 1))] : 0;
        bool streamed = (entry & InStream) != 0;
        tag = streamed ? (int)((entry >> StreamShift) & 0xfff) : 0;
        offset = (long)(streamed ? entry & ((1UL << StreamShift) - 1) : entry >> SizeBits);
        size = streamed ? 0 : (int)(entry & ((1UL << SizeBits) - 1));
        return entry != 0;
    }

    private bool TryAdd(ulong page, ulong entry)
    {
        if (page >= Pages) return false;
        ref var slot = ref _pieces[(int)(page >> PieceShift)];
        if (Volatile.Read(ref slot) is not { } piece)
        {
            if (Interlocked.Increment(ref _made) > SparePieces + (_found >> PieceShift << 2)) return false;
            ulong[] fresh = new ulong[1 << PieceShift];
            piece = Interlocked.CompareExchange(ref slot, fresh, null) ?? fresh;
        }

        if (Interlocked.CompareExchange(ref piece[(int)(page & ((1UL << PieceShift) - 1))], entry, 0) != 0) return false;
        Interlocked.Increment(ref _found);
        return true;
    }
}
