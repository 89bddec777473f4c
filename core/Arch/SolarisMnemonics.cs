using Iced.Intel;

namespace XenDumpAdapter.Core.Arch;

/// <summary>Names of instructions in libdisasm's tables (usr/src/common/dis/i386/dis_tables.c), where they are not those of the processor manuals in lower case.</summary>
internal static class SolarisMnemonics
{
    // Table entries made by TS: the operand's size follows the name.
    private static readonly HashSet<Mnemonic> Sized =
    [
        Mnemonic.Adc, Mnemonic.Add, Mnemonic.And, Mnemonic.Bound, Mnemonic.Bsf, Mnemonic.Bsr, Mnemonic.Bt, Mnemonic.Btc, Mnemonic.Btr, Mnemonic.Bts, Mnemonic.Cmp,
        Mnemonic.Cmpxchg, Mnemonic.Dec, Mnemonic.Div, Mnemonic.Idiv, Mnemonic.Imul, Mnemonic.In, Mnemonic.Inc, Mnemonic.Lea, Mnemonic.Lfs, Mnemonic.Lgs, Mnemonic.Lss,
        Mnemonic.Mov, Mnemonic.Mul, Mnemonic.Neg, Mnemonic.Nop, Mnemonic.Not, Mnemonic.Or, Mnemonic.Out, Mnemonic.Pop, Mnemonic.Push, Mnemonic.Rcl, Mnemonic.Rcr,
        Mnemonic.Rol, Mnemonic.Ror, Mnemonic.Sal, Mnemonic.Sar, Mnemonic.Sbb, Mnemonic.Shl, Mnemonic.Shld, Mnemonic.Shr, Mnemonic.Shrd, Mnemonic.Sub, Mnemonic.Test,
        Mnemonic.Xadd, Mnemonic.Xchg, Mnemonic.Xor,
    ];

    private static readonly Dictionary<Mnemonic, string> Renamed = new()
    {
        [Mnemonic.Cbw] = "cbtw",
        [Mnemonic.Cwde] = "cwtl",
        [Mnemonic.Cdqe] = "cltq",
        [Mnemonic.Cwd] = "cwtd",
        [Mnemonic.Cdq] = "cltd",
        [Mnemonic.Cqo] = "cqtd",
        [Mnemonic.Pushf] = "pushfw",
        [Mnemonic.Pushfd] = "pushfl",
        [Mnemonic.Popf] = "popfw",
        [Mnemonic.Popfd] = "popfl",
        [Mnemonic.Pusha] = "pushaw",
        [Mnemonic.Pushad] = "pushal",
        [Mnemonic.Popa] = "popaw",
        [Mnemonic.Popad] = "popal",
        [Mnemonic.Retf] = "lret",
        [Mnemonic.Iretd] = "iret",
        [Mnemonic.Iretq] = "iret",
        [Mnemonic.Sysretq] = "sysret",
        [Mnemonic.Sysexitq] = "sysexit",
        [Mnemonic.Int1] = "icebp",
        [Mnemonic.Int3] = "int",
        [Mnemonic.Wait] = "fwait",
        [Mnemonic.Xlatb] = "xlat",
        [Mnemonic.Salc] = "falc",
        [Mnemonic.Movsxd] = "movslq",
        [Mnemonic.Loopne] = "loopnz",
        [Mnemonic.Loope] = "loopz",
        [Mnemonic.Jecxz] = "jcxz",
        [Mnemonic.Jrcxz] = "jcxz",
    };

