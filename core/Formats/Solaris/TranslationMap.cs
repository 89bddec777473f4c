using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>What a dump says about one page of an address space; never changed. Absence is kept too.</summary>
/// <param name="Space">Address of the <c>struct as</c>.</param>
/// <param name="Page">Virtual page number.</param>
/// <param name="IsFound">Whether it is a page of the dump.</param>
/// <param name="Target">The number of that page.</param>
/// <param name="Why">Why it is not.</param>
internal sealed record Translation(ulong Space, ulong Page, bool IsFound, ulong Target, Fault Why);

/// <summary>
/// The virtual addresses of a Solaris dump, as it records them: (address space, page) to page of the dump. What was looked up is kept, so that a page that is read
/// again costs no access to the file; readers take no lock.
/// </summary>
internal abstract class TranslationMap
{
    private const int Slots = 1 << 14;
    private readonly Translation?[] _known = new Translation?[Slots];

    /// <summary>log2 of the page size.</summary>
    public required int PageShift { get; init; }

    /// <summary>Bits of a virtual address: 32 or 64.</summary>
    public required int AddressBits { get; init; }

    /// <summary>The address spaces, each once, the one with the most pages first.</summary>
    public abstract IReadOnlyList<VirtualAddress> AddressSpaces();

    /// <summary>The translator of one address space.</summary>
    public ITranslator<VirtualAddress, MachineAddress> Of(VirtualAddress space) => new OneSpace(this, space.Value);

    /// <summary>Looks a page up in the dump.</summary>
    protected abstract Translation Find(ulong space, ulong page);

    /// <summary>The address spaces in order: most pages first, then by address.</summary>
    protected static IReadOnlyList<VirtualAddress> Ordered(IEnumerable<(ulong Space, long Pages)> spaces) =>
        [.. spaces.OrderByDescending(s => s.Pages).ThenBy(s => s.Space).Select(s => new VirtualAddress(s.Space))];

    /// <summary>All pages of an address space from <paramref name="first"/> to <paramref name="last"/>, ascending, each with its page of the dump. Reads the whole map, once.</summary>
    protected abstract IEnumerable<(ulong Page, ulong Target)> Pages(ulong space, ulong first, ulong last, CancellationToken cancel);

    private Translation Lookup(ulong space, ulong page)
    {
        ref var slot = ref _known[(int)(unchecked((page ^ (page >> 14) ^ (space >> 5) ^ (space >> 19)) & (Slots - 1)))];
        var known = Volatile.Read(ref slot);
        if (known is not null && known.Page == page && known.Space == space) return known;
        known = Find(space, page);
        Volatile.Write(ref slot, known);
        return known;
    }

    private sealed class OneSpace(TranslationMap map, ulong space) : ITranslator<VirtualAddress, MachineAddress>
    {
        public bool TryTranslate(VirtualAddress from, out MachineAddress to, out ulong runLength)
        {
            to = default;
            runLength = 0;
            if (IsTooWide(from)) return false;
            var known = map.Lookup(space, from.Value >> map.PageShift);
            if (!known.IsFound) return false;
            ulong within = from.Value & ((1UL << map.PageShift) - 1);
            to = new MachineAddress((known.Target << map.PageShift) + within);
            runLength = (1UL << map.PageShift) - within;
            return true;
        }

        public IEnumerable<MappedRun> Runs(VirtualAddress first, VirtualAddress last, CancellationToken cancel)
        {
            ulong start = 0, target = 0, count = 0;
            foreach (var (page, at) in map.Pages(space, first.Value >> map.PageShift, last.Value >> map.PageShift, cancel))
            {
                if (count > 0 && page == start + count && at == target + count)
                {
                    count++;
                    continue;
                }

                if (count > 0) yield return RunOf(start, target, count);
                (start, target, count) = (page, at, 1);
            }

            if (count > 0) yield return RunOf(start, target, count);
        }

        private MappedRun RunOf(ulong page, ulong target, ulong count) => new(page << map.PageShift, target << map.PageShift, count << map.PageShift);

        public Fault Explain(VirtualAddress from) => IsTooWide(from)
            ? new Fault(FaultKind.NotAnAddress, $"{from} has more than {map.AddressBits} bits")
            : map.Lookup(space, from.Value >> map.PageShift).Why;

        private bool IsTooWide(VirtualAddress address) => map.AddressBits == 32 && address.Value > uint.MaxValue;
    }
}
