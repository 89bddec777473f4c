using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The map of a vmdump or dump device: a flat list of <c>mem_vtop_t</c>, in the order in which the kernel walked its address spaces. An index of it is made on
/// first need. As in the map that savecore would make of it, an entry whose page is not in the dump does not count, and of several the last one does.
/// </summary>
internal sealed class ListedMap : TranslationMap
{
    private const int Candidates = 16;
    private readonly TranslationRecords _records;
    private readonly PfnTable _frames;
    private readonly LazyIndex<TranslationIndex> _index;

    /// <summary>A map.</summary>
    /// <param name="file">The dump.</param>
    /// <param name="records">The list.</param>
    /// <param name="frames">The page frame numbers.</param>
    /// <param name="pageShift">log2 of the page size.</param>
    /// <param name="diagnostics">Told of what is wrong with the list when it is read.</param>
    public ListedMap(IByteSource file, TranslationRecords records, PfnTable frames, int pageShift, DiagnosticBag diagnostics)
    {
        _records = records;
        _frames = frames;
        _index = new LazyIndex<TranslationIndex>(cancel => TranslationIndex.Build(records, pageShift, file.Name, diagnostics, cancel));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<VirtualAddress> AddressSpaces() => Ordered(_index.Get().Spaces);

    /// <summary>Makes the index now.</summary>
    public void Prepare(CancellationToken cancel) => _index.Get(cancel);

    /// <inheritdoc/>
    protected override IEnumerable<(ulong Page, ulong Target)> Pages(ulong space, ulong first, ulong last, CancellationToken cancel)
    {
        ulong? done = null;
        foreach (var (page, ordinal) in _index.Get(cancel).Pages(space, first, last))
        {
            cancel.ThrowIfCancellationRequested();
            if (page == done || !_records.TryRead(ordinal, out var record) || !_frames.TryFind(record.Target, out ulong target)) continue;
            done = page;
            yield return (page, target);
        }
    }

    /// <inheritdoc/>
    protected override Translation Find(ulong space, ulong page)
    {
        if (_records.Count == 0) return new Translation(space, page, false, 0, new Fault(FaultKind.TableUnreadable, "the dump's list of virtual addresses is not in the file"));
        Span<long> ordinals = stackalloc long[Candidates];
        ulong? unsaved = null;
        foreach (long ordinal in ordinals[.._index.Get().Find(space, page, ordinals)])
        {
            if (!_records.TryRead(ordinal, out var record)) continue;
            if (_frames.TryFind(record.Target, out ulong target)) return new Translation(space, page, true, target, Fault.None);
            unsaved ??= record.Target;
        }

        string where = $"the page at {AddressText.Hex(unchecked(page << PageShift))} in the address space {AddressText.Hex(space)}";
        var why = unsaved is { } pfn
            ? new Fault(FaultKind.NotSaved, $"PFN {AddressText.Hex(pfn)}, {where}, is not in the dump")
            : new Fault(FaultKind.NotMapped, $"the dump records no page for {where}");
        return new Translation(space, page, false, 0, why);
    }
}