    /// <summary>The name with its suffix, without prefixes.</summary>
    public static string Name(in Instruction instruction)
    {
        var mnemonic = instruction.Mnemonic;
        if (instruction.IsStringInstruction) return StringName(instruction);
        if (mnemonic is Mnemonic.Call or Mnemonic.Jmp) return Far(instruction) + (mnemonic == Mnemonic.Call ? "call" : "jmp");
        if (mnemonic is Mnemonic.Movzx or Mnemonic.Movsx) return Extending(instruction);
        if (instruction.ConditionCode != ConditionCode.None && mnemonic.ToString().StartsWith("Cmov", StringComparison.Ordinal))
            return $"cmov{Suffix(SizeOf(instruction))}.{Condition(instruction.ConditionCode)}";
        if (Renamed.TryGetValue(mnemonic, out string? name)) return name;
        name = mnemonic.ToString().ToLowerInvariant();
        if (SolarisFloat.Name(instruction, name) is { } floating) return floating;
        if (Predicate(instruction) is { } predicate) return $"cmp{predicate}{name[^2..]}";
        if (!Sized.Contains(mnemonic) || (mnemonic == Mnemonic.Nop && instruction.OpCount == 0)) return name;
        return name + (IsSegmentMove(instruction) ? "w" : Suffix(SizeOf(instruction)));
    }

    /// <summary>The predicate that <c>cmpps</c> and its kin carry in their name (dis_PREDSUFFIX); null for others.</summary>
    public static string? Predicate(in Instruction instruction)
    {
        if (instruction.Mnemonic is not (Mnemonic.Cmpps or Mnemonic.Cmppd or Mnemonic.Cmpss or Mnemonic.Cmpsd) || instruction.OpCount != 3 || instruction.Immediate8 > 7) return null;
        return instruction.Immediate8 switch
        {
            0 => "eq",
            1 => "lt",
            2 => "le",
            3 => "unord",
            4 => "neq",
            5 => "nlt",
            6 => "nle",
            _ => "ord",
        };
    }

    /// <summary>Bytes that an instruction works on: those of its first register or of its memory; of a push those of the slot.</summary>
    public static int SizeOf(in Instruction instruction)
    {
        if (instruction.Mnemonic is Mnemonic.Push or Mnemonic.Pop or Mnemonic.Ret or Mnemonic.Enter && instruction.StackPointerIncrement != 0)
            return instruction.Mnemonic is Mnemonic.Push or Mnemonic.Pop ? Math.Abs(instruction.StackPointerIncrement) : instruction.CodeSize == CodeSize.Code64 ? 8 : 4;
        int accumulator = instruction.Mnemonic == Mnemonic.Out ? 1 : 0;
        for (int i = accumulator; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Register && instruction.GetOpRegister(i) is var register && register.IsGPR()) return register.GetSize();
            if (instruction.GetOpKind(i) == OpKind.Memory) return instruction.MemorySize.GetSize();
        }

        return 1;
    }

    private static string Far(in Instruction instruction) =>
        instruction.IsCallFar || instruction.IsJmpFar || instruction.IsCallFarIndirect || instruction.IsJmpFarIndirect ? "l" : "";

    private static bool IsSegmentMove(in Instruction instruction) => instruction.Mnemonic == Mnemonic.Mov
        && ((instruction.Op0Kind == OpKind.Register && instruction.Op0Register.IsSegmentRegister()) || (instruction.Op1Kind == OpKind.Register && instruction.Op1Register.IsSegmentRegister()));

    private static string Extending(in Instruction instruction)
    {
        int source = instruction.Op1Kind == OpKind.Register ? instruction.Op1Register.GetSize() : instruction.MemorySize.GetSize();
        return $"mov{(instruction.Mnemonic == Mnemonic.Movzx ? 'z' : 's')}{Suffix(source)}{Suffix(instruction.Op0Register.GetSize())}";
    }

    private static string StringName(in Instruction instruction)
    {
        string name = instruction.Mnemonic.ToString().ToLowerInvariant();
        return name[^1] == 'd' ? name[..^1] + "l" : name;
    }

    private static string Condition(ConditionCode code) => code switch
    {
        ConditionCode.p => "pe",
        ConditionCode.np => "po",
        _ => code.ToString(),
    };

    private static string Suffix(int bytes) => bytes switch
    {
        1 => "b",
        2 => "w",
        4 => "l",
        8 => "q",
        _ => "",
    };
}
