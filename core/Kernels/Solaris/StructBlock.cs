using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// One structure after the other, each fetched from the dump in one read: for walks over thousands. Members are looked up once by <see cref="Member"/> and then
/// read from the bytes. Not for several threads at a time.
/// </summary>
internal sealed class StructBlock(StructLayout layout, IMemory<VirtualAddress> memory)
{
    /// <summary>Bytes that are fetched of a structure; what a member lies beyond is read by itself.</summary>
    private const int MostBytes = 4096;

    private readonly byte[] _bytes = new byte[(int)Math.Min(Math.Max(layout.Size, 1), MostBytes)];
    private int _got;

    /// <summary>Where the structure is that was read last.</summary>
    public VirtualAddress Address { get; private set; }

    /// <summary>Where a member is; null where this kernel has none of that name.</summary>
    /// <param name="paths">The names that it had over time, the likeliest first.</param>
    public BlockMember? Member(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
            if (layout.Find(path) is { BitSize: null } place && place.Offset <= int.MaxValue)
                return new BlockMember((int)place.Offset, (int)Math.Min(place.Type.Size, int.MaxValue), place.Type.Strip() is BaseType { Encoding: BaseEncoding.Signed or BaseEncoding.Character });
        return null;
    }

    /// <summary>Fetches the structure at an address; false where not even its first byte is in the dump.</summary>
    public bool Read(VirtualAddress address)
    {
        Address = address;
        _got = memory.Read(address, _bytes);
        return _got > 0;
    }

    /// <summary>The address of a member of the structure that was read.</summary>
    public VirtualAddress? AddressOf(BlockMember? member) => member is { } m ? Address + (ulong)m.Offset : null;

    /// <summary>Copies bytes from the start of a member on; false where they are not all in the dump.</summary>
    public bool TryCopy(BlockMember? member, Span<byte> destination)
    {
        if (member is not { } m) return false;
        if (m.Offset > _got - destination.Length) return memory.TryRead(Address + (ulong)m.Offset, destination);
        _bytes.AsSpan(m.Offset, destination.Length).CopyTo(destination);
        return true;
    }

    /// <summary>A number or pointer, zero-extended; null where there is no such member or it is not in the dump.</summary>
    public ulong? Number(BlockMember? member)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (member is not { Size: 1 or 2 or 4 or 8 } m || !TryCopy(member, bytes[..m.Size])) return null;
        var reader = new SpanReader(bytes);
        return reader.TryReadUnsigned(m.Size, out ulong value) ? value : null;
    }

    /// <summary>A number, sign-extended where its type has a sign.</summary>
    public long? Signed(BlockMember? member)
    {
        if (Number(member) is not { } value || member is not { } m) return null;
        int unused = 64 - (m.Size * 8);
        return m.IsSigned ? unchecked((long)(value << unused)) >> unused : unchecked((long)value);
    }

    /// <summary>A number that fits an <see cref="int"/>; null where it does not.</summary>
    public int? Int(BlockMember? member) => Signed(member) is { } value and >= int.MinValue and <= int.MaxValue ? (int)value : null;

    /// <summary>A pointer; null where absent.</summary>
    public VirtualAddress? Pointer(BlockMember? member) => Number(member) is { } value ? new VirtualAddress(value) : null;

    /// <summary>A pointer that is not null; null where absent or zero.</summary>
    public VirtualAddress? PointerOrNull(BlockMember? member) => Number(member) is { } value and not 0 ? new VirtualAddress(value) : null;
}

/// <summary>Where a member is in a structure.</summary>
/// <param name="Offset">Bytes from its start.</param>
/// <param name="Size">Bytes of the member.</param>
/// <param name="IsSigned">Whether its type has a sign.</param>
internal readonly record struct BlockMember(int Offset, int Size, bool IsSigned);
