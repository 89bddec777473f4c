using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The plain pages of a vmcore, one after another. savecore leaves pages of zeros out (they are holes), so the file may end before its last pages; when it is
/// believed to have ended so, and not to have been cut, is in FORMAT.md.
/// </summary>
internal sealed class VmcorePages : IPageSource
{
    /// <summary>A file may lack one in so many of its pages and still be whole.</summary>
    private const ulong MostMissingShare = 16;

    /// <summary>A small file may lack so many.</summary>
    private const ulong MostMissingPages = 4;

    private readonly IByteSource _file;
    private readonly ulong _data;
    private readonly ulong _inFile;

    /// <summary>Pages in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="data">Where page 0 stands.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="pages">How many there are, in the file or left out behind its end.</param>
    public VmcorePages(IByteSource file, ulong data, int pageSize, ulong pages)
    {
        _file = file;
        _data = data;
        PageSize = pageSize;
        FrameLimit = pages;
        ulong there = data < (ulong)file.Length ? (ulong)file.Length - data : 0;
        _inFile = Math.Min(pages, there / (ulong)pageSize);
        bool whole = there % (ulong)pageSize == 0 && _inFile > 0 && Missing <= Math.Max(pages / MostMissingShare, MostMissingPages);
        EndsEarly = Missing > 0 && whole && LastPageIsData();
    }

    /// <inheritdoc/>
    public int PageSize { get; }

    /// <inheritdoc/>
    public ulong FrameLimit { get; }

    /// <summary>Pages that would stand behind the end of the file.</summary>
    public ulong Missing => FrameLimit - _inFile;

    /// <summary>Whether those pages are zeros that savecore left out.</summary>
    public bool EndsEarly { get; }

    /// <inheritdoc/>
    public IEnumerable<MachineRange> Ranges
    {
        get
        {
            ulong there = _data < (ulong)_file.Length ? (ulong)_file.Length - _data : 0;
            ulong bytes = FrameLimit * (ulong)PageSize;
            if (!EndsEarly) bytes = Math.Min(bytes, there);
            return bytes > 0 ? [new MachineRange(default, bytes)] : [];
        }
    }

    /// <inheritdoc/>
    public int ReadPage(ulong frame, Span<byte> page)
    {
        if (frame >= FrameLimit) return 0;
        if (frame >= _inFile && EndsEarly)
        {
            page[..PageSize].Clear();
            return PageSize;
        }

        ulong at = _data + (frame * (ulong)PageSize);
        return at < (ulong)_file.Length ? _file.Read((long)at, page[..PageSize]) : 0;
    }

    /// <inheritdoc/>
    public Fault Explain(ulong frame, int offset)
    {
        if (frame >= FrameLimit) return new Fault(FaultKind.NotSaved, $"the dump has {FrameLimit} pages");
        ulong at = _data + (frame * (ulong)PageSize) + (ulong)offset;
        if (frame >= _inFile && EndsEarly) return Fault.None;
        if (at >= (ulong)_file.Length) return new Fault(FaultKind.Truncated, $"it would be at byte {at} of the dump, which ends at byte {_file.Length}");
        Span<byte> one = stackalloc byte[1];
        return _file.Read((long)at, one) == 1 ? Fault.None : new Fault(FaultKind.Truncated, $"byte {at} of the dump cannot be read");
    }

    /// <summary>The last page that savecore writes is not zero, as a zero one would not have been written.</summary>
    private bool LastPageIsData()
    {
        byte[] page = new byte[PageSize];
        return _file.TryRead(_data + ((_inFile - 1) * (ulong)PageSize), page) && page.AsSpan().ContainsAnyExcept((byte)0);
    }
}
