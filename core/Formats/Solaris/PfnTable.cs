using System.Buffers.Binary;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The pfn table: the page frame number of each page of data, in the order of the physical memory list, which ascends. Frames that a hypervisor's pages were given
/// have the highest bit of their width set (bit 31, or 51), and stand last. Read in chunks when asked for.
/// </summary>
internal sealed class PfnTable(IByteSource file, DumpHeader header) : ITranslator<PhysicalAddress, MachineAddress>
{
    private const int EntriesPerChunk = 4096;

    private readonly int _entry = header.WordSize / 8;
    private readonly Dictionary<ulong, byte[]> _chunks = [];
    private readonly Lock _lock = new();

    /// <summary>The frame number of a page of the dump; null where the table does not reach it.</summary>
    public ulong? FrameOf(ulong index)
    {
        if (index >= header.Pages) return null;
        var chunk = Chunk(index / EntriesPerChunk);
        int at = (int)(index % EntriesPerChunk) * _entry;
        if (at + _entry > chunk.Length) return null;
        return _entry == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(chunk.AsSpan(at)) : BinaryPrimitives.ReadUInt64LittleEndian(chunk.AsSpan(at));
    }

    /// <summary>The page of the dump that holds a frame; null where none does.</summary>
    public ulong? IndexOf(ulong frame)
    {
        ulong low = 0, high = header.Pages;
        while (low < high)
        {
            ulong middle = low + ((high - low) / 2);
            if (FrameOf(middle) is not { } there || there > frame) high = middle;
            else if (there == frame) return middle;
            else low = middle + 1;
        }

        return null;
    }

    /// <inheritdoc/>
    public bool TryTranslate(PhysicalAddress from, out MachineAddress to, out ulong runLength)
    {
        ulong within = from.Value & ((ulong)header.PageSize - 1);
        if (IndexOf(from.Value >> header.PageShift) is not { } index)
        {
            to = default;
            runLength = 0;
            return false;
        }

        to = new MachineAddress((index << header.PageShift) + within);
        runLength = (ulong)header.PageSize - within;
        return true;
    }

    /// <inheritdoc/>
    public Fault Explain(PhysicalAddress from) => IndexOf(from.Value >> header.PageShift) is not null
        ? Fault.None
        : new Fault(FaultKind.NotSaved, $"page frame {AddressText.Hex(from.Value >> header.PageShift)} is not in the dump");

    private byte[] Chunk(ulong number)
    {
        lock (_lock)
        {
            if (_chunks.TryGetValue(number, out var known)) return known;
            byte[] chunk = new byte[EntriesPerChunk * _entry];
            ulong offset = unchecked((ulong)header.Pfn + (number * (ulong)chunk.Length));
            int got = header.Pfn <= 0 || offset > (ulong)file.Length ? 0 : file.Read((long)offset, chunk);
            return _chunks[number] = got == chunk.Length ? chunk : chunk[..got];
        }
    }
}
