using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Memory;

/// <summary>
/// The P2M of a paravirtual domain: which machine frame (MFN) stands behind each of its frames (PFN). The domain publishes it as a tree of three
/// levels of frames full of MFNs (<c>pfn_to_mfn_frame_list_list</c>, xen/include/public/arch-x86/xen.h, struct arch_shared_info):
/// <code>
///   list of lists --MFN--> list --MFN--> piece of the P2M --MFN--> the page
/// </code>
/// Entries are unsigned longs of the guest: 512 of 8 bytes or 1024 of 4 bytes a frame. Walked when asked, nothing is kept here.
/// </summary>
/// <param name="memory">Machine memory.</param>
/// <param name="listOfLists">MFN of the list of lists.</param>
/// <param name="guestBits">Width of the guest's longs: 32 or 64.</param>
/// <param name="frameLimit">How many frames the domain has (<c>max_pfn</c>), where known; entries behind are not looked at.</param>
public sealed class PageFrameMap(IMemory<MachineAddress> memory, ulong listOfLists, int guestBits, ulong? frameLimit = null)
    : ITranslator<PhysicalAddress, MachineAddress>
{
    private const int PageShift = 12;
    private const ulong PageSize = 1UL << PageShift;
    private readonly int _entryBytes = guestBits / 8;
    private readonly int _indexBits = guestBits == 64 ? 9 : 10;

    /// <summary>Linux marks frames that belong to another domain (FOREIGN_FRAME_BIT, arch/x86/include/asm/xen/page.h) in the top bit of an entry.</summary>
    private readonly ulong _foreign = 1UL << (guestBits - 1);

    /// <summary>Linux marks frames that are device memory, mapped one to one (IDENTITY_FRAME_BIT), in the bit below.</summary>
    private readonly ulong _identity = 1UL << (guestBits - 2);

    private readonly ulong _invalid = guestBits == 64 ? ulong.MaxValue : uint.MaxValue;

    /// <summary>MFN of the list of lists.</summary>
    public ulong ListOfLists { get; } = listOfLists;

    /// <inheritdoc/>
    public bool TryTranslate(PhysicalAddress from, out MachineAddress to, out ulong runLength)
    {
        bool found = TryWalk(from.Value >> PageShift, out ulong frame, out _, out _);
        ulong offset = from.Value & (PageSize - 1);
        to = found ? new MachineAddress((frame << PageShift) + offset) : default;
        runLength = found ? PageSize - offset : 0;
        return found;
    }

    /// <inheritdoc/>
    public Fault Explain(PhysicalAddress from)
    {
        ulong frame = from.Value >> PageShift;
        if (TryWalk(frame, out ulong entry, out int level, out var at)) return Fault.None;
        string pfn = $"PFN {AddressText.Hex(frame)}";
        if (level > 3) return new Fault(FaultKind.NotAnAddress, $"{pfn} is beyond what the P2M of this domain can hold");
        if (level == 0) return new Fault(FaultKind.NotMapped, $"{pfn} is beyond the domain's {frameLimit} frames");
        if (at is { } unreadable)
            return new Fault(FaultKind.TableUnreadable, $"the P2M's entry for {pfn} (level {level}, machine {unreadable}) cannot be read: {memory.Explain(unreadable).Text}");
        string why = entry == _invalid ? "the entry is invalid (the page was ballooned out or never there)"
            : entry == 0 ? "the entry is empty"
            : level > 1 ? "the entry is no frame number"
            : (entry & _foreign) != 0 ? $"it is another domain's frame {AddressText.Hex(entry & ~(_foreign | _identity))}"
            : (entry & _identity) != 0 ? "it is device memory or a gap, not RAM of the domain"
            : $"the entry {AddressText.Hex(entry)} is no frame number";
        return new Fault(FaultKind.NotMapped, level == 1 ? $"{pfn} has no machine frame: {why}" : $"{pfn} is in no part of the P2M (level {level}): {why}");
    }

    /// <summary>
    /// Walks from the list of lists (level 3) to the P2M itself (level 1). Where that fails, <paramref name="level"/> says where (0: behind the domain's
    /// end, 4: no level can hold it), <paramref name="entry"/> what stood there, and <paramref name="unreadable"/> the place that could not be read.
    /// </summary>
    private bool TryWalk(ulong frame, out ulong entry, out int level, out MachineAddress? unreadable)
    {
        entry = ListOfLists;
        unreadable = null;
        level = frame >> (3 * _indexBits) != 0 ? 4 : 0;
        if (level != 0 || frame >= (frameLimit ?? ulong.MaxValue)) return false;
        level = 3;
        if (entry == 0 || entry > ulong.MaxValue >> PageShift) return false;
        for (; level >= 1; level--)
        {
            ulong index = frame >> ((level - 1) * _indexBits) & ((1UL << _indexBits) - 1);
            var at = new MachineAddress((entry << PageShift) + (index * (ulong)_entryBytes));
            if (!memory.TryReadUnsigned(at, _entryBytes, out entry))
            {
                unreadable = at;
                return false;
            }

            // Frame 0 is never a domain's: Xen keeps it, so a zero is an entry that nobody filled in.
            if (entry == 0 || (entry & (_foreign | _identity)) != 0 || entry > ulong.MaxValue >> PageShift) return false;
        }

        return true;
    }
}
