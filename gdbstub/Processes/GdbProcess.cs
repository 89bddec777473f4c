using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.GdbStub.Layout;
using XenDumpAdapter.GdbStub.SymbolFiles;

namespace XenDumpAdapter.GdbStub.Processes;

/// <summary>
/// What a client sees as a process (gdb: an inferior): threads of one architecture over one address space. The hypervisor is one, each guest with a
/// known address space another; gdb asks each for its own target description, so a 32-bit dom0 under a 64-bit Xen is shown as what it is.
/// </summary>
internal sealed class GdbProcess
{
    private Dictionary<long, GdbThread>? _byId;

    /// <summary>Process id: 1 for the machine, a domain's id + 2 for a guest.</summary>
    public required int Id { get; init; }

    /// <summary>For people: <c>xen</c>, <c>dom0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its registers.</summary>
    public required RegisterLayout Layout { get; init; }

    /// <summary>Its memory; null where the dump gives no way to translate its addresses.</summary>
    public required AddressSpace? Space { get; init; }

    /// <summary>Its threads, the most telling first.</summary>
    public required IReadOnlyList<GdbThread> Threads { get; init; }

    /// <summary>Its image with symbols, or null.</summary>
    public Module? Module { get; init; }

    /// <summary>Bits of a linear address that are significant: 32, 48 or 57 (five-level page tables).</summary>
    public required int LinearBits { get; init; }

    /// <summary>The file that is made of the symbols in the dump; null where they come from files.</summary>
    public SymbolImage? Image { get; init; }

    /// <summary>
    /// Path of the file with its symbols: of the one that is made, else of the one that they came from, where that is a file of its own that exists; null otherwise.
    /// </summary>
    public string? SymbolFile => Image is not null ? Image.Path : Module?.Path is { } path && File.Exists(path) ? Path.GetFullPath(path) : null;

    /// <summary>Copies bytes of its memory; returns how many came. Nothing follows the last address of the space.</summary>
    public int Read(ulong address, Span<byte> destination)
    {
        if (Space is null || destination.IsEmpty) return 0;
        ulong last = Space.AddressBits == 32 ? uint.MaxValue : ulong.MaxValue;
        if (address > last) return 0;
        ulong after = last - address;
        return Space.Read(address, after < (ulong)destination.Length ? destination[..(int)(after + 1)] : destination);
    }

    /// <summary>Why the byte is absent.</summary>
    public string WhyAbsent(ulong address) =>
        Space is null ? "the dump gives no way to translate this process's addresses" : $"{AddressText.Hex(address)}: {Space.Explain(address)}";

    /// <summary>
    /// The thread to show first: the first whose pc is known, since gdb gives up on a connection whose first thread has none. Null where there are
    /// no threads.
    /// </summary>
    public GdbThread? Foremost(CancellationToken cancel)
    {
        var pc = Layout.Columns.First(c => c.Generic == "pc");
        return Threads.FirstOrDefault(t => t.Read(pc, cancel) is not null) ?? (Threads is [var first, ..] ? first : null);
    }

    /// <summary>The thread of that id, or null.</summary>
    public GdbThread? Find(long thread)
    {
        _byId ??= Threads.DistinctBy(t => t.Id).ToDictionary(t => (long)t.Id);
        return _byId.GetValueOrDefault(thread);
    }
}
