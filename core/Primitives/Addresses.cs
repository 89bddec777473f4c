using System.Globalization;

namespace XenDumpAdapter.Core.Primitives;

/// <summary>An address that says in its type where it lives. Arithmetic wraps at 2^64, as the hardware's does.</summary>
/// <typeparam name="TSelf">The address type itself.</typeparam>
public interface IAddress<TSelf> where TSelf : struct, IAddress<TSelf>
{
    /// <summary>The number, in bytes from the start of the address space.</summary>
    ulong Value { get; }

    /// <summary>The address with this number.</summary>
    static abstract TSelf From(ulong value);
}

/// <summary>A byte of the machine's RAM as the memory controller numbers it: what Xen calls a machine address (MFN * 4096 + offset).</summary>
/// <param name="Value">Bytes from machine address 0.</param>
public readonly record struct MachineAddress(ulong Value) : IAddress<MachineAddress>
{
    /// <inheritdoc/>
    public static MachineAddress From(ulong value) => new(value);

    /// <summary>This address moved by <paramref name="bytes"/>, wrapping.</summary>
    public static MachineAddress operator +(MachineAddress a, ulong bytes) => new(unchecked(a.Value + bytes));

    /// <inheritdoc/>
    public override string ToString() => AddressText.Hex(Value);
}

/// <summary>A byte of what one guest believes to be its RAM: a pseudo-physical address (PFN * 4096 + offset), mapped by that domain's P2M.</summary>
/// <param name="Value">Bytes from the domain's physical address 0.</param>
public readonly record struct PhysicalAddress(ulong Value) : IAddress<PhysicalAddress>
{
    /// <inheritdoc/>
    public static PhysicalAddress From(ulong value) => new(value);

    /// <summary>This address moved by <paramref name="bytes"/>, wrapping.</summary>
    public static PhysicalAddress operator +(PhysicalAddress a, ulong bytes) => new(unchecked(a.Value + bytes));

    /// <inheritdoc/>
    public override string ToString() => AddressText.Hex(Value);
}

/// <summary>An address as a program uses it, translated by some page tables. On amd64 in canonical form; on ia32 zero-extended.</summary>
/// <param name="Value">Bytes from virtual address 0.</param>
public readonly record struct VirtualAddress(ulong Value) : IAddress<VirtualAddress>, IComparable<VirtualAddress>
{
    /// <inheritdoc/>
    public static VirtualAddress From(ulong value) => new(value);

    /// <summary>This address moved up by <paramref name="bytes"/>, wrapping.</summary>
    public static VirtualAddress operator +(VirtualAddress a, ulong bytes) => new(unchecked(a.Value + bytes));

    /// <summary>This address moved down by <paramref name="bytes"/>, wrapping.</summary>
    public static VirtualAddress operator -(VirtualAddress a, ulong bytes) => new(unchecked(a.Value - bytes));

    /// <summary>Unsigned order.</summary>
    public static bool operator <(VirtualAddress a, VirtualAddress b) => a.Value < b.Value;

    /// <summary>Unsigned order.</summary>
    public static bool operator >(VirtualAddress a, VirtualAddress b) => a.Value > b.Value;

    /// <summary>Unsigned order.</summary>
    public static bool operator <=(VirtualAddress a, VirtualAddress b) => a.Value <= b.Value;

    /// <summary>Unsigned order.</summary>
    public static bool operator >=(VirtualAddress a, VirtualAddress b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public int CompareTo(VirtualAddress other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => AddressText.Hex(Value);
}

/// <summary>How addresses are written everywhere: <c>0x</c> and lower-case hexadecimal digits, no padding.</summary>
public static class AddressText
{
    /// <summary>The number as <c>0x…</c>.</summary>
    public static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
