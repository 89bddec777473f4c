using System.Globalization;
using System.Text;
using Iced.Intel;
using IcedRegister = Iced.Intel.Register;

namespace XenDumpAdapter.Core.Arch;

/// <summary>
/// Writes a decoded instruction in AT&amp;T syntax as libdisasm does: what is printed is told by dtrace_disx86_str and dtrace_get_operand
/// (usr/src/common/dis/i386/dis_tables.c).
/// </summary>
internal sealed class SolarisSyntax(InstructionSet set, Func<ulong, string?> symbolize)
{
    // Negative numbers down to here are written with their sign.
    private const long SmallNegative = -255;

    // Instructions whose numbers are never written with a sign: their names begin so.
    private static readonly string[] Unsigned = ["or", "and", "xor", "test", "in", "out", "lcall", "ljmp", "rcr", "rcl", "ror", "rol", "shl", "shr", "sal", "psr", "psl"];

    private readonly StringBuilder _text = new();
    private string _name = "";
    private ulong _target;
    private ulong _relative;
    private (ulong Value, ulong Mask)? _negative;

    private ulong PointerMask => set == InstructionSet.Ia32 ? uint.MaxValue : ulong.MaxValue;

    /// <summary>The text.</summary>
    /// <param name="instruction">A valid instruction.</param>
    /// <param name="bytes">Its bytes.</param>
    public string Write(in Instruction instruction, ReadOnlySpan<byte> bytes)
    {
        _text.Clear();
        (_target, _relative, _negative) = (0, 0, null);
        bool shortAddress = HasAddressPrefix(bytes);
        _name = SolarisMnemonics.Name(instruction);
        string mnemonic = Prefixes(instruction, shortAddress) + _name;
        _text.Append(mnemonic.PadRight(6)).Append(' ');
        Operands(instruction, shortAddress);
        if (_target != 0)
        {
            if (symbolize(_target & PointerMask) is { } symbol) _text.Append("\t<").Append(symbol).Append('>');
            if (_negative is var (value, mask)) _text.Append("\t<").Append(Hex(value & mask)).Append('>');
        }

        if (_relative != 0) _text.Append("\t<").Append(symbolize(_relative) ?? (_relative > 9 ? Hex(_relative) : Hex(_relative)[2..])).Append('>');
        return _text.ToString();
    }

    private string Prefixes(in Instruction instruction, bool shortAddress)
    {
        string lockText = instruction.HasLockPrefix ? "lock " : "";
        string repeat = instruction.HasRepnePrefix ? "repnz " : instruction.HasRepePrefix ? "repz " : "";
        return lockText + repeat + (shortAddress && set == InstructionSet.Amd64 ? "addr32 " : "");
    }

