using Iced.Intel;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Arch;

/// <summary>Reads instructions out of memory (Iced) and writes them in AT&amp;T syntax, as gdb, objdump and mdb do. Not safe from several threads.</summary>
public sealed class Disassembler
{
    private const int MaxInstructionBytes = 15;

    /// <summary>How far before an address a start is looked for where no function is known, in instructions of the greatest length.</summary>
    private const int MaxBackwardsBytes = 4096;

    private readonly ReadCode _read;
    private readonly GasFormatter _formatter;

    /// <summary>A disassembler.</summary>
    /// <param name="set">How to decode.</param>
    /// <param name="read">Copies code bytes at an address; returns how many came.</param>
    /// <param name="symbolize">Writes an address as <c>function+0x10</c>; null where no symbol covers it.</param>
    public Disassembler(InstructionSet set, ReadCode read, Func<VirtualAddress, string?>? symbolize = null)
    {
        InstructionSet = set;
        _read = read;
        _formatter = new GasFormatter(symbolize is null ? null : new Names(symbolize));
        var options = _formatter.Options;
        options.UppercaseHex = false;
        options.HexPrefix = "0x";
        options.HexSuffix = "";
        options.SmallHexNumbersInDecimal = false;
        options.BranchLeadingZeros = false;
        options.SpaceAfterOperandSeparator = false;
        options.FirstOperandCharIndex = 8;
        options.RipRelativeAddresses = true;
        options.ShowSymbolAddress = true;
    }

    /// <summary>Copies code bytes at an address; returns how many came.</summary>
    public delegate int ReadCode(VirtualAddress address, Span<byte> destination);

    /// <summary>How it decodes.</summary>
    public InstructionSet InstructionSet { get; }

    private int Bitness => InstructionSet == InstructionSet.Ia32 ? 32 : 64;

    /// <summary><paramref name="count"/> instructions from <paramref name="start"/> on. Undecodable and unreadable bytes give one entry a byte.</summary>
    public IReadOnlyList<DisassembledInstruction> Disassemble(VirtualAddress start, int count) => [.. Walk(start).Take(count)];

    /// <summary>The instructions from <paramref name="start"/> on, each when it is asked for, without an end. Undecodable and unreadable bytes give one entry a byte.</summary>
    public IEnumerable<DisassembledInstruction> Walk(VirtualAddress start)
    {
        var output = new StringOutput();
        for (var at = start; ;)
        {
            var instruction = One(at, output);
            yield return instruction;
            at += (ulong)Math.Max(1, instruction.Bytes.Length);
        }
    }

    /// <summary>
    /// <paramref name="count"/> instructions that end right before <paramref name="end"/>. Synchronised at the start of the function that covers the
    /// place where that is known, else at a start from which decoding meets <paramref name="end"/>. Always returns <paramref name="count"/> entries;
    /// what cannot be decoded is one byte each.
    /// </summary>
    public IReadOnlyList<DisassembledInstruction> DisassembleBefore(VirtualAddress end, int count, Func<VirtualAddress, VirtualAddress?>? functionStart = null)
    {
        var lines = new LinkedList<DisassembledInstruction>();
        var upTo = end;
        while (lines.Count < count)
        {
            var block = BlockBefore(upTo, count - lines.Count, functionStart);
            for (int i = block.Count - 1; i >= 0 && lines.Count < count; i--) lines.AddFirst(block[i]);
            upTo = block[0].Address;
        }

        return [.. lines];
    }

    /// <summary>Instructions that end at <paramref name="end"/>: at least one, not more than one function's.</summary>
    private List<DisassembledInstruction> BlockBefore(VirtualAddress end, int count, Func<VirtualAddress, VirtualAddress?>? functionStart)
    {
        if (!HasByte(end - 1)) return [new DisassembledInstruction(end - 1, default, DisassembledInstruction.Absent)];
        if (functionStart?.Invoke(end - 1) is { } start && start < end && end.Value - start.Value <= MaxBackwardsBytes * 16 && From(start, end) is { Count: > 0 } known)
            return known;

        // Decoding from a wrong place soon falls into step with the right one, so a start further back is surer; but it must meet the end.
        byte[] bytes = BytesBefore(end, Math.Min(MaxBackwardsBytes, count * 8 + MaxInstructionBytes));
        for (int skip = 0; skip < bytes.Length; skip++)
            if (Meets(bytes, skip, end)) return Between(end - (ulong)(bytes.Length - skip), end);
        return [new DisassembledInstruction(end - 1, ReadBytes(end - 1, 1), DisassembledInstruction.Bad)];
    }

