using System.Buffers;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Kdump;

/// <summary>
/// The pages of a compressed kdump. The second bitmap says which frames were saved; the page descriptors of those stand in a row, 24 bytes each: file
/// offset (8), size (4), flags (4), the kernel's page flags (8).
/// </summary>
internal sealed class KdumpPages : IPageSource
{
    private const int DescriptorSize = 24;
    private readonly IByteSource _file;
    private readonly KdumpHeader _header;
    private readonly PageBitmap _present;
    private readonly PageBitmap _saved;
    private readonly PageCodec _codec = new();

    public KdumpPages(IByteSource file, KdumpHeader header)
    {
        _file = file;
        _header = header;

        // Two bitmaps of the same size, unless there are blocks for one only (the old diskdump).
        ulong blockSize = (ulong)header.BlockSize;
        ulong bytes = (header.FrameLimit / 8) + (header.FrameLimit % 8 != 0 ? 1UL : 0);
        bool two = header.BitmapBytes / blockSize > (bytes / blockSize) + (bytes % blockSize != 0 ? 1UL : 0);
        ulong each = two ? header.BitmapBytes / 2 : header.BitmapBytes;
        ulong bits = Math.Min(Math.Min(header.FrameLimit, each * 8), DumpLimits.MachineFrames);
        _present = new PageBitmap(file, header.BitmapOffset, bits);
        _saved = new PageBitmap(file, header.BitmapOffset + (two ? each : 0), bits);
        FrameLimit = bits;
    }

    public int PageSize => _header.BlockSize;

    public ulong FrameLimit { get; }

    public IEnumerable<MachineRange> Ranges
    {
        get
        {
            foreach (var (first, count) in _saved.Runs())
                yield return new MachineRange(new MachineAddress(first * (ulong)PageSize), count * (ulong)PageSize);
        }
    }

    public int ReadPage(ulong frame, Span<byte> page) => Load(frame, page[..PageSize]).Kind == FaultKind.None ? PageSize : 0;

    public Fault Explain(ulong frame, int offset)
    {
        byte[] page = ArrayPool<byte>.Shared.Rent(PageSize);
        var fault = Load(frame, page.AsSpan(0, PageSize));
        ArrayPool<byte>.Shared.Return(page);
        return fault;
    }

    /// <summary>Reads a page, or says why it cannot.</summary>
    private Fault Load(ulong frame, Span<byte> page)
    {
        if (frame >= FrameLimit || !_saved.TryRank(frame, out ulong rank)) return NotSaved(frame);
        Span<byte> bytes = stackalloc byte[DescriptorSize];
        ulong at = _header.DescriptorOffset + (rank * DescriptorSize);
        if (!_file.TryRead(at, bytes)) return Truncated(frame, "page descriptor", at);
        var reader = new SpanReader(bytes);
        reader.TryReadU64(out ulong offset);
        reader.TryReadU32(out uint size);
        reader.TryReadU32(out uint flags);
        if (offset == 0) return new Fault(FaultKind.Truncated, $"frame {AddressText.Hex(frame)} was lost: the dump's writer ran out of space, or the file is cut off");
        return Decode(frame, offset, size, flags & PageCodec.Methods, page);
    }

    private Fault Decode(ulong frame, ulong offset, uint size, uint method, Span<byte> page)
    {
        if (size == 0 || size > DumpLimits.PageBytes * 2 || (method == 0 && size != (uint)page.Length))
            return new Fault(FaultKind.BadPage, $"frame {AddressText.Hex(frame)} has a page descriptor with a size of {size} bytes, which cannot be");
        if (method == 0) return _file.TryRead(offset, page) ? Fault.None : Truncated(frame, "page", offset);
        byte[] packed = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            if (!_file.TryRead(offset, packed.AsSpan(0, (int)size))) return Truncated(frame, "page", offset);
            return _codec.TryUnpack(method, packed, (int)size, page)
                ? Fault.None
                : new Fault(FaultKind.BadPage, $"frame {AddressText.Hex(frame)}, {size} bytes at byte {offset} of the dump, does not decompress ({PageCodec.NameOf(method)})");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    private Fault NotSaved(ulong frame) => new(
        FaultKind.NotSaved,
        frame < FrameLimit && _present.IsSet(frame)
            ? $"frame {AddressText.Hex(frame)} was left out by the dump's writer (dump level {_header.DumpLevel})"
            : $"frame {AddressText.Hex(frame)} is no RAM, as the dump's writer knew it");

    private Fault Truncated(ulong frame, string what, ulong offset) => new(
        FaultKind.Truncated, $"the {what} of frame {AddressText.Hex(frame)} would be at byte {offset} of the dump, which ends at byte {_file.Length}");
}
