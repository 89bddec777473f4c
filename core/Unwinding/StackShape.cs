using Iced.Intel;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>What code has done to its stack so far. Offsets in bytes from the stack pointer at entry; null where it is not known.</summary>
/// <param name="SpOffset">Where the stack pointer is.</param>
/// <param name="FpOffset">Where the frame pointer register points, if the function made it a frame pointer.</param>
/// <param name="Saved">Where callee-saved registers were stored, by name; a list that is never changed in place.</param>
internal sealed record StackShape(long? SpOffset, long? FpOffset, SavedAt? Saved)
{
    /// <summary>Before the first instruction.</summary>
    public static StackShape AtEntry { get; } = new(0, null, null);

    /// <summary>Whether the stack and frame pointers are at the same places.</summary>
    public bool SameStack(StackShape other) => SpOffset == other.SpOffset;

    /// <summary>The shape where two paths disagree.</summary>
    public StackShape WithoutStack() => this with { SpOffset = null };

    /// <summary>The shape after an instruction.</summary>
    public StackShape After(in Instruction i)
    {
        switch (i.Mnemonic)
        {
            case Mnemonic.Push when i.Op0Kind == OpKind.Register:
                return Moved(i.StackPointerIncrement).Save(Name(i.Op0Register), SpOffset + i.StackPointerIncrement);
            case Mnemonic.Push or Mnemonic.Pushfq or Mnemonic.Pushfd or Mnemonic.Popfq or Mnemonic.Popfd:
                return Moved(i.StackPointerIncrement);
            case Mnemonic.Pop:
                return AfterPop(i);
            case Mnemonic.Leave:
                return FpOffset is { } fp ? (this with { SpOffset = fp + WordOf(i), FpOffset = null }).Forget(IsWide(i) ? "rbp" : "ebp") : WithoutStack();
            case Mnemonic.Sub or Mnemonic.Add when IsSp(i.Op0Register):
                return i.Op1Kind.IsImmediate() ? Moved(unchecked(i.Mnemonic == Mnemonic.Add ? (long)i.GetImmediate(1) : -(long)i.GetImmediate(1))) : WithoutStack();
            case Mnemonic.Lea when IsSp(i.Op0Register):
                return this with { SpOffset = PlaceOf(i) };
            case Mnemonic.Lea when IsFp(i.Op0Register):
                return this with { FpOffset = PlaceOf(i) };
            case Mnemonic.Mov:
                return AfterMove(i);
            case Mnemonic.Cmp or Mnemonic.Test:
                return this;
            default:
                return AfterOther(i);
        }
    }

    private StackShape AfterMove(in Instruction i)
    {
        if (i.Op0Kind == OpKind.Register && IsSp(i.Op0Register))
            return this with { SpOffset = i.Op1Kind == OpKind.Register && IsFp(i.Op1Register) ? FpOffset : null };
        if (i.Op0Kind == OpKind.Register && IsFp(i.Op0Register))
            return this with { FpOffset = i.Op1Kind == OpKind.Register && IsSp(i.Op1Register) ? SpOffset : null };
        if (i.Op0Kind == OpKind.Memory && i.Op1Kind == OpKind.Register) return Save(Name(i.Op1Register), PlaceOf(i));
        return this;
    }

    private StackShape AfterPop(in Instruction i)
    {
        var popped = Moved(i.StackPointerIncrement);
        if (i.Op0Kind != OpKind.Register) return popped;
        if (IsSp(i.Op0Register)) return popped.WithoutStack();
        if (IsFp(i.Op0Register)) popped = popped with { FpOffset = null };
        return popped.Forget(Name(i.Op0Register));
    }

    private StackShape AfterOther(in Instruction i)
    {
        if (i.OpCount == 0 || i.Op0Kind != OpKind.Register) return this;
        if (IsSp(i.Op0Register)) return WithoutStack();
        return IsFp(i.Op0Register) ? this with { FpOffset = null } : this;
    }

    private StackShape Moved(long bytes) => this with { SpOffset = SpOffset + bytes };

    /// <summary>Only the first store of a register is its caller's value.</summary>
    private StackShape Save(string register, long? at) =>
        at is { } place && Saved.Find(register) is null ? this with { Saved = new SavedAt(register, place, Saved) } : this;

    private StackShape Forget(string register) => Saved.Find(register) is null ? this : this with { Saved = Saved.Without(register) };

    /// <summary>The stack offset that a memory operand names, where its base is the stack or frame pointer and it has no index.</summary>
    private long? PlaceOf(in Instruction i)
    {
        if (i.MemoryIndex != Register.None) return null;
        long displacement = unchecked((long)i.MemoryDisplacement64);
        if (!IsWide(i)) displacement = unchecked((int)displacement);
        return IsSp(i.MemoryBase) ? SpOffset + displacement : IsFp(i.MemoryBase) ? FpOffset + displacement : null;
    }

    private static bool IsWide(in Instruction i) => i.CodeSize == CodeSize.Code64;

    private static long WordOf(in Instruction i) => IsWide(i) ? 8 : 4;

    private static bool IsSp(Register register) => register is Register.RSP or Register.ESP;

    private static bool IsFp(Register register) => register is Register.RBP or Register.EBP;

    private static string Name(Register register) => register.ToString().ToLowerInvariant();
}

/// <summary>A place where a register was stored; a list from the latest to the first.</summary>
/// <param name="Register">Its name.</param>
/// <param name="Offset">Bytes from the stack pointer at entry.</param>
/// <param name="Before">Those stored before.</param>
internal sealed record SavedAt(string Register, long Offset, SavedAt? Before);

/// <summary>Look-ups in such a list.</summary>
internal static class SavedPlaces
{
    /// <summary>Where the register was stored, or null.</summary>
    public static long? Find(this SavedAt? places, string register)
    {
        for (var at = places; at is not null; at = at.Before)
            if (at.Register == register) return at.Offset;
        return null;
    }

    /// <summary>The list without a register.</summary>
    public static SavedAt? Without(this SavedAt? places, string register) =>
        places is null ? null : places.Register == register ? places.Before.Without(register) : places with { Before = places.Before.Without(register) };

    /// <summary>Whether an operand is an immediate of any width.</summary>
    public static bool IsImmediate(this OpKind kind) => kind is >= OpKind.Immediate8 and <= OpKind.Immediate32to64;
}
