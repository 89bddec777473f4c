using Iced.Intel;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>What code has done to its stack so far. Offsets in bytes from the stack pointer at entry; null where it is not known.</summary>
/// <param name="SpOffset">Where the stack pointer is.</param>
/// <param name="FpOffset">Where the frame pointer register points, if the function made it a frame pointer.</param>
/// <param name="Saved">Where the caller's registers were stored; a list that is never changed in place.</param>
/// <param name="Lost">Registers, one bit each, that were overwritten without being stored first.</param>
/// <param name="TowardsEnd">
/// Whether offsets count from an instruction in the middle on the way to the function's end: then <paramref name="Saved"/> is where registers are loaded from
/// on that way, and <paramref name="Lost"/> those that get another value.
/// </param>
internal sealed record StackShape(long? SpOffset, long? FpOffset, SavedAt? Saved, int Lost, bool TowardsEnd = false)
{
    /// <summary>Before the first instruction.</summary>
    public static StackShape AtEntry { get; } = new(0, null, null, 0);

    /// <summary>In the middle, before the rest of the function runs.</summary>
    public static StackShape Midway { get; } = AtEntry with { TowardsEnd = true };

    /// <summary>Whether the value that a register had at entry was overwritten and stored nowhere.</summary>
    /// <param name="register">The register's number as instructions encode it.</param>
    public bool HasLost(int register) => (Lost >> register & 1) != 0;

    /// <summary>The shape after an instruction.</summary>
    public StackShape After(in Instruction i, InstructionInfoFactory facts)
    {
        switch (i.Mnemonic)
        {
            case Mnemonic.Push or Mnemonic.Pushfq or Mnemonic.Pushfd:
                var pushed = Moved(i.StackPointerIncrement);
                return i.Op0Kind == OpKind.Register && i.Op0Register.GetSize() == WordOf(i) ? pushed.Save(i.Op0Register, pushed.SpOffset) : pushed;
            case Mnemonic.Popfq or Mnemonic.Popfd:
                return Moved(i.StackPointerIncrement);
            case Mnemonic.Pop:
                return AfterPop(i);
            case Mnemonic.Leave:
                return FpOffset is { } fp ? (this with { SpOffset = fp + WordOf(i), FpOffset = null }).Load(FramePointerOf(i), fp) : WithoutStack();
            case Mnemonic.Enter when i.Immediate8_2nd == 0:
                var entered = Moved(-WordOf(i)) with { FpOffset = SpOffset - WordOf(i) };
                return entered.Save(FramePointerOf(i), entered.SpOffset).Moved(-(long)i.Immediate16);
            case Mnemonic.Sub or Mnemonic.Add when IsSp(i.Op0Register):
                return i.Op1Kind.IsImmediate() ? Moved(unchecked(i.Mnemonic == Mnemonic.Add ? (long)i.GetImmediate(1) : -(long)i.GetImmediate(1))) : WithoutStack();
            case Mnemonic.Lea when IsSp(i.Op0Register):
                return this with { SpOffset = PlaceOf(i) };
            case Mnemonic.Lea when IsFp(i.Op0Register):
                return Overwritten(i.Op0Register) with { FpOffset = PlaceOf(i) };
            case Mnemonic.Mov:
                return AfterMove(i);
            case Mnemonic.Call:
                return this;
            default:
                return AfterOther(i, facts);
        }
    }

    private StackShape AfterMove(in Instruction i)
    {
        if (i.Op0Kind == OpKind.Memory) return i.Op1Kind == OpKind.Register && i.Op1Register.GetSize() == WordOf(i) ? Save(i.Op1Register, PlaceOf(i)) : this;
        if (i.Op0Kind != OpKind.Register) return this;
        if (IsSp(i.Op0Register)) return this with { SpOffset = i.Op1Kind == OpKind.Register && IsFp(i.Op1Register) ? FpOffset : null };
        if (i.Op1Kind == OpKind.Memory) return (IsFp(i.Op0Register) ? this with { FpOffset = null } : this).Load(i.Op0Register, i.Op0Register.GetSize() == WordOf(i) ? PlaceOf(i) : null);
        var moved = Overwritten(i.Op0Register);
        return IsFp(i.Op0Register) ? moved with { FpOffset = i.Op1Kind == OpKind.Register && IsSp(i.Op1Register) ? SpOffset : null } : moved;
    }

    private StackShape AfterPop(in Instruction i)
    {
        var popped = Moved(i.StackPointerIncrement);
        if (i.Op0Kind != OpKind.Register) return popped;
        if (IsSp(i.Op0Register)) return popped.WithoutStack();
        if (IsFp(i.Op0Register)) popped = popped with { FpOffset = null };
        return popped.Load(i.Op0Register, SpOffset);
    }

