using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Searching;

/// <summary>The pages that an address space maps and the dump has, one after the other, ascending. Read past the cache: a search would push everything else out of it.</summary>
public sealed class MappedPages
{
    private readonly IPageSource _pages;
    private readonly AddressSpace _space;
    private readonly byte[] _bytes;

    /// <summary>After so many pages in a row that are not in the dump it is asked where its next one is: a host maps all of its memory, of which the dump may have little.</summary>
    private const int Patience = 64;

    /// <summary>Runs of a dump that are kept to find its next page; of one in more pieces every page is asked for.</summary>
    private const int MostRanges = 1 << 20;

    private readonly Lazy<MachineRange[]> _ranges;

    /// <summary>The pages of a space.</summary>
    public MappedPages(DumpTarget target, AddressSpace space)
    {
        _pages = target.Image.Pages;
        _space = space;
        _bytes = new byte[_pages.PageSize];
        _ranges = new Lazy<MachineRange[]>(() => _pages.Ranges.Take(MostRanges + 1).ToArray() is { Length: <= MostRanges } all ? all : []);
    }

    /// <summary>Bytes that were read.</summary>
    public ulong Read { get; private set; }

    /// <summary>Whether the space's mappings did not end: page tables that lead to themselves.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>The part of a page that was read last.</summary>
    public ReadOnlySpan<byte> Bytes(int length) => _bytes.AsSpan(0, length);

    /// <summary>Goes through the addresses from <paramref name="first"/> to <paramref name="last"/>: of each page the first address and how many bytes of it are there.</summary>
    /// <returns>Null where the space does not tell what it maps.</returns>
    public IEnumerable<(ulong Address, int Length)>? Between(ulong first, ulong last, CancellationToken cancel) => _space.Runs(first, last, cancel) is { } runs ? All(runs, cancel) : null;

    private IEnumerable<(ulong Address, int Length)> All(IEnumerable<MappedRun> runs, CancellationToken cancel)
    {
        ulong pageMask = (ulong)_pages.PageSize - 1;
        int absent = 0;
        foreach (var run in runs)
        {
            if (run.Length == 0)
            {
                IsStopped = true;
                yield break;
            }

            for (ulong done = 0; done < run.Length;)
            {
                cancel.ThrowIfCancellationRequested();
                ulong machine = unchecked(run.To + done);
                int within = (int)(machine & pageMask);
                int length = (int)Math.Min(run.Length - done, (ulong)(_pages.PageSize - within));
                int got = Load(machine / (ulong)_pages.PageSize, within, length);
                if (got > 0) yield return (unchecked(run.From + done), got);
                done += (ulong)length;
                absent = got > 0 ? 0 : absent + 1;
                if (absent >= Patience && done < run.Length) done += Math.Min(run.Length - done, UntilNext(unchecked(run.To + done)) & ~pageMask);
            }
        }
    }

    /// <summary>Bytes from a machine address to the next one that is in the dump; 0 where that is not known.</summary>
    private ulong UntilNext(ulong machine)
    {
        var ranges = _ranges.Value;
        if (ranges.Length == 0) return 0;
        int low = 0, high = ranges.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (unchecked(ranges[middle].Start.Value + (ranges[middle].Length - 1)) < machine) low = middle + 1;
            else high = middle;
        }

        return low == ranges.Length ? ulong.MaxValue : ranges[low].Start.Value > machine ? ranges[low].Start.Value - machine : 0;
    }

    private int Load(ulong frame, int within, int length)
    {
        int got = within == 0 && length == _pages.PageSize ? _pages.ReadPage(frame, _bytes) : _pages.ReadWithin(frame, within, _bytes.AsSpan(0, length));
        Read += (ulong)got;
        return got;
    }
}
