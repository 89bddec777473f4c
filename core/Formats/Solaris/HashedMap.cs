using System.Numerics;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The map of a vmcore: an array of <c>dump_map_t</c> that is a hash table in place (made by savecore: usr/src/cmd/savecore/savecore.c, build_dump_map; read by
/// libkvm: usr/src/lib/libkvm/common/kvm.c). Slot i holds the head of bucket i (<c>dm_first</c>) and, apart from that, node i. Bucket of a page:
/// <c>((as &gt;&gt; 3) + (va &gt;&gt; pageshift)) &amp; hashmask</c>. Looked up in the file, a node at a time. Where a chain is damaged, or the table's size is,
/// the nodes themselves still say what they are, and an index of all of them answers.
/// </summary>
internal sealed class HashedMap : TranslationMap
{
    private readonly IByteSource _file;
    private readonly TranslationRecords _nodes;
    private readonly ulong? _hashMask;
    private readonly ulong _data;
    private readonly ulong _pages;
    private readonly DiagnosticBag _diagnostics;
    private readonly LazyIndex<TranslationIndex> _index;
    private volatile bool _hasLongChains;

    /// <summary>A map.</summary>
    /// <param name="file">The vmcore.</param>
    /// <param name="nodes">Its slots.</param>
    /// <param name="hashMask">Slots less one, a power of two less one; null where the header's cannot be right.</param>
    /// <param name="data">Where page 0 stands.</param>
    /// <param name="pages">Pages of the dump.</param>
    /// <param name="pageShift">log2 of the page size.</param>
    /// <param name="diagnostics">Told of damage when it is met.</param>
    public HashedMap(IByteSource file, TranslationRecords nodes, ulong? hashMask, ulong data, ulong pages, int pageShift, DiagnosticBag diagnostics)
    {
        _file = file;
        _nodes = nodes;
        _hashMask = hashMask;
        _data = data;
        _pages = pages;
        _diagnostics = diagnostics;
        _index = new LazyIndex<TranslationIndex>(cancel => TranslationIndex.Build(nodes, pageShift, file.Name, diagnostics, cancel));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<VirtualAddress> AddressSpaces()
    {
        if (_index.IsMade) return Ordered(_index.Get().Spaces);
        var counts = new Dictionary<ulong, long>();
        _nodes.Scan(DumpLimits.SolarisTranslations, (_, node) =>
        {
            if (counts.TryGetValue(node.Space, out long count) || counts.Count < DumpLimits.SolarisAddressSpaces) counts[node.Space] = count + 1;
        }, CancellationToken.None);
        return Ordered(counts.Select(c => (c.Key, c.Value)));
    }

    /// <inheritdoc/>
    protected override Translation Find(ulong space, ulong page)
    {
        if (_nodes.Count == 0) return Absent(space, page, FaultKind.TableUnreadable, "the dump's map of virtual addresses is not in the file");
        if (_hashMask is not { } mask || _hasLongChains) return FromIndex(space, page, null);
        ulong bucket = unchecked((space >> 3) + page) & mask;
        Span<byte> head = stackalloc byte[8];
        if (!_file.TryRead((ulong)_nodes.Offset + (bucket * (ulong)_nodes.RecordBytes), head)) return FromIndex(space, page, "its hash bucket is behind the end of the file");
        var reader = new SpanReader(head);
        reader.TryReadU64(out ulong first);
        return Walk(space, page, bucket, mask, first);
    }

    /// <inheritdoc/>
    protected override IEnumerable<(ulong Page, ulong Target)> Pages(ulong space, ulong first, ulong last, CancellationToken cancel)
    {
        ulong? done = null;
        foreach (var (page, ordinal) in _index.Get(cancel).Pages(space, first, last))
        {
            cancel.ThrowIfCancellationRequested();
            if (page == done || !_nodes.TryRead(ordinal, out var node)) continue;
            done = page;
            if (Of(node, space, page) is { IsFound: true } found) yield return (page, found.Target);
        }
    }

    /// <summary>
    /// Goes along a chain. A cycle is noticed by Brent's method: one kept node, moved up at powers of two. A chain may be long without damage; it is left for the index
    /// then, and so are all lookups after it.
    /// </summary>
    private Translation Walk(ulong space, ulong page, ulong bucket, ulong mask, ulong at)
    {
        ulong kept = 0;
        for (int step = 1; at != 0; step++)
        {
            if (at == kept) return FromIndex(space, page, "stopped: cycle");
            if (step > DumpLimits.SolarisChain)
            {
                _hasLongChains = _nodes.Count <= DumpLimits.SolarisTranslations;
                return FromIndex(space, page, null);
            }

            if (BitOperations.IsPow2(step)) kept = at;
            ulong into = unchecked(at - (ulong)_nodes.Offset);
            if (into % (ulong)_nodes.RecordBytes != 0 || !_nodes.TryRead((long)Math.Min(into / (ulong)_nodes.RecordBytes, long.MaxValue), out var node))
                return FromIndex(space, page, $"it leads to byte {at}, where no node is");
            ulong nodePage = node.Address >> PageShift;
            if ((unchecked((node.Space >> 3) + nodePage) & mask) != bucket) return FromIndex(space, page, $"its node at byte {at} is of another bucket");
            if (nodePage == page && node.Space == space) return Of(node, space, page);
            at = node.Next;
        }

        return Absent(space, page, FaultKind.NotMapped, $"the dump records no page for {Text(page)} in the address space {AddressText.Hex(space)}");
    }

    /// <summary>Asks the nodes themselves.</summary>
    private Translation FromIndex(ulong space, ulong page, string? damage)
    {
        if (damage is not null)
            _diagnostics.Warn("solaris/map-corrupt", $"the map of {_file.Name} is damaged: the chain for {Text(page)}: {damage}; the map's nodes are read one by one instead.");
        Span<long> last = stackalloc long[1];
        if (_index.Get().Find(space, page, last) == 1 && _nodes.TryRead(last[0], out var node)) return Of(node, space, page);
        string chain = damage is null ? "" : $" (the map's chain for it is damaged: {damage})";
        return Absent(space, page, FaultKind.NotMapped, $"the dump records no page for {Text(page)} in the address space {AddressText.Hex(space)}{chain}");
    }

    private Translation Of(TranslationRecord node, ulong space, ulong page)
    {
        ulong into = unchecked(node.Target - _data), target = into >> PageShift;
        if ((into & ((1UL << PageShift) - 1)) == 0 && target < _pages) return new Translation(space, page, true, target, Fault.None);
        return Absent(space, page, FaultKind.BadPage, $"the map puts {Text(page)} at byte {node.Target} of the dump, where no page is");
    }

    private string Text(ulong page) => $"the page at {AddressText.Hex(unchecked(page << PageShift))}";

    private static Translation Absent(ulong space, ulong page, FaultKind kind, string why) => new(space, page, false, 0, new Fault(kind, why));
}