    /// <summary>Any other instruction: what it writes is overwritten.</summary>
    private StackShape AfterOther(in Instruction i, InstructionInfoFactory facts)
    {
        var after = this;
        foreach (var used in facts.GetInfo(i, InstructionInfoOptions.NoMemoryUsage).GetUsedRegisters())
        {
            if (used.Access is OpAccess.Read or OpAccess.CondRead or OpAccess.NoMemAccess or OpAccess.None) continue;
            if (IsSp(used.Register)) after = after.WithoutStack();
            else after = (IsFp(used.Register) ? after with { FpOffset = null } : after).Overwritten(used.Register);
        }

        return after;
    }

    private StackShape WithoutStack() => this with { SpOffset = null };

    private StackShape Moved(long bytes) => this with { SpOffset = SpOffset + bytes };

    /// <summary>Only the first store of a register that still has its value of entry is its caller's value.</summary>
    private StackShape Save(Register register, long? at) =>
        !TowardsEnd && at is { } place && WholeNumber(register) is { } number && !HasLost(number) && Saved.Find(number) is null
            ? this with { Saved = new SavedAt(number, place, Saved) }
            : this;

    /// <summary>A load from where the register was stored gives it its value of entry back; any other load overwrites it.</summary>
    private StackShape Load(Register register, long? from)
    {
        if (from is not { } place || WholeNumber(register) is not { } number) return Overwritten(register);
        if (TowardsEnd) return this with { Saved = new SavedAt(number, place, Saved.Without(number)), Lost = Lost & ~(1 << number) };
        return Saved.Find(number) == place ? this with { Saved = Saved.Without(number), Lost = Lost & ~(1 << number) } : Overwritten(register);
    }

    private StackShape Overwritten(Register register)
    {
        if (NumberOf(register) is not { } number) return this;
        if (TowardsEnd) return this with { Saved = Saved.Without(number), Lost = Lost | 1 << number };
        return Saved.Find(number) is null ? this with { Lost = Lost | 1 << number } : this;
    }

    /// <summary>The stack offset that a memory operand names, where its base is the stack or frame pointer and it has no index.</summary>
    private long? PlaceOf(in Instruction i)
    {
        if (i.MemoryIndex != Register.None) return null;
        long displacement = unchecked((long)i.MemoryDisplacement64);
        if (!IsWide(i)) displacement = unchecked((int)displacement);
        return IsSp(i.MemoryBase) ? unchecked(SpOffset + displacement) : IsFp(i.MemoryBase) ? unchecked(FpOffset + displacement) : null;
    }

    /// <summary>The number of a general register or a part of one; null for any other register.</summary>
    private static int? NumberOf(Register register) => register.IsGPR() ? register.GetFullRegister() - Register.RAX : null;

    /// <summary>The number of a register that is as wide as what a push stores; null for a part of one.</summary>
    private static int? WholeNumber(Register register) => register.IsGPR64() || register.IsGPR32() ? NumberOf(register) : null;

    private static bool IsWide(in Instruction i) => i.CodeSize == CodeSize.Code64;

    private static long WordOf(in Instruction i) => IsWide(i) ? 8 : 4;

    private static Register FramePointerOf(in Instruction i) => IsWide(i) ? Register.RBP : Register.EBP;

    private static bool IsSp(Register register) => register is Register.RSP or Register.ESP;

    private static bool IsFp(Register register) => register is Register.RBP or Register.EBP;
}

/// <summary>A place where a register was stored; a list from the latest to the first.</summary>
/// <param name="Register">Its number as instructions encode it: 3 rbx, 5 rbp, …</param>
/// <param name="Offset">Bytes from the stack pointer at entry.</param>
/// <param name="Before">Those stored before.</param>
internal sealed record SavedAt(int Register, long Offset, SavedAt? Before);

/// <summary>Look-ups in such a list.</summary>
internal static class SavedPlaces
{
    /// <summary>Where the register was stored, or null.</summary>
    public static long? Find(this SavedAt? places, int register)
    {
        for (var at = places; at is not null; at = at.Before)
            if (at.Register == register) return at.Offset;
        return null;
    }

    /// <summary>The list without a register.</summary>
    public static SavedAt? Without(this SavedAt? places, int register) =>
        places is null ? null : places.Register == register ? places.Before : places with { Before = places.Before.Without(register) };

    /// <summary>Whether an operand is an immediate of any width.</summary>
    public static bool IsImmediate(this OpKind kind) => kind is >= OpKind.Immediate8 and <= OpKind.Immediate32to64;
}
