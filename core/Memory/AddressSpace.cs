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
