using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Arch;

/// <summary>Page tables in made-up machine memory. Each new table goes to a frame that has nothing to do with the one before, so that an identity map would show.</summary>
internal sealed class PageTableBuilder
{
    private const ulong AddressMask = 0x000f_ffff_ffff_f000;
    private readonly Dictionary<ulong, ulong> _entries = [];
    private ulong _next = 0x77;

    /// <summary>Entry bits: present, writable, user, accessed, dirty, and bit 63 (no execute), which is no part of an address.</summary>
    public const ulong Flags = 0x8000_0000_0000_0067;

    /// <summary>The memory they are in.</summary>
    public SparseMemory<MachineAddress> Memory { get; } = new();

    /// <summary>A table whose entries are all absent.</summary>
    public ulong NewTable()
    {
        _next = _next * 5 % 0xffff;
        ulong table = _next << 12;
        Memory.Put(table, new byte[4096]);
        return table;
    }

    /// <summary>Writes an entry.</summary>
    public void Set(ulong table, ulong index, ulong entry)
    {
        _entries[table + index * 8] = entry;
        Memory.Put64(table + index * 8, entry);
    }

    /// <summary>Maps a page of a level (1: 4 KB, 2: 2 MB, 3: 1 GB) under a root of so many levels, making the tables on the way.</summary>
    public void Map(ulong root, int levels, ulong virtualAddress, ulong machine, int pageLevel = 1)
    {
        ulong table = root;
        for (int level = levels; level > pageLevel; level--)
        {
            ulong index = IndexOf(virtualAddress, level);
            if (!_entries.TryGetValue(table + index * 8, out ulong entry)) Set(table, index, entry = NewTable() | (level == 3 && levels == 3 ? 1 : Flags));
            table = entry & AddressMask;
        }

        Set(table, IndexOf(virtualAddress, pageLevel), machine | Flags | (pageLevel > 1 ? 0x80UL : 0));
    }

    /// <summary>Where the entry of an address is in its table of a level.</summary>
    public static ulong IndexOf(ulong virtualAddress, int level) => virtualAddress >> (12 + 9 * (level - 1)) & 511;
}
