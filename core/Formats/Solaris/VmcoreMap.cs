using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The translations of a vmcore.N: <c>dump_map_t</c> slots (usr/src/uts/common/sys/dumphdr.h), where slot <c>i</c> holds the head of bucket <c>i</c> and, apart from that, the
/// <c>i</c>-th translation. Offsets in it are bytes of the file; 0 ends a chain.
/// </summary>
internal sealed class VmcoreMap
{
    private readonly IByteSource _file;
    private readonly DumpHeader _header;
    private readonly DiagnosticBag _diagnostics;
    private readonly int _slot;
    private readonly ulong _pageMask;

    public VmcoreMap(IByteSource file, DumpHeader header, DiagnosticBag diagnostics)
    {
        _file = file;
        _header = header;
        _diagnostics = diagnostics;
        _slot = header.WordSize == 32 ? 32 : 40;
        _pageMask = (ulong)header.PageSize - 1;
        ulong there = file.Length > header.Map && header.Map > 0 ? (ulong)(file.Length - header.Map) / (ulong)_slot : 0;
        Slots = Math.Min(header.HashMask == ulong.MaxValue ? ulong.MaxValue : header.HashMask + 1, there);
    }

    /// <summary>Slots that the file holds.</summary>
    public ulong Slots { get; }

    /// <summary>The place in the file of the page that an address space maps at a page's address; null with a reason where none is recorded.</summary>
    public ulong? Find(ulong addressSpace, ulong address, out Fault why)
    {
        ulong page = address & ~_pageMask;
        ulong bucket = Hash(addressSpace, page);
        why = new Fault(FaultKind.NotSaved, $"the dump records no translation of {AddressText.Hex(address)}");
        if (!TrySlot(bucket, out var head))
        {
            why = new Fault(FaultKind.Truncated, $"the part of the dump's map that would tell where {AddressText.Hex(address)} is lies outside the file");
            return null;
        }

        ulong next = head.First, mark = 0;
        int steps = 0, power = 1;
        while (next != 0)
        {
            // Brent's way to see a chain that runs into itself.
            if (next == mark || ++steps > DumpLimits.MapChain) return Damaged(address, "its chain does not end (stopped: cycle)", out why);
            if (steps == power)
            {
                mark = next;
                power *= 2;
            }

            if (!TryIndex(next, out ulong index) || !TrySlot(index, out var node)) return Damaged(address, $"it leads to byte {next}, which is no slot of the map", out why);
            if (Hash(node.AddressSpace, node.Address) != bucket) return Damaged(address, "its chain leads into another", out why);
            if (node.Address == page && node.AddressSpace == addressSpace) return Page(address, node.Data, out why);
            next = node.Next;
        }

        return null;
    }

    /// <summary>Every translation, in the order in which the dump was written; slots without one are left out.</summary>
    public IEnumerable<(ulong AddressSpace, ulong Address, ulong Index)> All()
    {
        const int AtOnce = 4096;
        byte[] bytes = new byte[AtOnce * _slot];
        for (ulong i = 0; i < Slots; i += AtOnce)
        {
            int got = _file.Read((long)((ulong)_header.Map + (i * (ulong)_slot)), bytes) / _slot;
            for (int k = 0; k < got && i + (ulong)k < Slots; k++)
                if (Parse(bytes.AsSpan(k * _slot, _slot)) is { Data: not 0 } node && PageIndex(node.Data) is { } index) yield return (node.AddressSpace, node.Address, index);
            if (got < AtOnce) yield break;
        }
    }

    private ulong? Page(ulong address, ulong data, out Fault why)
    {
        why = Fault.None;
        if (PageIndex(data) is { } index) return index;
        return Damaged(address, $"its page would be at byte {data}, which is no page of the dump", out why);
    }

    private ulong? PageIndex(ulong data)
    {
        ulong from = unchecked(data - (ulong)_header.Data);
        return data >= (ulong)_header.Data && (from & _pageMask) == 0 && from >> _header.PageShift < _header.Pages ? from >> _header.PageShift : null;
    }

    private ulong? Damaged(ulong address, string how, out Fault why)
    {
        why = new Fault(FaultKind.BadPage, $"the dump's map is damaged where it would tell of {AddressText.Hex(address)}: {how}");
        _diagnostics.Warn("solaris/map-damaged", $"the map of virtual addresses in {_file.Name} is damaged: for {AddressText.Hex(address)} {how}; such addresses are shown as absent.");
        return null;
    }

    private ulong Hash(ulong addressSpace, ulong page) => unchecked((addressSpace >> 3) + (page >> _header.PageShift)) & _header.HashMask;

    private bool TryIndex(ulong offset, out ulong index)
    {
        ulong from = unchecked(offset - (ulong)_header.Map);
        index = from / (ulong)_slot;
        return offset >= (ulong)_header.Map && from % (ulong)_slot == 0 && index < Slots;
    }

    private bool TrySlot(ulong index, out Slot slot)
    {
        slot = default;
        Span<byte> bytes = stackalloc byte[40];
        if (index >= Slots || !_file.TryRead((ulong)_header.Map + (index * (ulong)_slot), bytes[.._slot])) return false;
        slot = Parse(bytes[.._slot]);
        return true;
    }

    private Slot Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new SpanReader(bytes);
        int word = _header.WordSize / 8;
        reader.TryReadU64(out ulong first);
        reader.TryReadU64(out ulong next);
        reader.TryReadU64(out ulong data);
        reader.TryReadUnsigned(word, out ulong addressSpace);
        reader.TryReadUnsigned(word, out ulong address);
        return new Slot(first, next, data, addressSpace, address);
    }

    private readonly record struct Slot(ulong First, ulong Next, ulong Data, ulong AddressSpace, ulong Address);
}
