namespace XenDumpAdapter.Core.Samples.Machine;

/// <summary>
/// Page tables of four levels under construction (Intel's Software Developer's Manual, volume 3, section 4.5). Frames for new tables come from whoever owns
/// the tables: Xen's from Xen, a paravirtual guest's from the guest.
/// </summary>
internal sealed class Mappings(Ram ram, Func<ulong> takeFrame)
{
    public const ulong Present = 1;
    public const ulong Writable = 2;
    public const ulong User = 4;

    private const ulong Accessed = 0x20;
    private const ulong Dirty = 0x40;
    private const ulong Large = 0x80;
    private const ulong AddressMask = 0x000f_ffff_ffff_f000;

    /// <summary>The frame of the top-level table.</summary>
    public ulong Root { get; } = takeFrame();

    /// <summary>Maps one page of 4 KB.</summary>
    public void Map(ulong address, ulong frame, ulong flags) =>
        ram.Write(EntryOf(address, 1, flags), frame << 12 | flags | Present | Accessed | Dirty, 8);

    /// <summary>Maps 2 MB with one entry.</summary>
    public void MapLarge(ulong address, ulong machine, ulong flags) =>
        ram.Write(EntryOf(address, 2, flags), machine | flags | Present | Accessed | Dirty | Large, 8);

    /// <summary>Takes over top-level entries of other tables: what Xen does with its own slots in every guest's.</summary>
    public void Share(Mappings other, int firstSlot, int count)
    {
        for (int slot = firstSlot; slot < firstSlot + count; slot++)
            ram.Write((Root << 12) + (ulong)slot * 8, ram.Read((other.Root << 12) + (ulong)slot * 8, 8), 8);
    }

    /// <summary>The machine address behind a virtual one; null where nothing is mapped.</summary>
    public ulong? Translate(ulong address)
    {
        ulong table = Root << 12;
        for (int level = 4; level >= 1; level--)
        {
            ulong entry = ram.Read(table + Index(address, level) * 8, 8);
            if ((entry & Present) == 0) return null;
            ulong size = 1UL << 12 + 9 * (level - 1);
            if (level == 1 || (entry & Large) != 0) return (entry & AddressMask & ~(size - 1)) + (address & (size - 1));
            table = entry & AddressMask;
        }

        return null;
    }

    /// <summary>The entries on the way to an address, from the top, down to the one that is not present.</summary>
    public IEnumerable<(int Level, ulong Index, ulong Entry)> Walk(ulong address)
    {
        ulong table = Root << 12;
        for (int level = 4; level >= 1; level--)
        {
            ulong entry = ram.Read(table + Index(address, level) * 8, 8);
            yield return (level, Index(address, level), entry);
            if ((entry & Present) == 0) yield break;
            table = entry & AddressMask;
        }
    }

    private static ulong Index(ulong address, int level) => address >> 12 + 9 * (level - 1) & 511;

    private ulong EntryOf(ulong address, int level, ulong flags)
    {
        ulong table = Root << 12;
        for (int at = 4; at > level; at--)
        {
            ulong slot = table + Index(address, at) * 8;
            if ((ram.Read(slot, 8) & Present) == 0) ram.Write(slot, takeFrame() << 12 | Present | Writable | Accessed | Dirty | (flags & User), 8);
            table = ram.Read(slot, 8) & AddressMask;
        }

        return table + Index(address, level) * 8;
    }
}
