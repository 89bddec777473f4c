using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Arch;

/// <summary>One instruction as text.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Bytes">Its bytes; empty where memory cannot be read.</param>
/// <param name="Text">AT&amp;T syntax with symbols; <c>(bad)</c> where the bytes are no instruction, <c>??</c> where there are none.</param>
/// <param name="Target">For branches, calls and pc-relative operands: the address; null otherwise.</param>
public sealed record DisassembledInstruction(VirtualAddress Address, ReadOnlyMemory<byte> Bytes, string Text, VirtualAddress? Target = null)
{
    /// <summary>Text of bytes that are no instruction.</summary>
    public const string Bad = "(bad)";

    /// <summary>Text of bytes that are not in the dump.</summary>
    public const string Absent = "??";

    /// <summary>Whether it is an instruction at all.</summary>
    public bool IsValid => Text is not (Bad or Absent);
}
