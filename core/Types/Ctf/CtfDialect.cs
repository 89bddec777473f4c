namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>Kinds of a type record (illumos sys/ctf.h, CTF_K_*).</summary>
internal enum CtfKind
{
    /// <summary>A hole in the numbering.</summary>
    Unknown = 0,

    /// <summary>An integer; void, too.</summary>
    Integer = 1,

    /// <summary>A floating-point number.</summary>
    Float = 2,

    /// <summary>A pointer.</summary>
    Pointer = 3,

    /// <summary>One dimension of an array.</summary>
    Array = 4,

    /// <summary>A function's type.</summary>
    Function = 5,

    /// <summary>A struct.</summary>
    Struct = 6,

    /// <summary>A union.</summary>
    Union = 7,

    /// <summary>An enumeration.</summary>
    Enum = 8,

    /// <summary>A tag of which only the name is known.</summary>
    Forward = 9,

    /// <summary>A typedef.</summary>
    Typedef = 10,

    /// <summary>volatile.</summary>
    Volatile = 11,

    /// <summary>const.</summary>
    Const = 12,

    /// <summary>restrict.</summary>
    Restrict = 13,
}

/// <summary>
/// What differs between versions: widths and where the bits of a record's info are. Versions 1 and 2 are illumos' (sys/ctf.h, ctf_impl.h); 3 is FreeBSD's,
/// with everything twice as wide.
/// </summary>
internal sealed record CtfDialect
{
    private static readonly CtfDialect V1 = new()
    {
        HeaderSize = 24,
        IdSize = 2,
        KindShift = 12,
        RootBit = 1 << 11,
        CountMask = (1 << 11) - 1,
        LargeMembersFrom = ulong.MaxValue,
    };

    private static readonly CtfDialect V2 = new()
    {
        HeaderSize = 36,
        IdSize = 2,
        KindShift = 11,
        RootBit = 1 << 10,
        CountMask = (1 << 10) - 1,
        LargeMembersFrom = 8192,
    };

    private static readonly CtfDialect V3 = new()
    {
        HeaderSize = 36,
        IdSize = 4,
        KindShift = 26,
        RootBit = 1 << 25,
        CountMask = (1 << 25) - 1,
        LargeMembersFrom = 1 << 29,
    };

    /// <summary>Bytes of the header, which is never compressed.</summary>
    public required int HeaderSize { get; init; }

    /// <summary>Bytes of a type id, of a record's info, and of an entry of the object and function sections.</summary>
    public required int IdSize { get; init; }

    /// <summary>Where the kind is in a record's info.</summary>
    public required int KindShift { get; init; }

    /// <summary>The bit of a record's info that says that it is visible by name.</summary>
    public required uint RootBit { get; init; }

    /// <summary>The bits of a record's info that count what follows.</summary>
    public required uint CountMask { get; init; }

    /// <summary>Structs of this many bytes and more have wide members.</summary>
    public required ulong LargeMembersFrom { get; init; }

    /// <summary>The bit of an id that says that the type is a child container's own.</summary>
    public uint ChildBit => IdSize == 2 ? 0x8000u : 0x8000_0000;

    /// <summary>The size field that says that the size follows in 64 bits.</summary>
    public uint LargeSize => IdSize == 2 ? 0xffffu : uint.MaxValue;

    /// <summary>Bytes of an array's data: element, index, count.</summary>
    public int ArraySize => 2 * IdSize + 4;

    /// <summary>The version's, or null where the version is not known.</summary>
    public static CtfDialect? For(int version) => version switch { 1 => V1, 2 => V2, 3 => V3, _ => null };

    /// <summary>Bytes of a member of a struct of that size.</summary>
    public int MemberSize(ulong structSize) => structSize >= LargeMembersFrom ? 16 : IdSize == 2 ? 8 : 12;

    /// <summary>Bytes of a function's arguments; of ids of two bytes there is an even number.</summary>
    public long ArgumentsSize(int count) => IdSize == 2 ? (count + (count & 1)) * 2L : count * 4L;
}
