using Iced.Intel;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Arch;

/// <summary>An instruction as Solaris' debuggers write it.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Text">The text; <see cref="SolarisDisassembler.Bad"/> where the bytes are none.</param>
public readonly record struct SolarisInstruction(VirtualAddress Address, int Length, string Text);

/// <summary>
/// Reads instructions out of memory and writes them as libdisasm does, the disassembler of mdb and dtrace (usr/src/common/dis/i386/dis_tables.c). Not safe from
/// several threads.
/// </summary>
/// <param name="set">How to decode.</param>
/// <param name="read">Copies code bytes at an address; returns how many came.</param>
/// <param name="symbolize">Writes an address as <c>function+0x10</c>; null where no symbol covers it.</param>
public sealed class SolarisDisassembler(InstructionSet set, Disassembler.ReadCode read, Func<ulong, string?> symbolize)
{
    /// <summary>Text of bytes that are no instruction (mdb_disasm.c).</summary>
    public const string Bad = "***ERROR--unknown op code***";

    private const int MaxInstructionBytes = 15;

    private readonly SolarisSyntax _syntax = new(set, symbolize);
    private readonly byte[] _bytes = new byte[MaxInstructionBytes];

    private int Bitness => set == InstructionSet.Ia32 ? 32 : 64;

    /// <summary>The instruction at an address; null where its bytes are not there. What is no instruction is one byte long.</summary>
    public SolarisInstruction? At(VirtualAddress address)
    {
        if (Decode(address, out var instruction) is not { } length) return null;
        return new SolarisInstruction(address, length, instruction.IsInvalid ? Bad : _syntax.Write(instruction, _bytes.AsSpan(0, length)));
    }

    /// <summary>
    /// The start of at most <paramref name="count"/> instructions that end right before <paramref name="address"/>, counted from the start of its symbol:
    /// <paramref name="address"/> itself where they do not meet it (usr/src/lib/libdisasm/common/libdisasm.c, dis_previnstr).
    /// </summary>
    public VirtualAddress Before(VirtualAddress address, int count, VirtualAddress symbolStart)
    {
        if (count <= 0 || symbolStart >= address) return address;
        var starts = new Queue<VirtualAddress>();
        var at = symbolStart;
        while (at < address)
        {
            if (Decode(at, out var instruction) is not { } length || instruction.IsInvalid) return address;
            if (starts.Count == count) starts.Dequeue();
            starts.Enqueue(at);
            at += (ulong)length;
        }

        return at == address && starts.Count > 0 ? starts.Peek() : address;
    }

    /// <summary>Decodes; null where bytes are missing.</summary>
    private int? Decode(VirtualAddress address, out Instruction instruction)
    {
        int got = read(address, _bytes);
        instruction = default;
        if (got == 0) return null;
        if (Decoded(address, got, out instruction) is { } length) return length;

        // More bytes might have made an instruction of it.
        Array.Clear(_bytes, got, MaxInstructionBytes - got);
        bool isCut = got < MaxInstructionBytes && Decoded(address, MaxInstructionBytes, out _) is not null;
        instruction = default;
        return isCut ? null : 1;
    }

    private int? Decoded(VirtualAddress address, int count, out Instruction instruction)
    {
        Decoder.Create(Bitness, new ByteArrayCodeReader(_bytes, 0, count), address.Value).Decode(out instruction);

        // The tables of libdisasm leave the two older undefined instructions undefined.
        return instruction.IsInvalid || instruction.Mnemonic is Mnemonic.Ud0 or Mnemonic.Ud1 ? null : instruction.Length;
    }
}
