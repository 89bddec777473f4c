using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Arch.Amd64;

/// <summary>
/// Long-mode page tables with 4 or 5 levels, and pages of 4 KB, 2 MB and 1 GB (Intel SDM volume 3, 4-level and 5-level paging). A 32-bit PV guest of a
/// 64-bit Xen also runs on these; it only sees the lowest 4 GB.
/// </summary>
/// <param name="memory">Where the tables are.</param>
/// <param name="root">The top table.</param>
/// <param name="levels">4, or 5 with LA57.</param>
public sealed class PageTables(IMemory<MachineAddress> memory, MachineAddress root, int levels) : ITranslator<VirtualAddress, MachineAddress>
{
    private const ulong AddressMask = 0x000f_ffff_ffff_f000;
    private const ulong Present = 1;
    private const ulong PageSizeBit = 1 << 7;
    private const ulong La57 = 1 << 12;

    /// <summary>The top table.</summary>
    public MachineAddress Root { get; } = root;

    /// <summary>The tables that a CPU has loaded.</summary>
    /// <param name="memory">Where the tables are.</param>
    /// <param name="cr3">Its cr3; the low bits (PCID, cache control) are not part of the address.</param>
    /// <param name="cr4">Its cr4: bit 12 says whether there are five levels; 0 where unknown.</param>
    public static PageTables FromCr3(IMemory<MachineAddress> memory, ulong cr3, ulong cr4) =>
        new(memory, new MachineAddress(cr3 & AddressMask), (cr4 & La57) != 0 ? 5 : 4);

    /// <inheritdoc/>
    public bool TryTranslate(VirtualAddress from, out MachineAddress to, out ulong runLength)
    {
        var end = Walk(from);
        to = end.Target;
        runLength = end.RunLength;
        return end.Mapped;
    }

    /// <inheritdoc/>
    public Fault Explain(VirtualAddress from)
    {
        var end = Walk(from);
        if (end.Mapped) return Fault.None;
        if (end.Level == 0) return new Fault(FaultKind.NotAnAddress, $"{from} is not a canonical address");
        string entry = $"L{end.Level}[0x{IndexAt(from, end.Level):x}] at machine {end.Entry}";
        return end.Readable
            ? new Fault(FaultKind.NotMapped, $"{entry} is not present")
            : new Fault(FaultKind.TableUnreadable, $"{entry} cannot be read: {memory.Explain(end.Entry).Text}");
    }

    /// <inheritdoc/>
    public IEnumerable<MappedRun> Runs(VirtualAddress first, VirtualAddress last, CancellationToken cancel) => new TableRuns(this, Gap).Between(first.Value, last.Value, cancel);

    /// <summary>How far nothing is mapped: to the end of what the entry that is missing would map; from one that is not canonical to the upper half.</summary>
    private ulong Gap(VirtualAddress from)
    {
        int level = Walk(from).Level;
        if (level > 0) return (1UL << (12 + 9 * (level - 1))) - (from.Value & ((1UL << (12 + 9 * (level - 1))) - 1));
        ulong upper = unchecked(0 - (1UL << (11 + 9 * levels)));
        return from.Value < upper ? upper - from.Value : 0;
    }

    private WalkEnd Walk(VirtualAddress from)
    {
        int unused = 64 - (12 + 9 * levels);
        if (unchecked((ulong)((long)(from.Value << unused) >> unused)) != from.Value) return default;
        var table = Root;
        for (int level = levels; level >= 1; level--)
        {
            var at = table + (ulong)IndexAt(from, level) * 8;
            if (!memory.TryReadU64(at, out ulong entry)) return new WalkEnd { Level = level, Entry = at };
            if ((entry & Present) == 0) return new WalkEnd { Level = level, Entry = at, Readable = true };
            bool isPage = level == 1 || (level <= 3 && (entry & PageSizeBit) != 0);
            if (isPage) return Page(from, entry, level);
            table = new MachineAddress(entry & AddressMask);
        }

        return default;
    }

    private static WalkEnd Page(VirtualAddress from, ulong entry, int level)
    {
        ulong size = 1UL << (12 + 9 * (level - 1));
        ulong offset = from.Value & (size - 1);
        return new WalkEnd { Mapped = true, Level = level, Target = new MachineAddress((entry & AddressMask & ~(size - 1)) | offset), RunLength = size - offset };
    }

    private static int IndexAt(VirtualAddress from, int level) => (int)(from.Value >> (12 + 9 * (level - 1)) & 511);

    private readonly record struct WalkEnd
    {
        public bool Mapped { get; init; }

        /// <summary>Level of the last entry looked at; 0 where the address is not canonical.</summary>
        public int Level { get; init; }

        public MachineAddress Entry { get; init; }

        public bool Readable { get; init; }

        public MachineAddress Target { get; init; }

        public ulong RunLength { get; init; }
    }
}
