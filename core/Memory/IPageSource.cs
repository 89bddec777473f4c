using System.Buffers;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Memory;

/// <summary>What a dump format yields: machine pages by frame number. No caching, no translation; <see cref="PagedMemory"/> has the one cache.</summary>
public interface IPageSource
{
    /// <summary>Bytes a page: a power of two.</summary>
    int PageSize { get; }

    /// <summary>One past the highest frame that the dump can hold.</summary>
    ulong FrameLimit { get; }

    /// <summary>
    /// Reads the frame into <paramref name="page"/> (exactly <see cref="PageSize"/> bytes) and returns how many of its bytes from
    /// offset 0 are there: fewer than a page where the file ends or the range starts or ends inside it; 0 where it is absent.
    /// </summary>
    int ReadPage(ulong frame, Span<byte> page);

    /// <summary>Whether bytes of the frame are there behind <paramref name="offset"/>, where <see cref="ReadPage"/> ended: the page has a hole. False for dumps of whole pages.</summary>
    bool HasMore(ulong frame, int offset) => false;

    /// <summary>
    /// Copies bytes of one frame from <paramref name="offset"/> on, at most to the frame's end; returns how many came. For what
    /// <see cref="ReadPage"/> cannot give: a range that starts inside a page.
    /// </summary>
    int ReadWithin(ulong frame, int offset, Span<byte> destination)
    {
        byte[] page = ArrayPool<byte>.Shared.Rent(PageSize);
        int there = ReadPage(frame, page.AsSpan(0, PageSize)) - offset;
        int count = Math.Clamp(there, 0, destination.Length);
        if (count > 0) page.AsSpan(offset, count).CopyTo(destination);
        ArrayPool<byte>.Shared.Return(page);
        return count;
    }

    /// <summary>Why the byte at <paramref name="offset"/> of the frame is absent; <see cref="FaultKind.None"/> if it is there.</summary>
    Fault Explain(ulong frame, int offset);

    /// <summary>The runs of machine memory that the dump holds, ascending. For listings (memory maps, searches), not for reading.</summary>
    IEnumerable<MachineRange> Ranges { get; }
}

/// <summary>A run of machine addresses.</summary>
/// <param name="Start">First address.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct MachineRange(MachineAddress Start, ulong Length);
