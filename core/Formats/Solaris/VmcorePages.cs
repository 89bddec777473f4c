using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The pages of a vmcore.N: page <c>i</c> stands at <c>dump_data + i * pagesize</c>. Savecore of today does not write pages of zeros, so a file may end before its last
/// pages do: that they were zeros is believed only of a complete dump that ends on a page's end and lacks few of them; otherwise the file is cut off.
/// </summary>
internal sealed class VmcorePages : IPageSource
{
    private readonly IByteSource _file;
    private readonly DumpHeader _header;
    private readonly ulong _stored;

    public VmcorePages(IByteSource file, DumpHeader header, DiagnosticBag diagnostics)
    {
        _file = file;
        _header = header;
        ulong bytes = file.Length > header.Data ? (ulong)(file.Length - header.Data) : 0;
        _stored = Math.Min(bytes >> header.PageShift, header.Pages);
        FrameLimit = _stored;
        if (_stored >= header.Pages) return;

        ulong missing = header.Pages - _stored;
        bool aligned = (bytes & ((ulong)header.PageSize - 1)) == 0;
        bool zeros = aligned && _stored > 0 && (header.Flags & DumpFlags.Complete) != 0 && header.Version >= 9 && missing <= Math.Min(header.Pages / 16, DumpLimits.TrailingZeroPages);
        if (zeros)
        {
            FrameLimit = header.Pages;
            diagnostics.Add(DiagnosticSeverity.Note, "solaris/trailing-zeros", $"{file.Name} ends {missing} pages before its last one; savecore leaves pages of zeros out at the end, so they are shown as zeros.");
        }
        else
        {
            diagnostics.Error(DiagnosticIds.DumpTruncated, $"{file.Name} is cut off: its header tells of {header.Pages} pages, and {_stored} are there; the others are shown as absent.");
            if (!aligned && bytes > 0) FrameLimit = _stored + 1;
        }
    }

    /// <inheritdoc/>
    public int PageSize => _header.PageSize;

    /// <inheritdoc/>
    public ulong FrameLimit { get; }

    /// <inheritdoc/>
    public IEnumerable<MachineRange> Ranges => FrameLimit == 0 ? [] : [new MachineRange(default, FrameLimit << _header.PageShift)];

    /// <inheritdoc/>
    public int ReadPage(ulong frame, Span<byte> page)
    {
        if (frame >= FrameLimit) return 0;
        if (frame >= _stored && FrameLimit == _header.Pages)
        {
            page[..PageSize].Clear();
            return PageSize;
        }

        return _file.Read((long)((ulong)_header.Data + (frame << _header.PageShift)), page[..PageSize]);
    }

    /// <inheritdoc/>
    public Fault Explain(ulong frame, int offset)
    {
        if (frame >= _header.Pages) return new Fault(FaultKind.NotSaved, $"page {frame} is not in the dump, which has {_header.Pages}");
        if (frame < _stored || FrameLimit == _header.Pages) return Fault.None;
        ulong at = unchecked((ulong)_header.Data + (frame << _header.PageShift) + (ulong)offset);
        return at < (ulong)_file.Length ? Fault.None : new Fault(FaultKind.Truncated, $"the page would be at byte {at} of the dump, which ends at byte {_file.Length}");
    }
}
