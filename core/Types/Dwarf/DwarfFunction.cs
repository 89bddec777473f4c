using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>A function, or an inlined call of one, at some pc.</summary>
public sealed class DwarfFunction
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether this is an inlined call (DW_TAG_inlined_subroutine).</summary>
    public required bool Inline { get; init; }

    /// <summary>Where its code starts (of an inlined call: the call's own code).</summary>
    public required VirtualAddress Start { get; init; }

    /// <summary>For an inlined call: where it is called from (DW_AT_call_file, DW_AT_call_line); null otherwise or where unknown.</summary>
    public SourceLine? CallSite { get; init; }

    /// <summary>Parameters, then locals of every block that is open at the pc; inner blocks last.</summary>
    public IReadOnlyList<DwarfVariable> Variables { get; init; } = [];

    /// <summary>The expression of DW_AT_frame_base; empty where there is none.</summary>
    public ReadOnlyMemory<byte> FrameBase { get; init; }
}

/// <summary>A parameter or local at some pc.</summary>
public sealed class DwarfVariable
{
    /// <summary>Its name; null for an unnamed parameter.</summary>
    public required string? Name { get; init; }

    /// <summary>Whether it is a parameter.</summary>
    public required bool IsParameter { get; init; }

    /// <summary>Its type.</summary>
    public required CType Type { get; init; }

    /// <summary>The location expression that holds at the pc; null where none does (optimized out).</summary>
    public ReadOnlyMemory<byte>? Location { get; init; }

    /// <summary>DW_AT_const_value's bytes, little-endian; null where it has none.</summary>
    public byte[]? Constant { get; init; }

    /// <summary>The unit it belongs to, for expressions that refer to it.</summary>
    public required DwarfUnitInfo Unit { get; init; }
}

/// <summary>What an expression needs to know of its unit.</summary>
/// <param name="AddressSize">Bytes of an address.</param>
/// <param name="Version">DWARF version.</param>
/// <param name="ReadAddressIndex">The address at an index of .debug_addr (DW_OP_addrx), or null.</param>
/// <param name="TypeAt">The base type at an offset from the unit's start (DW_OP_convert and others), or null.</param>
public sealed record DwarfUnitInfo(int AddressSize, int Version, Func<ulong, ulong?> ReadAddressIndex, Func<ulong, CType?> TypeAt)
{
    /// <summary>What is added to an address of the file to get one of the running program (DW_OP_addr).</summary>
    public ulong Bias { get; init; }

    /// <summary>Bytes of an offset into a section: 4, or 8 in the 64-bit form of DWARF (of a reference in DWARF 2: an address).</summary>
    public int OffsetSize { get; init; } = 4;
}
