using Iced.Intel;
using IcedRegister = Iced.Intel.Register;

namespace XenDumpAdapter.Core.Arch;

/// <summary>Names and operands of x87 instructions in libdisasm's tables (dis_opFP1n2, dis_opFP3 and their kin).</summary>
internal static class SolarisFloat
{
    // One register is named, the top of the stack is understood (address mode F).
    private static readonly HashSet<Mnemonic> OneOperand =
        [Mnemonic.Fcom, Mnemonic.Fcomp, Mnemonic.Fxch, Mnemonic.Fucom, Mnemonic.Fucomp, Mnemonic.Fucomi, Mnemonic.Fcomi, Mnemonic.Fld, Mnemonic.Fst, Mnemonic.Fstp, Mnemonic.Ffree, Mnemonic.Ffreep];

    /// <summary>The name; null for what is no x87 instruction with a name of its own.</summary>
    public static string? Name(in Instruction instruction, string name)
    {
        if (name[0] != 'f') return null;
        if (name.StartsWith("fcmov", StringComparison.Ordinal)) return $"fcmov.{name[5..]}";
        if (instruction.OpCount == 0 || instruction.Op0Kind != OpKind.Memory) return null;
        return name + instruction.MemorySize switch
        {
            MemorySize.Float32 => "s",
            MemorySize.Float64 => "l",
            MemorySize.Float80 => "t",
            MemorySize.Int32 => "l",
            MemorySize.Int64 => "ll",
            _ => "",
        };
    }

    /// <summary>The operands, source first; null for what has none of the x87's registers.</summary>
    public static string? Registers(in Instruction instruction)
    {
        if (instruction.OpCount == 0 || instruction.Op0Kind != OpKind.Register || !instruction.Op0Register.IsST()) return null;
        if (instruction.OpCount == 1) return Indexed(instruction.Op0Register);
        bool toTop = instruction.Code.ToString().EndsWith("_st0_sti", StringComparison.Ordinal);
        if (OneOperand.Contains(instruction.Mnemonic)) return Indexed(toTop ? instruction.Op1Register : instruction.Op0Register);
        return toTop ? $"{Indexed(instruction.Op1Register)},%st" : $"%st,{Indexed(instruction.Op0Register)}";
    }

    private static string Indexed(IcedRegister register) => $"%st({register.GetNumber()})";
}
