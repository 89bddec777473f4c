using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Memory;

/// <summary>Which kind of addresses a named space has.</summary>
public enum AddressSpaceKind
{
    /// <summary>Virtual addresses, through page tables.</summary>
    Virtual,

    /// <summary>A domain's pseudo-physical addresses, through its P2M.</summary>
    Physical,

    /// <summary>Machine addresses.</summary>
    Machine,
}

/// <summary>
/// A named address space that a user can point at: <c>xen</c>, <c>dom0</c>, <c>machine</c>, <c>phys</c>, … The facade over the typed
/// memories for everything whose kind of address is chosen at run time.
/// </summary>
/// <param name="name">The name as a user writes it.</param>
/// <param name="kind">Which addresses.</param>
/// <param name="addressBits">Width of an address: 32 or 64.</param>
public abstract class AddressSpace(string name, AddressSpaceKind kind, int addressBits)
{
    /// <summary>The name as a user writes it: <c>xen</c>, <c>dom0</c>, <c>machine</c>, <c>phys</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Which kind of addresses.</summary>
    public AddressSpaceKind Kind { get; } = kind;

    /// <summary>Width of an address and of a pointer stored in it: 32 or 64 bits.</summary>
    public int AddressBits { get; } = addressBits;

    /// <summary>Copies bytes from <paramref name="address"/> (a number in this space); returns how many came.</summary>
    public abstract int Read(ulong address, Span<byte> destination);

    /// <summary>Why the byte at <paramref name="address"/> is absent.</summary>
    public abstract Fault Explain(ulong address);

    /// <summary>The machine address behind an address (of a Solaris dump: where in the dump's pages it is); null where nothing is mapped, or where the space does not tell.</summary>
    public virtual MachineAddress? Machine(ulong address) => null;

    /// <summary>
    /// The runs of addresses that are mapped, from <paramref name="first"/> to <paramref name="last"/>, ascending, each with its machine address; null where they cannot be
    /// listed. What is mapped need not be in the dump. A run of no bytes says that the listing was stopped there: tables that lead to themselves map without end.
    /// </summary>
    public virtual IEnumerable<MappedRun>? Runs(ulong first, ulong last, CancellationToken cancel) => null;

    /// <summary>A space over virtual memory.</summary>
    public static AddressSpace Of(string name, int addressBits, IMemory<VirtualAddress> memory) =>
        new Typed<VirtualAddress>(name, AddressSpaceKind.Virtual, addressBits, memory);

    /// <summary>A space over a domain's physical memory.</summary>
    public static AddressSpace Of(string name, IMemory<PhysicalAddress> memory) =>
        new Typed<PhysicalAddress>(name, AddressSpaceKind.Physical, 64, memory);

    /// <summary>A space over machine memory.</summary>
    public static AddressSpace Of(string name, IMemory<MachineAddress> memory) =>
        new Typed<MachineAddress>(name, AddressSpaceKind.Machine, 64, memory);

    private sealed class Typed<TAddress>(string name, AddressSpaceKind kind, int bits, IMemory<TAddress> memory) : AddressSpace(name, kind, bits)
        where TAddress : struct, IAddress<TAddress>
    {
        public override int Read(ulong address, Span<byte> destination) => memory.Read(TAddress.From(address), destination);

        public override Fault Explain(ulong address) => memory.Explain(TAddress.From(address));

        public override MachineAddress? Machine(ulong address) => memory switch
        {
            TranslatedMemory<TAddress, MachineAddress> { Translator: { } map } => map.TryTranslate(TAddress.From(address), out var to, out _) ? to : null,
            PagedMemory => new MachineAddress(address),
            _ => null,
        };

        public override IEnumerable<MappedRun>? Runs(ulong first, ulong last, CancellationToken cancel) => memory switch
        {
            TranslatedMemory<TAddress, MachineAddress> { Translator: { } map } => map.Runs(TAddress.From(first), TAddress.From(last), cancel)?.Select(r => Clip(r, first, last)),
            PagedMemory { Pages: { } pages } => pages.Ranges.Select(r => new MappedRun(r.Start.Value, r.Start.Value, r.Length)).Where(r => r.From <= last && r.From + (r.Length - 1) >= first).Select(r => Clip(r, first, last)),
            _ => null,
        };

        private static MappedRun Clip(MappedRun run, ulong first, ulong last)
        {
            if (run.Length == 0) return run;
            ulong from = Math.Max(run.From, first), end = Math.Min(unchecked(run.From + (run.Length - 1)), last);
            return new MappedRun(from, unchecked(run.To + (from - run.From)), unchecked(end - from + 1));
        }
    }
}

/// <summary>A byte in a named space.</summary>
/// <param name="Space">The space.</param>
/// <param name="Address">The number in it.</param>
public readonly record struct Location(AddressSpace Space, ulong Address)
{
    /// <summary>As a user writes it and as memory references are spelled: <c>dom0:0xffffffff80100000</c>.</summary>
    public override string ToString() => $"{Space.Name}:{AddressText.Hex(Address)}";
}