    private static bool HasAddressPrefix(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b == 0x67) return true;
            if (b is not (0x66 or 0xf0 or 0xf2 or 0xf3 or 0x26 or 0x2e or 0x36 or 0x3e or 0x64 or 0x65)) return false;
        }

        return false;
    }

    private void Operands(in Instruction instruction, bool shortAddress)
    {
        if (instruction.IsStringInstruction) StringOperands(instruction);
        else if (SolarisFloat.Registers(instruction) is { } registers) _text.Append(registers);
        else if (instruction.Mnemonic is Mnemonic.In or Mnemonic.Out) Port(instruction);
        else if (instruction.Mnemonic == Mnemonic.Int3) _text.Append("$0x3");
        else if (instruction.Op0Kind is OpKind.FarBranch16 or OpKind.FarBranch32) FarTarget(instruction);
        else Ordinary(instruction, shortAddress);
    }

    private void Ordinary(in Instruction instruction, bool shortAddress)
    {
        int count = instruction.OpCount;
        if (SolarisMnemonics.Predicate(instruction) is not null) count = 2;

        // Shifts of two registers by %cl do not name it.
        if (instruction.Mnemonic is Mnemonic.Shld or Mnemonic.Shrd && instruction.Op2Kind == OpKind.Register) count = 2;

        // The manuals name the destination first; exchanges with the accumulator and ENTER stand as they are.
        bool asIs = instruction.Mnemonic == Mnemonic.Enter
            || instruction.Code is Code.Xchg_r16_AX or Code.Xchg_r32_EAX or Code.Xchg_r64_RAX;
        for (int i = 0; i < count; i++)
        {
            if (i > 0) _text.Append(',');
            Operand(instruction, asIs ? i : count - 1 - i, shortAddress);
        }
    }

    private void Operand(in Instruction instruction, int operand, bool shortAddress)
    {
        bool indirect = instruction.IsCallNearIndirect || instruction.IsCallFarIndirect || instruction.IsJmpNearIndirect || instruction.IsJmpFarIndirect;
        if (indirect) _text.Append('*');
        switch (instruction.GetOpKind(operand))
        {
            case OpKind.Register:
                _text.Append(Name(instruction.GetOpRegister(operand)));
                break;
            case OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64:
                Relative(unchecked(instruction.NearBranchTarget - instruction.NextIP), instruction.NearBranchTarget & PointerMask);
                break;
            case OpKind.Memory:
                Memory(instruction, shortAddress);
                break;
            case OpKind.MemorySegDI or OpKind.MemorySegEDI or OpKind.MemorySegRDI:
                _text.Append(Pointer(instruction, "di"));
                break;
            default:
                Immediate(instruction, operand);
                break;
        }
    }

    private void Memory(in Instruction instruction, bool shortAddress)
    {
        if (instruction.SegmentPrefix != IcedRegister.None) _text.Append(Name(instruction.SegmentPrefix)).Append(':');
        if (instruction.IsIPRelativeMemoryOperand)
        {
            Relative(unchecked(instruction.IPRelativeMemoryAddress - instruction.NextIP), instruction.IPRelativeMemoryAddress);
            _text.Append("(%rip)");
            return;
        }

        var (registerBase, index) = (instruction.MemoryBase, instruction.MemoryIndex);
        int addressBytes = registerBase != IcedRegister.None ? registerBase.GetSize() : index.IsGPR() ? index.GetSize() : set == InstructionSet.Ia32 ? (shortAddress ? 2 : 4) : shortAddress ? 4 : 8;
        if (instruction.MemoryDisplSize > 0)
        {
            ulong displacement = unchecked((ulong)SignExtended(instruction.MemoryDisplacement64, addressBytes));
            Number(displacement, Mask(addressBytes));
            _target = displacement;
        }

        if (registerBase == IcedRegister.None && index == IcedRegister.None) return;
        _text.Append('(');
        if (registerBase != IcedRegister.None) _text.Append(Name(Widened(registerBase)));
        if (index != IcedRegister.None) _text.Append(',').Append(Name(Widened(index)));
        if (index != IcedRegister.None && instruction.MemoryIndexScale > 1) _text.Append(',').Append(instruction.MemoryIndexScale.ToString(CultureInfo.InvariantCulture));
        _text.Append(')');
    }

    // Base and index are named by the processor's mode, not by the size of the address.
    private IcedRegister Widened(IcedRegister register) => set == InstructionSet.Amd64 && register.IsGPR32() ? register.GetFullRegister() : register;

    private void Immediate(in Instruction instruction, int operand)
    {
        var kind = instruction.GetOpKind(operand);
        int encoded = kind switch
        {
            OpKind.Immediate16 => 2,
            OpKind.Immediate32 or OpKind.Immediate32to64 => 4,
            OpKind.Immediate64 => 8,
            _ => 1,
        };
        int size = instruction.Mnemonic is Mnemonic.Int ? 1 : Math.Max(encoded, SolarisMnemonics.SizeOf(instruction));
        if (size > 8) size = encoded;
        ulong value = unchecked((ulong)SignExtended(instruction.GetImmediate(operand), encoded));
        _text.Append('$');
        if (Number(value, Mask(size))) _negative = (value, Mask(size));
        _target = value;
    }

    private void Port(in Instruction instruction)
    {
        int port = instruction.Mnemonic == Mnemonic.In ? 1 : 0;
        if (instruction.GetOpKind(port) == OpKind.Register) _text.Append("(%dx)");
        else _text.Append('$').Append(Hex(instruction.Immediate8));
    }

    private void FarTarget(in Instruction instruction)
    {
        ulong offset = instruction.Op0Kind == OpKind.FarBranch16 ? instruction.FarBranch16 : instruction.FarBranch32;
        _text.Append('$').Append(Hex(instruction.FarBranchSelector)).Append(",$").Append(Hex(offset));
        _target = offset;
    }

    private void StringOperands(in Instruction instruction)
    {
        string from = Pointer(instruction, "si"), to = Pointer(instruction, "di");
        string segment = instruction.SegmentPrefix != IcedRegister.None ? Name(instruction.SegmentPrefix) + ":" : "";
        string name = instruction.Mnemonic.ToString();
        if (name.StartsWith("Movs", StringComparison.Ordinal) || name.StartsWith("Cmps", StringComparison.Ordinal)) _text.Append(segment).Append(from).Append(',').Append(to);
        else if (name.StartsWith("Lods", StringComparison.Ordinal)) _text.Append(segment).Append(from).Append(',').Append(Name(instruction.Op0Register));
        else if (name.StartsWith("Stos", StringComparison.Ordinal)) _text.Append(Name(instruction.Op1Register)).Append(',').Append(segment).Append(to);
        else if (name.StartsWith("Scas", StringComparison.Ordinal)) _text.Append(Name(instruction.Op0Register)).Append(',').Append(segment).Append(to);
    }

    private static string Pointer(in Instruction instruction, string register)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) is OpKind.MemorySegSI or OpKind.MemorySegDI or OpKind.MemoryESDI) return $"(%{register})";
            if (instruction.GetOpKind(i) is OpKind.MemorySegRSI or OpKind.MemorySegRDI or OpKind.MemoryESRDI) return $"(%r{register})";
        }

        return $"(%e{register})";
    }

    private void Relative(ulong distance, ulong target)
    {
        long signed = SignExtended(distance, set == InstructionSet.Ia32 ? 4 : 8);
        if (signed < 0) _text.Append('-').Append(Hex(unchecked((ulong)-signed) & PointerMask));
        else _text.Append('+').Append(Hex((ulong)signed & PointerMask));
        _relative = target;
    }

    /// <summary>A number, signed where it is a small negative one. Returns whether it was.</summary>
    private bool Number(ulong value, ulong mask)
    {
        long signed = unchecked((long)value);
        bool negative = signed is < 0 and >= SmallNegative && !Unsigned.Any(u => _name.StartsWith(u, StringComparison.Ordinal));
        if (negative) _text.Append('-').Append(Hex(unchecked((ulong)-signed) & mask));
        else _text.Append(Hex(value & mask));
        return negative;
    }

    private static long SignExtended(ulong value, int bytes) => unchecked((long)(value << (64 - bytes * 8)) >> (64 - bytes * 8));

    private static ulong Mask(int bytes) => bytes >= 8 ? ulong.MaxValue : (1UL << (bytes * 8)) - 1;

    private static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    private static string Name(IcedRegister register)
    {
        string name = register.ToString().ToLowerInvariant();
        if (register.IsGPR8() && name[0] == 'r') name = name[..^1] + "b";
        return register.IsDR() ? $"%db{register.GetNumber()}" : "%" + name;
    }
}
