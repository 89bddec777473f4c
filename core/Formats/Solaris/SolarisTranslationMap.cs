using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>Where a page of an address space is in the dump.</summary>
/// <param name="addressSpace">Address of its <c>struct as</c>.</param>
/// <param name="address">A virtual address.</param>
/// <param name="why">Why there is none.</param>
/// <returns>Index of the page; null where none is recorded.</returns>
internal delegate ulong? FindPage(ulong addressSpace, ulong address, out Fault why);

/// <summary>The recorded translations of one address space, with the latest answers kept: a lookup in the file costs a few reads.</summary>
internal sealed class SolarisTranslationMap(FindPage find, ulong addressSpace, DumpHeader header) : ITranslator<VirtualAddress, MachineAddress>
{
    private const int Kept = 4096;

    private readonly ulong[] _pages = new ulong[Kept];
    private readonly ulong[] _indexes = new ulong[Kept];
    private readonly bool[] _known = new bool[Kept];
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public bool TryTranslate(VirtualAddress from, out MachineAddress to, out ulong runLength)
    {
        ulong within = from.Value & ((ulong)header.PageSize - 1);
        ulong page = from.Value >> header.PageShift;
        int place = (int)(page % Kept);
        lock (_lock)
        {
            if (!_known[place] || _pages[place] != page)
            {
                _pages[place] = page;
                _indexes[place] = IsAddress(from) ? find(addressSpace, from.Value, out _) ?? ulong.MaxValue : ulong.MaxValue;
                _known[place] = true;
            }

            ulong index = _indexes[place];
            bool found = index != ulong.MaxValue;
            to = found ? new MachineAddress(unchecked((index << header.PageShift) + within)) : default;
            runLength = found ? (ulong)header.PageSize - within : 0;
            return found;
        }
    }

    /// <inheritdoc/>
    public Fault Explain(VirtualAddress from)
    {
        if (!IsAddress(from)) return new Fault(FaultKind.NotAnAddress, $"{from} is no address of a {header.WordSize}-bit kernel");
        find(addressSpace, from.Value, out var why);
        return why;
    }

    private bool IsAddress(VirtualAddress address) => header.WordSize == 64 || address.Value <= uint.MaxValue;
}
