using Iced.Intel;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>How many words an i386 caller takes off its stack after a call: what it had pushed for it.</summary>
internal static class PoppedArguments
{
    private const int Word = 4;
    private const int MaxInstructions = 8;
    private const int MaxBytes = 15;

    /// <summary>
    /// Words that are popped at a return address by <c>add $n,%esp</c>, <c>lea n(%esp),%esp</c> or a run of <c>pop %ecx</c>, which no function has to preserve; 0 where
    /// none are or the code is not in the dump.
    /// </summary>
    public static int After(CodeContext context, VirtualAddress returnAddress)
    {
        Span<byte> span = stackalloc byte[MaxBytes];
        int got = context.Memory.Read(returnAddress, span);
        var decoder = Decoder.Create(32, span[..got].ToArray(), returnAddress.Value);
        int pops = 0;
        for (; pops < MaxInstructions; pops++)
        {
            var instruction = decoder.Decode();
            if (instruction.Mnemonic == Mnemonic.Pop && instruction.Op0Register == Register.ECX) continue;
            return pops > 0 ? pops : BytesOf(instruction) is { } bytes and > 0 && bytes % Word == 0 ? bytes / Word : 0;
        }

        return pops;
    }

    private static int? BytesOf(in Instruction i) => i.Mnemonic switch
    {
        Mnemonic.Add when i.Op0Register == Register.ESP && i.Op1Kind.IsImmediate() => unchecked((int)i.GetImmediate(1)),
        Mnemonic.Lea when i.Op0Register == Register.ESP && i.MemoryBase == Register.ESP && i.MemoryIndex == Register.None => unchecked((int)i.MemoryDisplacement32),
        _ => null,
    };
}
