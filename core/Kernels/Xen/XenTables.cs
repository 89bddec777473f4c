using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// Several page tables as one view. The first is the one that counts; the others are asked only for the range that Xen maps alike everywhere
/// (HYPERVISOR_VIRT_START to HYPERVISOR_VIRT_END), so that a table that is missing from the dump does not hide Xen.
/// </summary>
internal sealed class XenTables(IReadOnlyList<ITranslator<VirtualAddress, MachineAddress>> tables) : ITranslator<VirtualAddress, MachineAddress>
{
    /// <summary>public/arch-x86/xen-x86_64.h: the sixteen top-level slots that belong to Xen.</summary>
    public static AddressRange XenRange { get; } = AddressRange.FromTo(new VirtualAddress(0xffff_8000_0000_0000), new VirtualAddress(0xffff_8800_0000_0000));

    /// <inheritdoc/>
    public bool TryTranslate(VirtualAddress from, out MachineAddress to, out ulong runLength)
    {
        if (tables[0].TryTranslate(from, out to, out runLength)) return true;
        for (int i = 1; i < tables.Count && XenRange.Contains(from); i++)
            if (tables[i].TryTranslate(from, out to, out runLength)) return true;
        return false;
    }

    /// <inheritdoc/>
    public Fault Explain(VirtualAddress from) => TryTranslate(from, out _, out _) ? Fault.None : tables[0].Explain(from);

    /// <summary>The runs of the first table; of Xen's own range, where the first has nothing there, those of the next that has.</summary>
    public IEnumerable<MappedRun>? Runs(VirtualAddress first, VirtualAddress last, CancellationToken cancel)
    {
        if (tables[0].Runs(first, last, cancel) is not { } own) return null;
        var from = first > XenRange.Start ? first : XenRange.Start;
        var lastOfXen = new VirtualAddress(XenRange.End.Value - 1);
        var to = last < lastOfXen ? last : lastOfXen;
        if (from > to || tables[0].Runs(from, to, cancel)?.Any() == true) return own;
        var shared = tables.Skip(1).Select(t => t.Runs(from, to, cancel)).FirstOrDefault(r => r?.Any() == true) ?? [];
        return own.TakeWhile(r => r.From < from.Value).Concat(shared).Concat(own.SkipWhile(r => r.From < from.Value));
    }
}

/// <summary>The virtual mappings that the dump's own file lists (QEMU's paging=true): what is left where no page table is known.</summary>
internal sealed class RecordedTables(IReadOnlyList<RecordedMapping> mappings) : ITranslator<VirtualAddress, MachineAddress>
{
    /// <inheritdoc/>
    public bool TryTranslate(VirtualAddress from, out MachineAddress to, out ulong runLength)
    {
        int low = 0, high = mappings.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            var mapping = mappings[middle];
            ulong offset = unchecked(from.Value - mapping.Virtual.Value);
            if (from < mapping.Virtual)
            {
                high = middle - 1;
            }
            else if (offset >= mapping.Length)
            {
                low = middle + 1;
            }
            else
            {
                to = mapping.Machine + offset;
                runLength = mapping.Length - offset;
                return true;
            }
        }

        to = default;
        runLength = 0;
        return false;
    }

    /// <inheritdoc/>
    public IEnumerable<MappedRun> Runs(VirtualAddress first, VirtualAddress last, CancellationToken cancel) =>
        mappings.Where(m => m.Length > 0 && m.Virtual <= last && unchecked(m.Virtual.Value + (m.Length - 1)) >= first.Value).Select(m => new MappedRun(m.Virtual.Value, m.Machine.Value, m.Length));

    /// <inheritdoc/>
    public Fault Explain(VirtualAddress from) =>
        TryTranslate(from, out _, out _) ? Fault.None : new Fault(FaultKind.NotMapped, $"the dump records no mapping of {from}");
}
