using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>Where all pages of a vmdump or dump device are. Pages without a tag follow those of the streams: they are Xen's, or all of a dump that has no streams.</summary>
internal sealed class PackedIndex
{
    private readonly List<string> _damage = [];

    private PackedIndex(ulong pages) => Pages = new PageIndex(pages);

    /// <summary>The place of each page.</summary>
    public PageIndex Pages { get; }

    /// <summary>The bzip2 streams by tag.</summary>
    public Dictionary<int, Bzip2Stream> Streams { get; } = [];

    /// <summary>Why a page that has no place has none.</summary>
    public Fault WhyAbsent { get; private set; }

    /// <summary>Reads the whole dump once.</summary>
    public static PackedIndex Build(IByteSource file, PackedLayout layout, IProgress<string>? progress, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var scan = RecordScan.Run(file, layout, progress, cancel);
        var index = new PackedIndex(layout.MostPages);
        index._damage.AddRange(scan.Damage);
        ulong first = index.IndexStreams(file, layout, scan, progress, cancel);
        index.PlaceTail(scan, layout, first);
        index.Report(file, layout, scan, diagnostics);
        return index;
    }

    /// <summary>Streams do not depend on each other; returns the number of the first page behind them.</summary>
    private ulong IndexStreams(IByteSource file, PackedLayout layout, RecordScan scan, IProgress<string>? progress, CancellationToken cancel)
    {
        ulong end = 0;
        var lzjb = new List<(int Tag, IReadOnlyList<(long Offset, int Size)> Blocks)>();
        foreach (var (tag, blocks) in scan.Blocks)
        {
            if (!Bzip2Stream.IsOne(file, blocks, layout))
            {
                lzjb.Add((tag, blocks));
                continue;
            }

            var stream = new Bzip2Stream(file, tag, blocks);
            Streams.Add(tag, stream);
            var pages = stream.Index(layout, Pages, progress, cancel);
            end = Math.Max(end, pages.End);
            _damage.AddRange(pages.Damage);
        }

        var found = new StreamPages[lzjb.Count];
        Parallel.For(0, lzjb.Count, new ParallelOptions { CancellationToken = cancel }, i =>
            found[i] = new LzjbStream(file, layout, Pages).Index(lzjb[i].Blocks, block => scan.BlockGaps.Contains((lzjb[i].Tag, block)), cancel));
        foreach (var pages in found)
        {
            end = Math.Max(end, pages.End);
            _damage.AddRange(pages.Damage);
        }

        return end;
    }

    /// <summary>
    /// Gives the pages without a tag their numbers: in order, from the first behind the streams. Where records were lost on the way, those behind the last loss are
    /// counted from the end, if the data have one; those between two losses only if each took one page.
    /// </summary>
    private void PlaceTail(RecordScan scan, PackedLayout layout, ulong first)
    {
        ulong count = (ulong)scan.Pages.Count;
        bool isWhole = scan.IsWhole && count <= layout.Pages;
        if (scan.Blocks.Count > 0 && _damage.Count > 0 && isWhole) first = layout.Pages - count;
        ulong lost = isWhole && first + count <= layout.Pages ? layout.Pages - count - first : 0;
        bool oneEach = lost == (ulong)scan.Gaps.Count;
        int gap = 0;
        for (int i = 0; i < scan.Pages.Count; i++)
        {
            while (gap < scan.Gaps.Count && scan.Gaps[gap] <= i) gap++;
            if (gap > 0 && (!isWhole || (!oneEach && gap < scan.Gaps.Count))) continue;
            ulong shift = gap == 0 ? 0 : gap == scan.Gaps.Count ? lost : (ulong)gap;
            Pages.TryAdd(first + (ulong)i + shift, scan.Pages[i].Offset, scan.Pages[i].Size);
        }
    }

    private void Report(IByteSource file, PackedLayout layout, RecordScan scan, DiagnosticBag diagnostics)
    {
        foreach (string damage in _damage.Take(DumpLimits.DiagnosticsPerId))
            diagnostics.Warn("solaris/data-corrupt", $"the packed pages of {file.Name} are damaged: {damage}.");
        ulong missing = layout.Pages > Pages.Found ? layout.Pages - Pages.Found : 0;
        if (scan.IsCut)
            diagnostics.Warn(DiagnosticIds.DumpTruncated, $"{file.Name} is cut off: its packed pages end at byte {layout.DataEnd} without an end mark, and {missing} of {layout.Pages} pages are missing; copy it whole for its memory.");
        else if (missing > 0)
            diagnostics.Warn("solaris/pages-missing", $"{missing} of {layout.Pages} pages are not in {file.Name}.");
        WhyAbsent = _damage.Count > 0
            ? new Fault(FaultKind.BadPage, "it is in a part of the dump that is damaged")
            : scan.IsCut
                ? new Fault(FaultKind.Truncated, $"the dump's packed pages end before it, at byte {layout.DataEnd}")
                : new Fault(FaultKind.NotSaved, $"the dump ends after {Pages.Found} of {layout.Pages} pages; its kernel did not write the others");
    }
}
