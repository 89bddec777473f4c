using Iced.Intel;
using XenDumpAdapter.Core.Primitives;
using IcedRegister = Iced.Intel.Register;

namespace XenDumpAdapter.Core.Arch;

/// <summary>
/// What one instruction does to memory, computed from the registers before it ran. The effective addresses follow Intel SDM volume 1, section 3.7.5; what an
/// instruction touches without naming it is Iced's knowledge of the instruction set.
/// </summary>
public static class InstructionAccess
{
    /// <summary>The longest instruction, in bytes.</summary>
    public const int LongestInstruction = 15;

    /// <summary>
    /// The accesses of the instruction that <paramref name="code"/> starts with, in the order that the processor makes them as far as it matters: what is read
    /// before what is written. Null where the bytes are no whole instruction.
    /// </summary>
    /// <param name="set">How to decode.</param>
    /// <param name="code">Bytes at <paramref name="pc"/>.</param>
    /// <param name="pc">Where they are.</param>
    /// <param name="registers">Registers before the instruction; those that are not known make addresses unknown.</param>
    public static IReadOnlyList<MemoryAccess>? Of(InstructionSet set, ReadOnlySpan<byte> code, VirtualAddress pc, RegisterSet registers)
    {
        byte[] bytes = code[..Math.Min(code.Length, LongestInstruction)].ToArray();
        var instruction = Decoder.Create(set == InstructionSet.Ia32 ? 32 : 64, bytes, pc.Value).Decode();
        if (instruction.IsInvalid) return null;
        var accesses = new List<MemoryAccess>();
        foreach (var used in new InstructionInfoFactory().GetInfo(instruction).GetUsedMemory())
            if (AccessOf(instruction, used, registers) is { } access) accesses.Add(access);
        return [.. accesses.OrderBy(a => a.Reads ? 0 : 1)];
    }

    private static MemoryAccess? AccessOf(in Instruction instruction, in UsedMemory used, RegisterSet registers)
    {
        bool reads = used.Access is OpAccess.Read or OpAccess.CondRead or OpAccess.ReadWrite or OpAccess.ReadCondWrite;
        bool writes = used.Access is OpAccess.Write or OpAccess.CondWrite or OpAccess.ReadWrite or OpAccess.ReadCondWrite;
        if ((!reads && !writes) || used.VsibSize != 0) return null;
        int width = used.AddressSize == CodeSize.Code64 ? 8 : used.AddressSize == CodeSize.Code16 ? 2 : 4;
        bool isString = instruction.IsStringInstruction;
        var access = new MemoryAccess
        {
            Size = (isString ? instruction.MemorySize : used.MemorySize).GetSize(),
            Reads = reads,
            Writes = writes,
            IsImplicit = !IsOperand(instruction, used),
            Base = Part(used.Base, registers),
            Index = Part(used.Index, registers),
            Scale = used.Scale,
            Displacement = Displacement(used, width),
            Segment = used.Segment is IcedRegister.FS or IcedRegister.GS ? NameOf(used.Segment) : null,
        };
        return access with { Address = AddressOf(access, width, registers) };
    }

    /// <summary>Signed beside a register, a plain address without one.</summary>
    private static long Displacement(in UsedMemory used, int width)
    {
        if (used.Base == IcedRegister.None && used.Index == IcedRegister.None) return unchecked((long)Cut(used.Displacement, width));
        return width switch { 8 => unchecked((long)used.Displacement), 4 => unchecked((int)used.Displacement), _ => unchecked((short)used.Displacement) };
    }

    /// <summary>Null as soon as a part is not known. The segments other than fs and gs start at 0 in every kernel that runs on x86-64 or as a flat 32-bit one.</summary>
    private static VirtualAddress? AddressOf(MemoryAccess access, int width, RegisterSet registers)
    {
        ulong address = unchecked((ulong)access.Displacement);
        if (access.Base is { } b)
        {
            if (b.Value is not { } value) return null;
            address = unchecked(address + value);
        }

        if (access.Index is { } index)
        {
            if (index.Value is not { } value) return null;
            address = unchecked(address + value * (ulong)access.Scale);
        }

        address = Cut(address, width);
        if (access.Segment is { } segment)
        {
            if (registers[segment + "_base"] is not { } start) return null;
            address = unchecked(address + start);
        }

        return new VirtualAddress(Cut(address, registers.Architecture.PointerSize));
    }

    private static ulong Cut(ulong value, int bytes) => bytes >= 8 ? value : value & ((1UL << (bytes * 8)) - 1);

    private static bool IsOperand(in Instruction instruction, in UsedMemory used)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            var kind = instruction.GetOpKind(i);
            if (kind == OpKind.Memory && instruction.MemoryBase == used.Base && instruction.MemoryIndex == used.Index) return true;
            if (kind == OpKind.Memory && instruction.IsIPRelativeMemoryOperand && used.Base == IcedRegister.None) return true;
            if (kind is >= OpKind.MemorySegSI and <= OpKind.MemoryESRDI) return true;
        }

        return false;
    }

    private static AddressRegister? Part(IcedRegister register, RegisterSet registers)
    {
        if (register == IcedRegister.None) return null;
        string full = NameOf(registers.Architecture.PointerSize == 8 ? register.GetFullRegister() : register.GetFullRegister32());
        return new AddressRegister(NameOf(register), registers[full] is { } value ? Cut(value, register.GetSize()) : null);
    }

    private static string NameOf(IcedRegister register) => register.ToString().ToLowerInvariant();
}