    private bool HasByte(VirtualAddress at)
    {
        Span<byte> one = stackalloc byte[1];
        return _read(at, one) == 1;
    }

    /// <summary>Instructions from <paramref name="start"/> that meet <paramref name="end"/> exactly, all valid; null otherwise.</summary>
    private List<DisassembledInstruction>? From(VirtualAddress start, VirtualAddress end)
    {
        byte[] bytes = new byte[end.Value - start.Value];
        return _read(start, bytes) == bytes.Length && Meets(bytes, 0, end) ? Between(start, end) : null;
    }

    /// <summary>Bytes up to <paramref name="end"/>, at most so many, all of them readable.</summary>
    private byte[] BytesBefore(VirtualAddress end, int most)
    {
        byte[] bytes = new byte[(int)Math.Min((ulong)most, end.Value)];
        int start = 0;
        while (start < bytes.Length)
        {
            int got = _read(end - (ulong)(bytes.Length - start), bytes.AsSpan(start));
            if (got == bytes.Length - start) break;
            start += got + 1;
        }

        return bytes[start..];
    }

    /// <summary>Whether the bytes from <paramref name="skip"/> on, which end at <paramref name="end"/>, are instructions to the last.</summary>
    private bool Meets(byte[] bytes, int skip, VirtualAddress end)
    {
        var reader = new ByteArrayCodeReader(bytes, skip, bytes.Length - skip);
        var decoder = Decoder.Create(Bitness, reader, (end - (ulong)(bytes.Length - skip)).Value);
        while (reader.CanReadByte)
            if (decoder.Decode().IsInvalid) return false;
        return true;
    }

    private List<DisassembledInstruction> Between(VirtualAddress start, VirtualAddress end)
    {
        var lines = new List<DisassembledInstruction>();
        var output = new StringOutput();
        for (var at = start; at < end; at += (ulong)Math.Max(1, lines[^1].Bytes.Length)) lines.Add(One(at, output));
        return lines;
    }

    private DisassembledInstruction One(VirtualAddress at, StringOutput output)
    {
        byte[] bytes = new byte[MaxInstructionBytes];
        int got = _read(at, bytes);
        if (got == 0) return new DisassembledInstruction(at, default, DisassembledInstruction.Absent);
        var decoder = Decoder.Create(Bitness, new ByteArrayCodeReader(bytes, 0, got), at.Value);
        var instruction = decoder.Decode();
        if (instruction.IsInvalid) return new DisassembledInstruction(at, bytes.AsMemory(0, 1), DisassembledInstruction.Bad);
        _formatter.Format(instruction, output);
        return new DisassembledInstruction(at, bytes.AsMemory(0, instruction.Length), output.ToStringAndReset(), TargetOf(instruction));
    }

    private ReadOnlyMemory<byte> ReadBytes(VirtualAddress at, int count)
    {
        byte[] bytes = new byte[count];
        return bytes.AsMemory(0, _read(at, bytes));
    }

    private static VirtualAddress? TargetOf(in Instruction instruction)
    {
        if (instruction.FlowControl is FlowControl.Call or FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch && instruction.Op0Kind is OpKind.NearBranch64 or OpKind.NearBranch32)
            return new VirtualAddress(instruction.NearBranchTarget);
        return instruction.IsIPRelativeMemoryOperand ? new VirtualAddress(instruction.IPRelativeMemoryAddress) : null;
    }

    private sealed class Names(Func<VirtualAddress, string?> symbolize) : ISymbolResolver
    {
        public bool TryGetSymbol(in Instruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
        {
            symbol = default;

            // A small immediate is a number, not a place.
            if (address < 0x10000 || symbolize(new VirtualAddress(address)) is not { } name) return false;
            symbol = new SymbolResult(address, name);
            return true;
        }
    }
}
