namespace XenDumpAdapter.Core.Samples.Code;

/// <summary>Where a caller's stack pointer and registers are at one instruction: what a row of call frame information says.</summary>
/// <param name="Base">The register that the canonical frame address is counted from.</param>
/// <param name="Offset">How far above it the canonical frame address is.</param>
/// <param name="Depth">Bytes between the stack pointer and the canonical frame address; null where it is not a constant.</param>
/// <param name="Saved">The caller's registers in memory, by their offsets from the canonical frame address.</param>
internal sealed record FrameShape(Reg Base, int Offset, int? Depth, IReadOnlyList<(Reg Register, int Offset)> Saved)
{
    /// <summary>At a function's first instruction only the return address is on the stack.</summary>
    public static FrameShape AtEntry(int word) => new(Reg.Rsp, word, word, []);

    /// <summary>The shape behind <paramref name="i"/>.</summary>
    public FrameShape After(Instruction i, int word) => i.Op switch
    {
        Op.Push => Moved(word).WithSaved(i.A),
        Op.PushNumber or Op.PushFlags => Moved(word),
        Op.Pop => Moved(-word).WithRestored(i.A),
        Op.Subtract when i.A == Reg.Rsp => Moved((int)i.Value),
        Op.Add when i.A == Reg.Rsp => Moved(-(int)i.Value),
        Op.Move when i.A == Reg.Rbp && i.B == Reg.Rsp && Saved.Any(s => s.Register == Reg.Rbp) => this with { Base = Reg.Rbp },
        Op.Move or Op.And or Op.AddressOf when i.A == Reg.Rsp => this with { Depth = null },
        _ => this,
    };

    private FrameShape Moved(int bytes) => this with
    {
        Offset = Base == Reg.Rsp ? Offset + bytes : Offset,
        Depth = Depth + bytes,
    };

    private FrameShape WithSaved(Reg register)
    {
        bool kept = register is Reg.Rbx or Reg.Rbp or Reg.R12 or Reg.R13 or Reg.R14 or Reg.R15 or Reg.Rsi or Reg.Rdi;
        return !kept || Depth is not { } depth || Saved.Any(s => s.Register == register) ? this : this with { Saved = [.. Saved, (register, -depth)] };
    }

    private FrameShape WithRestored(Reg register)
    {
        var rest = this with { Saved = [.. Saved.Where(s => s.Register != register)] };
        return Base == Reg.Rbp && register == Reg.Rbp && Depth is { } depth ? rest with { Base = Reg.Rsp, Offset = depth } : rest;
    }
}
