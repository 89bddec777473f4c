namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>Copies the bytes at an address; false where not all of them are there.</summary>
public delegate bool ReadExpressionMemory(ulong address, Span<byte> destination);

/// <summary>What an expression may ask of the frame that it is evaluated for. What is left out is not known there.</summary>
public sealed class ExpressionContext
{
    /// <summary>Bytes of an address where no unit says so: 4 or 8.</summary>
    public int AddressSize { get; init; } = 8;

    /// <summary>The value of a register by its DWARF number, or null where it is not known.</summary>
    public Func<int, ulong?> Register { get; init; } = static _ => null;

    /// <summary>Memory of the frame's address space.</summary>
    public ReadExpressionMemory Memory { get; init; } = static (_, _) => false;

    /// <summary>The value of the function's DW_AT_frame_base, or null where it is not known (DW_OP_fbreg).</summary>
    public Func<ulong?> FrameBase { get; init; } = static () => null;

    /// <summary>The canonical frame address, or null where it is not known (DW_OP_call_frame_cfa).</summary>
    public Func<ulong?> Cfa { get; init; } = static () => null;

    /// <summary>What is on the stack at the start: the CFA for a register rule of call frame information; null for nothing.</summary>
    public ulong? Initial { get; init; }

    /// <summary>The value that an expression had when the function was entered (DW_OP_entry_value), or null where the caller's frame does not tell.</summary>
    public Func<ReadOnlyMemory<byte>, ulong?> EntryValue { get; init; } = static _ => null;
}
