using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Types;

/// <summary>Whether a value is there.</summary>
public enum ValueStatus
{
    /// <summary>It has bytes: in memory (perhaps unreadable when asked) or in registers.</summary>
    Available,

    /// <summary>The compiler kept it nowhere at this pc.</summary>
    OptimizedOut,

    /// <summary>It is somewhere that cannot be read; <see cref="TypedValue.StatusText"/> says why.</summary>
    Unavailable,
}

/// <summary>
/// A value of a type: at a place in an address space, or bytes that are in no memory (a register, a piece of a location list).
/// Immutable; memory is read when asked. Nothing is zero for being unreadable.
/// </summary>
public sealed class TypedValue
{
    private readonly byte[]? _bytes;

    private TypedValue(CType type, AddressSpace space, ulong? address, byte[]? bytes, ValueStatus status, string? text, int bitShift, int? bitSize)
    {
        Type = type;
        Space = space;
        Address = address;
        _bytes = bytes;
        Status = status;
        StatusText = text;
        BitShift = bitShift;
        BitSize = bitSize;
    }

    /// <summary>Its type.</summary>
    public CType Type { get; }

    /// <summary>The space that its address and any pointer in it are in.</summary>
    public AddressSpace Space { get; }

    /// <summary>Its address in <see cref="Space"/>; null for a value that is in no memory.</summary>
    public ulong? Address { get; }

    /// <summary>Whether it is there.</summary>
    public ValueStatus Status { get; }

    /// <summary>Why it is not there, or null.</summary>
    public string? StatusText { get; }

    /// <summary>For a bit field: bits between its first bit and bit 0 of the byte at <see cref="Address"/>.</summary>
    public int BitShift { get; }

    /// <summary>Bits of a bit field; null for other values.</summary>
    public int? BitSize { get; }

    /// <summary>A value in memory.</summary>
    public static TypedValue At(CType type, AddressSpace space, ulong address) => new(type, space, address, null, ValueStatus.Available, null, 0, null);

    /// <summary>A bit field in memory.</summary>
    public static TypedValue BitField(CType type, AddressSpace space, ulong address, int bitShift, int bitSize) =>
        new(type, space, address, null, ValueStatus.Available, null, bitShift, bitSize);

    /// <summary>A value in no memory; <paramref name="bytes"/> little-endian, at least the type's size or it reads as unavailable.</summary>
    public static TypedValue OfBytes(CType type, AddressSpace space, byte[] bytes, int bitShift = 0, int? bitSize = null) =>
        new(type, space, null, bytes, ValueStatus.Available, null, bitShift, bitSize);

    /// <summary>A value that the compiler kept nowhere.</summary>
    public static TypedValue OptimizedOut(CType type, AddressSpace space) => new(type, space, null, null, ValueStatus.OptimizedOut, "optimized out", 0, null);

    /// <summary>A value that cannot be read, and why.</summary>
    public static TypedValue Unavailable(CType type, AddressSpace space, string why) => new(type, space, null, null, ValueStatus.Unavailable, why, 0, null);

    /// <summary>Copies its bytes (from <paramref name="offset"/> within it); false where not all are there.</summary>
    public bool TryRead(ulong offset, Span<byte> destination)
    {
        if (_bytes is not null)
        {
            if (offset > (ulong)_bytes.Length || (ulong)destination.Length > (ulong)_bytes.Length - offset) return false;
            _bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
            return true;
        }

        return Address is { } a && Space.Read(unchecked(a + offset), destination) == destination.Length;
    }

    /// <summary>Why its bytes are not there, as a clause; null if they are.</summary>
    public string? WhyUnreadable()
    {
        if (Status != ValueStatus.Available) return StatusText;
        Span<byte> b = stackalloc byte[1];
        for (ulong i = 0; i < Math.Max(1, Type.Size); i++)
        {
            if (TryRead(i, b)) continue;
            return Address is { } a ? Space.Explain(unchecked(a + i)).Text : "only a part of it is known";
        }

        return null;
    }
}
