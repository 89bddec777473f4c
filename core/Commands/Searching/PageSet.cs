using System.Numerics;

namespace XenDumpAdapter.Core.Commands.Searching;

/// <summary>Numbers of pages, each once, in as much memory as the pages that are in it need.</summary>
internal sealed class PageSet
{
    private const int BlockShift = 12;
    private const int BlockWords = 1 << (BlockShift - 6);
    private readonly Dictionary<ulong, ulong[]> _blocks = [];

    /// <summary>How many.</summary>
    public ulong Count { get; private set; }

    /// <summary>Puts a page in.</summary>
    public void Add(ulong page)
    {
        ulong key = page >> BlockShift;
        if (!_blocks.TryGetValue(key, out ulong[]? block)) _blocks[key] = block = new ulong[BlockWords];
        ref ulong word = ref block[(int)(page >> 6) & (BlockWords - 1)];
        ulong bit = 1UL << (int)(page & 63);
        if ((word & bit) != 0) return;
        word |= bit;
        Count++;
    }

    /// <summary>Whether a page is in.</summary>
    public bool Has(ulong page) => _blocks.TryGetValue(page >> BlockShift, out ulong[]? block) && (block[(int)(page >> 6) & (BlockWords - 1)] & (1UL << (int)(page & 63))) != 0;

    /// <summary>How many are in another set, too.</summary>
    public ulong CountIn(PageSet other)
    {
        ulong count = 0;
        foreach (var (key, block) in _blocks)
        {
            if (!other._blocks.TryGetValue(key, out ulong[]? theirs)) continue;
            for (int i = 0; i < BlockWords; i++) count += (ulong)BitOperations.PopCount(block[i] & theirs[i]);
        }

        return count;
    }
}
