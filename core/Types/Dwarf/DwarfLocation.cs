namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>Where an expression says that a value is.</summary>
public enum DwarfLocationKind
{
    /// <summary>In memory.</summary>
    Address,

    /// <summary>In a register.</summary>
    Register,

    /// <summary>In no place: the bytes themselves are known.</summary>
    Value,

    /// <summary>In several of these.</summary>
    Pieces,

    /// <summary>The compiler kept it nowhere.</summary>
    OptimizedOut,

    /// <summary>It cannot be found out; <see cref="DwarfLocation.Text"/> says why.</summary>
    Unavailable,
}

/// <summary>The answer of a DWARF expression (DWARF 5, section 2.6).</summary>
public sealed class DwarfLocation
{
    private DwarfLocation(DwarfLocationKind kind) => Kind = kind;

    /// <summary>What kind of answer.</summary>
    public DwarfLocationKind Kind { get; }

    /// <summary>For <see cref="DwarfLocationKind.Address"/>: the address; of call frame information: the value.</summary>
    public ulong Address { get; private init; }

    /// <summary>For <see cref="DwarfLocationKind.Register"/>: its DWARF number.</summary>
    public int Register { get; private init; }

    /// <summary>For <see cref="DwarfLocationKind.Value"/>: little-endian bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    /// <summary>For <see cref="DwarfLocationKind.Pieces"/>: the parts, lowest first.</summary>
    public IReadOnlyList<DwarfPiece> Pieces { get; private init; } = [];

    /// <summary>For <see cref="DwarfLocationKind.Unavailable"/>: why, as a clause.</summary>
    public string? Text { get; private init; }

    /// <summary>A value that the compiler kept nowhere.</summary>
    public static DwarfLocation OptimizedOut { get; } = new(DwarfLocationKind.OptimizedOut);

    /// <summary>A value in memory.</summary>
    public static DwarfLocation At(ulong address) => new(DwarfLocationKind.Address) { Address = address };

    /// <summary>A value in a register.</summary>
    public static DwarfLocation In(int register) => new(DwarfLocationKind.Register) { Register = register };

    /// <summary>A value that is known itself.</summary>
    public static DwarfLocation Of(ReadOnlyMemory<byte> bytes) => new(DwarfLocationKind.Value) { Bytes = bytes };

    /// <summary>A value in parts.</summary>
    public static DwarfLocation Of(IReadOnlyList<DwarfPiece> pieces) => new(DwarfLocationKind.Pieces) { Pieces = pieces };

    /// <summary>A value that cannot be found.</summary>
    public static DwarfLocation Unavailable(string why) => new(DwarfLocationKind.Unavailable) { Text = why };
}

/// <summary>A part of a value.</summary>
/// <param name="Location">Where it is; never pieces again.</param>
/// <param name="BitSize">How many bits of the value it holds.</param>
/// <param name="BitOffset">Bits of the location before the part's first bit (DW_OP_bit_piece).</param>
public readonly record struct DwarfPiece(DwarfLocation Location, ulong BitSize, ulong BitOffset);
