using System.Buffers.Binary;
using System.Text;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands;

/// <summary>
/// Members of structures of one type, one structure after the other: its bytes are read once, members are taken from them. A member that the type lacks, or
/// whose bytes are not in the dump, is null.
/// </summary>
public sealed class ObjectReader
{
    private readonly MdbSession _session;
    private readonly StructLayout _layout;
    private readonly byte[] _bytes;
    private int _known;

    private ObjectReader(MdbSession session, StructLayout layout)
    {
        _session = session;
        _layout = layout;
        _bytes = new byte[(int)Math.Min(layout.Size, DumpLimits.StringBytes)];
    }

    /// <summary>Where the structure is that was read last.</summary>
    public ulong Address { get; private set; }

    /// <summary>A reader; null where none of the names is a structure's.</summary>
    public static ObjectReader? Of(MdbSession session, params ReadOnlySpan<string> types)
    {
        foreach (string type in types)
            if (session.Types.Find(type)?.Strip() is AggregateType { IsDeclaration: false } found) return new ObjectReader(session, new StructLayout(found));
        return null;
    }

    /// <summary>A reader that must be there.</summary>
    /// <exception cref="MdbException">None of the names is a structure's.</exception>
    public static ObjectReader Require(MdbSession session, params ReadOnlySpan<string> types) =>
        Of(session, types) ?? throw MdbException.OfDump($"failed to look up type {types[0]}: the dump has no such type");

    /// <summary>Reads a structure; false where not even its first byte is there.</summary>
    public bool Read(ulong address)
    {
        Address = address;
        _known = Math.Max(0, _session.SpaceOf(address).Read(address, _bytes));
        return _known > 0;
    }

    /// <summary>Whether the type has the member.</summary>
    public bool Has(string path) => _layout.Find(path) is not null;

    /// <summary>The first of the members that is there, as an unsigned number.</summary>
    public ulong? Number(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
            if (Raw(path) is { } found) return found.Value;
        return null;
    }

    /// <summary>The first of the members that is there, with its sign.</summary>
    public long? Signed(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
            if (Raw(path) is var (value, bits)) return unchecked((long)(value << (64 - bits)) >> (64 - bits));
        return null;
    }

    /// <summary>Where a member is; null where the type lacks it.</summary>
    public ulong? AddressOf(string path) => _layout.OffsetOf(path) is { } offset ? unchecked(Address + offset) : null;

    /// <summary>An array of characters up to its NUL; null where it is not there.</summary>
    public string? Text(string path)
    {
        if (_layout.Find(path) is not { } place || place.Offset >= (ulong)_known) return null;
        int length = (int)Math.Min(place.Type.Size, (ulong)_known - place.Offset);
        var bytes = _bytes.AsSpan((int)place.Offset, length);
        int end = bytes.IndexOf((byte)0);
        return end < 0 && (ulong)length < place.Type.Size ? null : Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private (ulong Value, int Bits)? Raw(string path)
    {
        if (_layout.Find(path) is not { } place) return null;
        if (place.Offset >= (ulong)_known) return null;
        int bits = place.BitSize ?? (int)Math.Min(place.Type.Size, 8) * 8;
        ulong end = place.Offset + (ulong)(place.BitShift + bits + 7) / 8;
        if (bits is < 1 or > 64 || end > (ulong)_known) return null;
        Span<byte> raw = stackalloc byte[8];
        raw.Clear();
        int length = (int)Math.Min(8, end - place.Offset);
        _bytes.AsSpan((int)place.Offset, length).CopyTo(raw);
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(raw) >> place.BitShift;
        return (bits == 64 ? value : value & ((1UL << bits) - 1), bits);
    }
}
