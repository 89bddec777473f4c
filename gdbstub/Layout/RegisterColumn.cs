using XenDumpAdapter.Core.Arch;

namespace XenDumpAdapter.GdbStub.Layout;

/// <summary>One register as a client sees it: its place in <c>g</c> is its place in the layout.</summary>
/// <param name="Name">gdb's name.</param>
/// <param name="Bits">Width in <c>g</c>: 32, 64 or 80.</param>
/// <param name="Type">gdb's type, or the id of one of the layout's own flag types.</param>
/// <param name="Sources">The engine's names for it, the first that is known counts; empty for one that no dump holds (the FPU's).</param>
/// <param name="Group">gdb's register group where it is not the general one.</param>
/// <param name="Generic">lldb's role for it: pc, sp, fp, flags; null for none.</param>
internal sealed record RegisterColumn(string Name, int Bits, string Type, string[] Sources, string? Group = null, string? Generic = null)
{
    /// <summary>Bytes in <c>g</c>.</summary>
    public int Bytes => Bits / 8;

    /// <summary>Its DWARF number in <paramref name="architecture"/>, or -1.</summary>
    public int DwarfNumber(Architecture architecture) => Sources.Length > 0 ? architecture.Find(Sources[0])?.DwarfNumber ?? -1 : -1;
}

/// <summary>A group of registers in the target description. gdb knows the standard names and demands that they be complete.</summary>
/// <param name="Name">The feature's name.</param>
/// <param name="Types">Flag types that its registers use.</param>
/// <param name="Columns">Its registers, in order.</param>
internal sealed record RegisterFeature(string Name, IReadOnlyList<FlagsType> Types, IReadOnlyList<RegisterColumn> Columns);

/// <summary>A register whose bits have names: gdb prints <c>[ PG WP PE ]</c>.</summary>
/// <param name="Id">Name of the type.</param>
/// <param name="Bytes">4 or 8.</param>
/// <param name="Fields">The bits, ascending; a field of several bits prints as a number.</param>
internal sealed record FlagsType(string Id, int Bytes, IReadOnlyList<FlagsField> Fields);

/// <summary>Bits of a register.</summary>
/// <param name="Name">As the processor's manual writes it.</param>
/// <param name="Start">Lowest bit.</param>
/// <param name="End">Highest bit.</param>
internal sealed record FlagsField(string Name, int Start, int End);
