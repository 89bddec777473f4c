using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>
/// The header of a CTF container (illumos sys/ctf.h, ctf_header_t and ctf_header_v1). Offsets count from its end, in the body once that is inflated.
/// </summary>
public readonly record struct CtfHeader
{
    private const ushort Magic = 0xcff1;
    private const ushort SwappedMagic = 0xf1cf;

    /// <summary>1, 2 or 3.</summary>
    public int Version { get; private init; }

    /// <summary>Whether the body is a zlib stream (CTF_F_COMPRESS).</summary>
    public bool IsCompressed { get; private init; }

    /// <summary>Reference to the label of the parent that this was made against; 0 for none (cth_parlabel).</summary>
    public uint ParentLabel { get; private init; }

    /// <summary>Reference to the parent's name; 0 for none (cth_parname).</summary>
    public uint ParentName { get; private init; }

    /// <summary>Where the labels are (cth_lbloff).</summary>
    public uint Labels { get; private init; }

    /// <summary>Where the types of data symbols are (cth_objtoff).</summary>
    public uint Objects { get; private init; }

    /// <summary>Where the types of functions are (cth_funcoff).</summary>
    public uint Functions { get; private init; }

    /// <summary>Where the type records are (cth_typeoff).</summary>
    public uint Types { get; private init; }

    /// <summary>Where the strings are (cth_stroff).</summary>
    public uint Strings { get; private init; }

    /// <summary>Bytes of the strings (cth_strlen).</summary>
    public uint StringsSize { get; private init; }

    /// <summary>Bytes of the body, inflated.</summary>
    public ulong BodySize => (ulong)Strings + StringsSize;

    /// <summary>Bytes of the header itself.</summary>
    public int Size => Version == 1 ? 24 : 36;

    /// <summary>Whether bytes begin with CTF's magic.</summary>
    public static bool IsCtf(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0xf1, 0xcf]);

    /// <summary>Reads it; false, and why, where these are not the bytes of one that can be read.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CtfHeader header, out string why)
    {
        header = default;
        why = "it is cut off";
        var r = new SpanReader(bytes);
        if (!r.TryReadU16(out ushort magic) || !r.TryReadU8(out byte version) || !r.TryReadU8(out byte flags)) return false;
        if (magic != Magic)
        {
            why = magic == SwappedMagic ? "it is of a big-endian machine" : $"it does not start with CTF's magic but with 0x{magic:x4}";
            return false;
        }

        if (CtfDialect.For(version) is not { } dialect)
        {
            why = $"version {version} is not known";
            return false;
        }

        uint[] fields = new uint[8];
        for (int i = version == 1 ? 3 : 0; i < 8; i++)
            if (!r.TryReadU32(out fields[i])) return false;
        header = new CtfHeader
        {
            Version = version,
            IsCompressed = (flags & 1) != 0,
            ParentLabel = fields[0],
            ParentName = fields[1],
            Labels = fields[2],
            Objects = fields[3],
            Functions = fields[4],
            Types = fields[5],
            Strings = fields[6],
            StringsSize = fields[7],
        };
        return r.Position == dialect.HeaderSize;
    }
}
