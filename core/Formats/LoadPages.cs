using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats;

/// <summary>A run of machine memory in a file.</summary>
/// <param name="Start">First machine address.</param>
/// <param name="Length">Bytes; at least 1. The run does not go past 2^64.</param>
/// <param name="Offset">Where the first byte stands in the file, or would stand if the file were whole.</param>
public readonly record struct FileExtent(ulong Start, ulong Length, ulong Offset)
{
    /// <summary>The last machine address.</summary>
    public ulong Last => Start + (Length - 1);

    /// <summary>Where the byte <paramref name="into"/> the run stands in the file; the far end of all files where that is past 2^64.</summary>
    public ulong OffsetOf(ulong into) => into > ulong.MaxValue - Offset ? ulong.MaxValue : Offset + into;
}

/// <summary>Machine pages that lie uncompressed in a file, in runs (PT_LOAD segments) of any alignment.</summary>
public sealed class LoadPages : IPageSource
{
    private const int Shift = 12;
    private readonly IByteSource _file;
    private readonly FileExtent[] _extents;
    private readonly MachineRange[] _leftOut;

    /// <summary>Pages in runs that may overlap: where two do, the one that starts first counts.</summary>
    /// <param name="file">The file.</param>
    /// <param name="extents">The runs, in any order.</param>
    /// <param name="leftOut">Memory that the machine had and the dump's writer chose not to save; for explanations.</param>
    public LoadPages(IByteSource file, IEnumerable<FileExtent> extents, IEnumerable<MachineRange> leftOut)
    {
        _file = file;
        _leftOut = [.. leftOut];
        _extents = WithoutOverlaps(extents);
        FrameLimit = _extents.Length == 0 ? 0 : (_extents[^1].Last >> Shift) + 1;
    }

    /// <inheritdoc/>
    public int PageSize => 1 << Shift;

    /// <inheritdoc/>
    public ulong FrameLimit { get; }

    /// <inheritdoc/>
    public IEnumerable<MachineRange> Ranges
    {
        get
        {
            ulong start = 0, length = 0;
            foreach (var extent in _extents)
            {
                ulong there = BytesInFile(extent);
                if (there == 0) continue;
                if (length != 0 && extent.Start - start == length)
                {
                    length += there;
                    continue;
                }

                if (length != 0) yield return new MachineRange(new MachineAddress(start), length);
                (start, length) = (extent.Start, there);
            }

            if (length != 0) yield return new MachineRange(new MachineAddress(start), length);
        }
    }

    /// <inheritdoc/>
    public int ReadPage(ulong frame, Span<byte> page) => frame < FrameLimit ? ReadAt(frame << Shift, page[..PageSize]) : 0;

    /// <inheritdoc/>
    public int ReadWithin(ulong frame, int offset, Span<byte> destination)
    {
        if (frame >= FrameLimit) return 0;
        return ReadAt((frame << Shift) + (ulong)offset, destination[..Math.Min(destination.Length, PageSize - offset)]);
    }

    /// <inheritdoc/>
    public bool HasMore(ulong frame, int offset)
    {
        if (frame >= FrameLimit) return false;
        ulong from = (frame << Shift) + (ulong)offset;
        ulong last = (frame << Shift) + (ulong)(PageSize - 1);
        for (int i = LastStartingAtOrBefore(last); i >= 0 && _extents[i].Last >= from; i--)
        {
            ulong start = Math.Max(_extents[i].Start, from);
            if (start - _extents[i].Start < BytesInFile(_extents[i])) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public Fault Explain(ulong frame, int offset)
    {
        string where = frame <= ulong.MaxValue >> Shift ? AddressText.Hex((frame << Shift) + (ulong)offset) : $"frame {AddressText.Hex(frame)}";
        if (frame > ulong.MaxValue >> Shift) return NotSaved(where);
        ulong at = (frame << Shift) + (ulong)offset;
        int index = LastStartingAtOrBefore(at);
        if (index < 0 || _extents[index].Last < at)
        {
            foreach (var range in _leftOut)
            {
                if (unchecked(at - range.Start.Value) < range.Length) return new Fault(FaultKind.NotSaved, $"machine {where} was left out by the dump's writer");
            }

            return NotSaved(where);
        }

        var extent = _extents[index];
        ulong into = at - extent.Start;
        if (into < BytesInFile(extent)) return Fault.None;
        return new Fault(FaultKind.Truncated, $"machine {where} would be at byte {extent.OffsetOf(into)} of the dump, which ends at byte {_file.Length}");
    }

    private Fault NotSaved(string where) => new(FaultKind.NotSaved, $"machine {where} is in none of the dump's {_extents.Length} memory segments");

    private int ReadAt(ulong address, Span<byte> destination)
    {
        int done = 0;
        for (int i = LastStartingAtOrBefore(address); i >= 0 && i < _extents.Length && done < destination.Length; i++)
        {
            ulong at = address + (ulong)done;
            var extent = _extents[i];
            ulong there = BytesInFile(extent);
            if (extent.Start > at || at - extent.Start >= there) break;
            ulong into = at - extent.Start;
            int want = (int)Math.Min(there - into, (ulong)(destination.Length - done));
            int got = _file.Read((long)(extent.Offset + into), destination.Slice(done, want));
            done += got;
            if (got < want) break;
        }

        return done;
    }

    private ulong BytesInFile(FileExtent extent)
    {
        ulong length = (ulong)_file.Length;
        return extent.Offset >= length ? 0 : Math.Min(extent.Length, length - extent.Offset);
    }

    private int LastStartingAtOrBefore(ulong address)
    {
        int low = 0, high = _extents.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_extents[middle].Start <= address) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    private static FileExtent[] WithoutOverlaps(IEnumerable<FileExtent> extents)
    {
        FileExtent[] sorted = [.. extents.Where(e => e.Length > 0)];
        Array.Sort(sorted, static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.Length.CompareTo(a.Length));
        int kept = 0;
        foreach (var extent in sorted)
        {
            var next = extent;
            if (kept > 0 && next.Start <= sorted[kept - 1].Last)
            {
                if (next.Last <= sorted[kept - 1].Last) continue;
                ulong cut = sorted[kept - 1].Last - next.Start + 1;
                next = new FileExtent(next.Start + cut, next.Length - cut, next.OffsetOf(cut));
            }

            sorted[kept++] = next;
        }

        return sorted[..kept];
    }
}
