using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Arch;

/// <summary>One instruction as text.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Bytes">Its bytes; empty where memory cannot be read.</param>
/// <param name="Text">AT&amp;T syntax with symbols; <c>(bad)</c> where the bytes are no instruction, <c>??</c> where there are none.</param>
/// <param name="Target">For branches, calls and pc-relative operands: the address; null otherwise.</param>
public sealed record DisassembledInstruction(VirtualAddress Address, ReadOnlyMemory<byte> Bytes, string Text, VirtualAddress? Target = null);

/// <summary>Reads instructions out of memory (Iced) and writes them in AT&amp;T syntax.</summary>
/// <param name="set">How to decode.</param>
/// <param name="read">Copies code bytes at an address; returns how many came.</param>
/// <param name="symbolize">Writes an address as <c>function+0x10</c>; null where no symbol covers it.</param>
public sealed class Disassembler(InstructionSet set, Disassembler.ReadCode read, Func<VirtualAddress, string?>? symbolize = null)
{
    /// <summary>Copies code bytes at an address; returns how many came.</summary>
    public delegate int ReadCode(VirtualAddress address, Span<byte> destination);

    /// <summary>How it decodes.</summary>
    public InstructionSet InstructionSet { get; } = set;

    /// <summary><paramref name="count"/> instructions from <paramref name="start"/> on. Undecodable and unreadable bytes give one entry a byte.</summary>
    public IReadOnlyList<DisassembledInstruction> Disassemble(VirtualAddress start, int count)
    {
        _ = (read, symbolize);
        throw new NotImplementedException();
    }

    /// <summary>
    /// <paramref name="count"/> instructions that end right before <paramref name="end"/>. Synchronised at <paramref name="functionStart"/> where that is
    /// known, else by trying starts until decoding meets <paramref name="end"/>. Always returns <paramref name="count"/> entries, padded at the front with <c>??</c>.
    /// </summary>
    public IReadOnlyList<DisassembledInstruction> DisassembleBefore(VirtualAddress end, int count, Func<VirtualAddress, VirtualAddress?>? functionStart = null) =>
        throw new NotImplementedException();
}
