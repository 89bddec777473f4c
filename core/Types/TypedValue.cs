using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

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
    private readonly bool[]? _known;

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

    private TypedValue(CType type, AddressSpace space, byte[] bytes, bool[] known, string why, int bitShift = 0, int? bitSize = null)
        : this(type, space, null, bytes, ValueStatus.Available, why, bitShift, bitSize) => _known = known;

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

    /// <summary>
    /// A value in no memory of which only some bytes are known; <paramref name="why"/> says of the others why not. Where all are, it is as
    /// <see cref="OfBytes"/> gives it.
    /// </summary>
    public static TypedValue OfPartialBytes(CType type, AddressSpace space, byte[] bytes, bool[] known, string why) =>
        known.All(k => k) ? OfBytes(type, space, bytes) : new(type, space, bytes, known, why);

    /// <summary>A value that the compiler kept nowhere.</summary>
    public static TypedValue OptimizedOut(CType type, AddressSpace space) => new(type, space, null, null, ValueStatus.OptimizedOut, "optimized out", 0, null);

    /// <summary>A value that cannot be read, and why.</summary>
    public static TypedValue Unavailable(CType type, AddressSpace space, string why) => new(type, space, null, null, ValueStatus.Unavailable, why, 0, null);

    /// <summary>
    /// A part of this value: a member, an element, a bit field. Memory is not read; a part of bytes that reach not so far is unavailable.
    /// </summary>
    /// <param name="type">The part's type.</param>
    /// <param name="offset">Bytes from the start of this value.</param>
    /// <param name="bitShift">For a bit field: bits between the byte at <paramref name="offset"/> and its first bit.</param>
    /// <param name="bitSize">Bits of a bit field; null for others.</param>
    public TypedValue Part(CType type, ulong offset, int bitShift = 0, int? bitSize = null)
    {
        if (Status != ValueStatus.Available) return new(type, Space, null, null, Status, StatusText, 0, null);
        if (Address is { } a) return new(type, Space, unchecked(a + offset), null, ValueStatus.Available, null, bitShift, bitSize);
        ulong length = bitSize is { } bits ? (ulong)(bitShift + bits + 7) / 8 : type.Size;
        if (_bytes is null || offset > (ulong)_bytes.Length || length > (ulong)_bytes.Length - offset) return Unavailable(type, Space, "only a part of it is known");
        int start = (int)offset;
        int end = start + (int)length;
        if (_known is null || _known.AsSpan(start, (int)length).IndexOf(false) < 0) return OfBytes(type, Space, _bytes[start..end], bitShift, bitSize);
        return _known.AsSpan(start, (int)length).IndexOf(true) < 0
            ? new(type, Space, null, null, StatusText == "optimized out" ? ValueStatus.OptimizedOut : ValueStatus.Unavailable, StatusText, 0, null)
            : new(type, Space, _bytes[start..end], _known[start..end], StatusText!, bitShift, bitSize);
    }

    /// <summary>Copies its bytes (from <paramref name="offset"/> within it); false where not all are there.</summary>
    public bool TryRead(ulong offset, Span<byte> destination)
    {
        if (_bytes is null) return Address is { } a && Space.Read(unchecked(a + offset), destination) == destination.Length;
        if (offset > (ulong)_bytes.Length || (ulong)destination.Length > (ulong)_bytes.Length - offset) return false;
        if (_known is not null && _known.AsSpan((int)offset, destination.Length).IndexOf(false) >= 0) return false;
        _bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
        return true;
    }

    /// <summary>Why its bytes are not there, as a clause; null if they are. Of a large value only the first 64 KiB are tried.</summary>
    public string? WhyUnreadable()
    {
        if (Status != ValueStatus.Available) return StatusText;
        ulong size = Math.Min(Math.Max(1, Type.Size), DumpLimits.StringBytes);
        if (_bytes is not null)
        {
            bool whole = TryRead(0, new byte[BitSize is null ? (int)size : (BitShift + BitSize.Value + 7) / 8]);
            return whole ? null : StatusText ?? "only a part of it is known";
        }

        Span<byte> chunk = stackalloc byte[256];
        for (ulong done = 0; done < size;)
        {
            int want = (int)Math.Min(size - done, (ulong)chunk.Length);
            ulong at = unchecked(Address!.Value + done);
            int got = Space.Read(at, chunk[..want]);
            if (got < want) return Space.Explain(unchecked(at + (ulong)Math.Max(0, got))).Text;
            done += (ulong)got;
        }

        return null;
    }
}
