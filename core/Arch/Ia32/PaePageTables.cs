using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Arch.Ia32;

/// <summary>
/// ia32 page tables with physical address extension (Intel SDM volume 3, PAE paging): four top entries at a 32-byte aligned address, then two levels
/// of 512 entries; pages of 4 KB and 2 MB.
/// </summary>
/// <param name="memory">Where the tables are.</param>
/// <param name="cr3">cr3 as loaded.</param>
public sealed class PaePageTables(IMemory<MachineAddress> memory, ulong cr3) : ITranslator<VirtualAddress, MachineAddress>
{
    private const ulong AddressMask = 0x000f_ffff_ffff_f000;
    private readonly MachineAddress _root = new(cr3 & 0xffff_ffe0);

    /// <inheritdoc/>
    public bool TryTranslate(VirtualAddress from, out MachineAddress to, out ulong runLength)
    {
        bool mapped = Walk(from, out to, out runLength, out _, out _, out _);
        return mapped;
    }

    /// <inheritdoc/>
    public Fault Explain(VirtualAddress from)
    {
        if (from.Value > uint.MaxValue) return new Fault(FaultKind.NotAnAddress, $"{from} does not fit 32 bits");
        if (Walk(from, out _, out _, out int level, out var at, out bool readable)) return Fault.None;
        string entry = $"L{level}[0x{from.Value >> Shift(level) & 511:x}] at machine {at}";
        return readable
            ? new Fault(FaultKind.NotMapped, $"{entry} is not present")
            : new Fault(FaultKind.TableUnreadable, $"{entry} cannot be read: {memory.Explain(at).Text}");
    }

    /// <inheritdoc/>
    public IEnumerable<MappedRun> Runs(VirtualAddress first, VirtualAddress last, CancellationToken cancel) =>
        new TableRuns(this, Gap).Between(first.Value, Math.Min(last.Value, uint.MaxValue), cancel);

    private ulong Gap(VirtualAddress from)
    {
        if (from.Value > uint.MaxValue) return 0;
        Walk(from, out _, out _, out int level, out _, out _);
        ulong size = 1UL << Shift(Math.Max(level, 1));
        return size - (from.Value & (size - 1));
    }

    private bool Walk(VirtualAddress from, out MachineAddress to, out ulong runLength, out int level, out MachineAddress at, out bool readable)
    {
        (to, runLength, at, readable) = (default, 0, default, false);
        var table = _root;
        for (level = 3; level >= 1 && from.Value <= uint.MaxValue; level--)
        {
            at = table + (from.Value >> Shift(level) & (level == 3 ? 3UL : 511UL)) * 8;
            readable = memory.TryReadU64(at, out ulong entry);
            if (!readable || (entry & 1) == 0) return false;
            table = new MachineAddress(entry & AddressMask);
            if (level > 2 || (level == 2 && (entry & 0x80) == 0)) continue;
            ulong size = 1UL << Shift(level);
            ulong offset = from.Value & (size - 1);
            to = new MachineAddress((entry & AddressMask & ~(size - 1)) | offset);
            runLength = size - offset;
            return true;
        }

        return false;
    }

    private static int Shift(int level) => 12 + 9 * (level - 1);
}
