using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types;

/// <summary>Where the members of one structure are, by paths such as <c>arch.pv.ctrlreg[2]</c>. A path that this version lacks is absent, not an error.</summary>
public sealed class StructLayout(AggregateType type)
{
    private readonly Dictionary<string, MemberPlace?> _places = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>The type.</summary>
    public AggregateType Type { get; } = type;

    /// <summary>Bytes of the structure.</summary>
    public ulong Size => Type.Size;

    /// <summary>Where the member at the end of the path is; null where a member on the way does not exist.</summary>
    public MemberPlace? Find(string path)
    {
        lock (_lock)
        {
            if (!_places.TryGetValue(path, out var place)) _places[path] = place = Resolve(path);
            return place;
        }
    }

    /// <summary>The offset of a member in bytes, or null.</summary>
    public ulong? OffsetOf(string path) => Find(path)?.Offset;

    private MemberPlace? Resolve(string path)
    {
        CType at = Type;
        ulong bits = 0;
        int? bitSize = null;
        foreach (string step in path.Split('.'))
        {
            int bracket = step.IndexOf('[', StringComparison.Ordinal);
            string name = bracket < 0 ? step : step[..bracket];
            if (at.Strip() is not AggregateType aggregate || aggregate.FindMember(name) is not { } member) return null;
            bits = unchecked(bits + member.BitOffset);
            bitSize = member.BitSize;
            at = member.Type;
            if (bracket < 0) continue;
            if (at.Strip() is not ArrayType array || !ulong.TryParse(step[(bracket + 1)..^1], out ulong index)) return null;
            bits = unchecked(bits + index * array.Element.Size * 8);
            at = array.Element;
        }

        return new MemberPlace(bits / 8, at, (int)(bits % 8), bitSize);
    }
}

/// <summary>Where a member is.</summary>
/// <param name="Offset">Bytes from the start of the outermost structure.</param>
/// <param name="Type">Its type.</param>
/// <param name="BitShift">For a bit field: bits from the byte at <paramref name="Offset"/>.</param>
/// <param name="BitSize">For a bit field: bits; null for others.</param>
public readonly record struct MemberPlace(ulong Offset, CType Type, int BitShift, int? BitSize);

/// <summary>A structure in memory.</summary>
/// <param name="Layout">Where its members are.</param>
/// <param name="Memory">The memory.</param>
/// <param name="Address">Its address.</param>
public readonly record struct StructAt(StructLayout Layout, IMemory<VirtualAddress> Memory, VirtualAddress Address)
{
    /// <summary>The address of a member, or null where there is none.</summary>
    public VirtualAddress? AddressOf(string path) => Layout.OffsetOf(path) is { } o ? Address + o : null;

    /// <summary>The value of an integer, pointer or bit-field member, zero-extended; null where there is no such member or it cannot be read.</summary>
    public ulong? Number(string path)
    {
        if (Layout.Find(path) is not { } place) return null;
        int size = (int)Math.Min(8, place.Type.Size);
        if (size is not (1 or 2 or 4 or 8) || !Memory.TryReadUnsigned(Address + place.Offset, size, out ulong value)) return null;
        return place.BitSize is { } bits and < 64 ? value >> place.BitShift & ((1UL << bits) - 1) : value;
    }

    /// <summary>The first of several members that exists and can be read.</summary>
    public ulong? FirstNumber(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
            if (Number(path) is { } value) return value;
        return null;
    }

    /// <summary>A pointer member; null where absent.</summary>
    public VirtualAddress? Pointer(string path) => Number(path) is { } v ? new VirtualAddress(v) : null;
}
