using System.Buffers.Binary;
using Iced.Intel;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>The call instruction before a return address.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="Target">Where a direct call goes; null for one through a register or memory.</param>
internal readonly record struct CallSite(int Length, VirtualAddress? Target)
{
    private const int Longest = 9;
    private const int DirectBytes = 5;
    private const byte NearCall = 0xe8;

    /// <summary>
    /// The call that ends at <paramref name="returnAddress"/>; null where no instruction that ends there is a call. A direct near call (five bytes, E8)
    /// is tried first, then indirect ones from the shortest.
    /// </summary>
    public static CallSite? Before(CodeContext context, VirtualAddress returnAddress)
    {
        Span<byte> before = stackalloc byte[Longest];
        int have = Longest;
        while (have >= 2 && context.Memory.Read(returnAddress - (ulong)have, before[^have..]) < have) have--;
        if (have < 2) return null;
        return Direct(context, before, returnAddress, have) ?? Indirect(context, before, returnAddress, have);
    }

    private static CallSite? Direct(CodeContext context, ReadOnlySpan<byte> before, VirtualAddress returnAddress, int have)
    {
        if (have < DirectBytes || before[^DirectBytes] != NearCall) return null;
        ulong target = unchecked(returnAddress.Value + (ulong)(long)BinaryPrimitives.ReadInt32LittleEndian(before[^4..]));
        return new CallSite(DirectBytes, new VirtualAddress(context.Architecture.InstructionSet == InstructionSet.Ia32 ? target & uint.MaxValue : target));
    }

    private static CallSite? Indirect(CodeContext context, ReadOnlySpan<byte> before, VirtualAddress returnAddress, int have)
    {
        for (int length = 2; length <= have; length++)
            if (At(context, before, returnAddress, length, have) is { } call) return call;
        return null;
    }

    private static CallSite? At(CodeContext context, ReadOnlySpan<byte> before, VirtualAddress returnAddress, int length, int have)
    {
        if (length > have) return null;
        byte[] code = before[^length..].ToArray();
        bool ia32 = context.Architecture.InstructionSet == InstructionSet.Ia32;
        var decoder = Decoder.Create(ia32 ? 32 : 64, code, (returnAddress - (ulong)length).Value);
        var instruction = decoder.Decode();
        if (instruction.IsInvalid || instruction.Length != length) return null;
        return instruction.FlowControl switch
        {
            FlowControl.Call when instruction.Mnemonic == Mnemonic.Call => new CallSite(length, new VirtualAddress(instruction.NearBranchTarget)),
            FlowControl.IndirectCall when instruction.Mnemonic == Mnemonic.Call => new CallSite(length, null),
            _ => null,
        };
    }
}
