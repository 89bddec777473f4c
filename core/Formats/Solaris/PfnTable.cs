using System.Buffers.Binary;
using System.Numerics;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The table of page frame numbers of a Solaris dump (<c>dump_pfn</c>, <c>pfn_t</c>: u32 or u64): entry i is the frame number of page i. Ascending, as the kernel
/// walks its memory; pages that are not the kernel's own come last, since their numbers have a high bit set (PFN_IS_FOREIGN_MFN of i86xpv), which is kept as it is.
/// Searched in the file, a kept piece at a time. A table that turns out to be unsorted gets an index, once.
/// </summary>
internal sealed class PfnTable : ITranslator<PhysicalAddress, MachineAddress>
{
    private const int PieceBytes = 4096;
    private const int Pieces = 512;

    private readonly IByteSource _file;
    private readonly long _offset;
    private readonly int _wordBytes;
    private readonly int _pageShift;
    private readonly int _pieceShift;
    private readonly Piece?[] _pieces = new Piece?[Pieces];
    private readonly Lazy<(ulong[] Pfns, uint[] Pages)?> _index;

    /// <summary>A table.</summary>
    /// <param name="file">The dump.</param>
    /// <param name="offset">Where it starts; not negative.</param>
    /// <param name="count">Entries that are in the file.</param>
    /// <param name="wordBytes">Bytes of an entry: 4 or 8.</param>
    /// <param name="pageShift">log2 of the page size.</param>
    /// <param name="diagnostics">Told where it is not sorted.</param>
    public PfnTable(IByteSource file, long offset, long count, int wordBytes, int pageShift, DiagnosticBag diagnostics)
    {
        _file = file;
        _offset = offset;
        _wordBytes = wordBytes;
        _pageShift = pageShift;
        _pieceShift = BitOperations.Log2((uint)(PieceBytes / wordBytes));
        Count = count;
        _index = new Lazy<(ulong[] Pfns, uint[] Pages)?>(() => IndexIfUnsorted(diagnostics));
    }

    /// <summary>Entries.</summary>
    public long Count { get; }

    /// <summary>The page of the dump that holds a frame.</summary>
    public bool TryFind(ulong pfn, out ulong page)
    {
        long low = 0, high = Count - 1;
        while (low <= high)
        {
            long middle = low + ((high - low) / 2);
            if (!TryGet(middle, out ulong found)) break;
            if (found == pfn)
            {
                page = (ulong)middle;
                return true;
            }

            if (found < pfn) low = middle + 1;
            else high = middle - 1;
        }

        return TryFindInIndex(pfn, out page);
    }

    /// <summary>The frame number of a page.</summary>
    public bool TryGet(long page, out ulong pfn)
    {
        pfn = 0;
        if (page < 0 || page >= Count) return false;
        long number = page >> _pieceShift;
        ref var slot = ref _pieces[(int)(number % Pieces)];
        var piece = Volatile.Read(ref slot);
        if (piece is null || piece.Number != number) Volatile.Write(ref slot, piece = Load(number));
        int at = (int)(page & ((1L << _pieceShift) - 1)) * _wordBytes;
        if (at + _wordBytes > piece.Bytes.Length) return false;
        pfn = ValueAt(piece.Bytes.AsSpan(at));
        return true;
    }

    /// <inheritdoc/>
    public bool TryTranslate(PhysicalAddress from, out MachineAddress to, out ulong runLength)
    {
        ulong within = from.Value & ((1UL << _pageShift) - 1);
        bool found = TryFind(from.Value >> _pageShift, out ulong page);
        to = found ? new MachineAddress((page << _pageShift) + within) : default;
        runLength = found ? (1UL << _pageShift) - within : 0;
        return found;
    }

    /// <inheritdoc/>
    public IEnumerable<MappedRun> Runs(PhysicalAddress first, PhysicalAddress last, CancellationToken cancel)
    {
        for (long page = 0; page < Count; page++)
        {
            cancel.ThrowIfCancellationRequested();
            if (!TryGet(page, out ulong pfn) || pfn > ulong.MaxValue >> _pageShift) continue;
            if (pfn >= first.Value >> _pageShift && pfn <= last.Value >> _pageShift) yield return new MappedRun(pfn << _pageShift, (ulong)page << _pageShift, 1UL << _pageShift);
        }
    }

    /// <inheritdoc/>
    public Fault Explain(PhysicalAddress from)
    {
        if (TryTranslate(from, out _, out _)) return Fault.None;
        string pfn = $"PFN {AddressText.Hex(from.Value >> _pageShift)}";
        return Count == 0
            ? new Fault(FaultKind.TableUnreadable, $"{pfn} cannot be looked up: the dump's table of page frame numbers is not in the file")
            : new Fault(FaultKind.NotSaved, $"{pfn} is not among the {Count} pages of the dump");
    }

    private ulong ValueAt(ReadOnlySpan<byte> bytes) => _wordBytes == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private Piece Load(long number)
    {
        long first = number << _pieceShift;
        byte[] bytes = new byte[(int)Math.Min(PieceBytes, (Count - first) * _wordBytes)];
        int got = _file.Read(_offset + (first * _wordBytes), bytes);
        return new Piece(number, got == bytes.Length ? bytes : bytes[..got]);
    }

    private bool TryFindInIndex(ulong pfn, out ulong page)
    {
        page = 0;
        if (_index.Value is not { } index) return false;
        int at = Array.BinarySearch(index.Pfns, pfn);
        if (at < 0) return false;
        page = index.Pages[at];
        return true;
    }

    /// <summary>Reads the whole table; null if it ascends, so that the search's answer stands.</summary>
    private (ulong[] Pfns, uint[] Pages)? IndexIfUnsorted(DiagnosticBag diagnostics)
    {
        if (IsSorted()) return null;
        int count = (int)Math.Min(Count, DumpLimits.SolarisFrameIndex);
        diagnostics.Warn("solaris/pfn-unsorted", count == Count
            ? $"the table of page frame numbers of {_file.Name} does not ascend; it is searched through an index."
            : $"the table of page frame numbers of {_file.Name} does not ascend; only its first {count} entries are indexed.");
        ulong[] pfns = new ulong[count];
        uint[] pages = new uint[count];
        byte[] bytes = new byte[16 * PieceBytes];
        int each = bytes.Length / _wordBytes, done = 0;
        while (done < count)
        {
            int got = _file.Read(_offset + ((long)done * _wordBytes), bytes.AsSpan(0, Math.Min(each, count - done) * _wordBytes)) / _wordBytes;
            for (int i = 0; i < got; i++, done++)
            {
                pfns[done] = ValueAt(bytes.AsSpan(i * _wordBytes));
                pages[done] = (uint)done;
            }

            if (got == 0) break;
        }

        Array.Sort(pfns, pages, 0, done);
        return (pfns[..done], pages[..done]);
    }

    private bool IsSorted()
    {
        byte[] bytes = new byte[16 * PieceBytes];
        ulong last = 0;
        for (long at = 0; at < Count;)
        {
            int want = (int)Math.Min(bytes.Length, (Count - at) * _wordBytes);
            int got = _file.Read(_offset + (at * _wordBytes), bytes.AsSpan(0, want)) / _wordBytes;
            for (int i = 0; i < got; i++)
            {
                ulong pfn = ValueAt(bytes.AsSpan(i * _wordBytes));
                if (pfn < last) return false;
                last = pfn;
            }

            if (got == 0) break;
            at += got;
        }

        return true;
    }

    /// <summary>A run of entries as they stand in the file; never changed.</summary>
    private sealed record Piece(long Number, byte[] Bytes);
}
