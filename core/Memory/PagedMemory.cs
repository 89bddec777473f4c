using System.Numerics;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Memory;

/// <summary>
/// Machine memory over a dump's pages: the only cache of bytes. Pages are kept whole and never changed, so a reader needs no lock: it takes the
/// reference from the slot and copies. What is absent is kept too, so that walks over holes do not ask the file again.
/// </summary>
public sealed class PagedMemory : IMemory<MachineAddress>
{
    /// <summary>Slots that a frame may be in.</summary>
    private const int Ways = 4;

    /// <summary>Pages from which a read goes past the cache: it would push everything else out and is not read again soon.</summary>
    private const int BulkPages = 16;

    private readonly int _pageShift;
    private readonly Entry?[] _slots;
    private readonly int _setMask;
    private int _victim;

    /// <summary>A cache over <paramref name="pages"/>.</summary>
    /// <param name="pages">Where the pages come from.</param>
    /// <param name="capacity">Bytes of pages that are kept.</param>
    public PagedMemory(IPageSource pages, int capacity = DumpLimits.PageCacheBytes)
    {
        Pages = pages;
        _pageShift = BitOperations.Log2((uint)pages.PageSize);
        if (pages.PageSize != 1 << _pageShift) throw new ArgumentException("the page size is no power of two", nameof(pages));
        uint sets = BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacity / pages.PageSize / Ways));
        _setMask = (int)sets - 1;
        _slots = new Entry?[sets * Ways];
    }

    /// <summary>Where the pages come from.</summary>
    public IPageSource Pages { get; }

    /// <inheritdoc/>
    public int Read(MachineAddress address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.Value + (ulong)done);
            if (at < address.Value) break;
            int offset = (int)(at & (ulong)(Pages.PageSize - 1));
            int want = Math.Min(destination.Length - done, Pages.PageSize - offset);
            int got = ReadOne(at >> _pageShift, offset, destination.Slice(done, want), destination.Length >= BulkPages * Pages.PageSize);
            done += got;
            if (got < want) break;
        }

        return done;
    }

    /// <inheritdoc/>
    public Fault Explain(MachineAddress address) =>
        Pages.Explain(address.Value >> _pageShift, (int)(address.Value & (ulong)(Pages.PageSize - 1)));

    private int ReadOne(ulong frame, int offset, Span<byte> destination, bool bulk)
    {
        int set = SetOf(frame);
        var entry = Lookup(set, frame);
        if (entry is null)
        {
            if (bulk && destination.Length == Pages.PageSize) return Pages.ReadPage(frame, destination);
            entry = Load(set, frame);
        }

        int there = entry.Bytes.Length - offset;
        if (there >= destination.Length)
        {
            entry.Bytes.AsSpan(offset, destination.Length).CopyTo(destination);
            return destination.Length;
        }

        return ReadPartial(entry, frame, offset, destination);
    }

    /// <summary>The page ends before the wanted bytes do, or has a hole before them.</summary>
    private int ReadPartial(Entry entry, ulong frame, int offset, Span<byte> destination)
    {
        int there = entry.Bytes.Length - offset;
        if (there <= 0) return entry.HasMore ? Pages.ReadWithin(frame, offset, destination) : 0;
        entry.Bytes.AsSpan(offset, there).CopyTo(destination);
        return there;
    }

    private Entry? Lookup(int set, ulong frame)
    {
        for (int i = set; i < set + Ways; i++)
        {
            var entry = Volatile.Read(ref _slots[i]);
            if (entry is not null && entry.Frame == frame) return entry;
        }

        return null;
    }

    private Entry Load(int set, ulong frame)
    {
        byte[] page = GC.AllocateUninitializedArray<byte>(Pages.PageSize);
        int got = Pages.ReadPage(frame, page);
        bool more = got < Pages.PageSize && Pages.HasMore(frame, got);
        var entry = new Entry(frame, got == Pages.PageSize ? page : page.AsSpan(0, got).ToArray(), more);
        for (int i = set; i < set + Ways; i++)
        {
            if (Interlocked.CompareExchange(ref _slots[i], entry, null) is null) return entry;
        }

        int way = (int)((uint)Interlocked.Increment(ref _victim) % Ways);
        Volatile.Write(ref _slots[set + way], entry);
        return entry;
    }

    /// <summary>Neighbouring frames go to neighbouring sets; the high bits are folded in so that strides of large powers of two spread.</summary>
    private int SetOf(ulong frame) => unchecked((int)((uint)frame ^ (uint)(frame >> 12) ^ (uint)(frame >> 24)) & _setMask) * Ways;

    /// <summary>A page as far as it is there from its first byte; empty where it is absent.</summary>
    /// <param name="Frame">Its frame.</param>
    /// <param name="Bytes">Its bytes.</param>
    /// <param name="HasMore">Whether something is there behind a hole.</param>
    private sealed record Entry(ulong Frame, byte[] Bytes, bool HasMore);
}
