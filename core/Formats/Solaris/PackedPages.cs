using System.Buffers;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>The pages of a vmdump or dump device. Where each is shows only a pass over all of them, which is made on the first read.</summary>
internal sealed class PackedPages : IPageSource
{
    private readonly IByteSource _file;
    private readonly PackedLayout _layout;
    private readonly LazyIndex<PackedIndex> _index;

    /// <summary>Pages of a dump.</summary>
    /// <param name="file">The dump.</param>
    /// <param name="layout">Where its sections are.</param>
    /// <param name="progress">Asked, when the index is made, who is told of it.</param>
    /// <param name="diagnostics">Told of damage.</param>
    public PackedPages(IByteSource file, PackedLayout layout, Func<IProgress<string>?> progress, DiagnosticBag diagnostics)
    {
        _file = file;
        _layout = layout;
        _index = new LazyIndex<PackedIndex>(cancel => PackedIndex.Build(file, layout, progress(), diagnostics, cancel));
    }

    /// <inheritdoc/>
    public int PageSize => _layout.PageSize;

    /// <inheritdoc/>
    public ulong FrameLimit => _layout.MostPages;

    /// <inheritdoc/>
    public IEnumerable<MachineRange> Ranges => FrameLimit == 0 ? [] : [new MachineRange(default, FrameLimit * (ulong)PageSize)];

    /// <summary>Makes the index now.</summary>
    public void Prepare(CancellationToken cancel) => _index.Get(cancel);

    /// <inheritdoc/>
    public int ReadPage(ulong frame, Span<byte> page) => Load(frame, page[..PageSize], out _) ? PageSize : 0;

    /// <inheritdoc/>
    public Fault Explain(ulong frame, int offset)
    {
        if (frame >= FrameLimit) return new Fault(FaultKind.NotSaved, $"the dump has {_layout.Pages} pages");
        byte[] page = ArrayPool<byte>.Shared.Rent(PageSize);
        var fault = Load(frame, page.AsSpan(0, PageSize), out long at) ? Fault.None
            : at < 0 ? _index.Get().WhyAbsent
            : new Fault(FaultKind.BadPage, $"its bytes, at {at} of the dump, do not unpack");
        ArrayPool<byte>.Shared.Return(page);
        return fault;
    }

    /// <summary>Unpacks a page; on failure says where it is, or -1 if it is nowhere.</summary>
    private bool Load(ulong frame, Span<byte> page, out long offset)
    {
        var index = _index.Get();
        if (!index.Pages.TryFind(frame, out int tag, out offset, out int size))
        {
            offset = -1;
            return false;
        }

        if (tag != 0) return index.Streams[tag].Read(offset, page) == page.Length;
        if (_file is IMappedBytes mapped)
        {
            var there = mapped.Memory(offset, size);
            return there.Length == size && Lzjb.TryUnpack(there.Span, page);
        }

        if (size == page.Length) return _file.Read(offset, page) == size;
        byte[] packed = ArrayPool<byte>.Shared.Rent(size);
        bool good = _file.Read(offset, packed.AsSpan(0, size)) == size && Lzjb.TryUnpack(packed.AsSpan(0, size), page);
        ArrayPool<byte>.Shared.Return(packed);
        return good;
    }
}
