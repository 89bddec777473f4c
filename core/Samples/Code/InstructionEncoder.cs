using XenDumpAdapter.Core.Samples.Files;

namespace XenDumpAdapter.Core.Samples.Code;

/// <summary>
/// Machine code of <see cref="Instruction"/>s, for 64-bit and 32-bit mode. The forms are those of Intel's Software Developer's Manual, volume 2.
/// An instruction's length does not depend on where its target is, so that code can be laid out before anything is linked.
/// </summary>
internal sealed class InstructionEncoder(bool is64)
{
    private const int Sib = 4;

    /// <summary>How long the instruction is, in bytes.</summary>
    public int LengthOf(Instruction instruction) => Encode(instruction, 0, 0).Length;

    /// <summary>The instruction's bytes.</summary>
    /// <param name="i">The instruction.</param>
    /// <param name="next">Address of the one behind it: what relative operands count from.</param>
    /// <param name="target">Address that <see cref="Instruction.Target"/> stands for.</param>
    public byte[] Encode(Instruction i, ulong next, ulong target)
    {
        var w = new ImageBytes();
        ulong relative = unchecked(target - next);
        switch (i.Op)
        {
            case Op.Push: Short(w, 0x50, i.A); break;
            case Op.Pop: Short(w, 0x58, i.A); break;
            case Op.PushFlags: w.U8(0x9c); break;
            case Op.PushNumber: w.U8(0x68).U32(unchecked((ulong)i.Value)); break;
            case Op.Move: Registers(w, 0x89, i.B, i.A, wide: true); break;
            case Op.MoveNumber: MoveNumber(w, i); break;
            case Op.MoveFromCr2: w.U8(0x0f).U8(0x20).U8(0xc0 | 2 << 3 | Low(i.A)); break;
            case Op.Load: Memory(w, 0x8b, i.A, i.B, i.Value, wide: true); break;
            case Op.Store: Memory(w, 0x89, i.B, i.A, i.Value, wide: true); break;
            case Op.StoreHalf: Memory(w, 0x89, i.B, i.A, i.Value, wide: false); break;
            case Op.StoreNumber:
                Memory(w, 0xc7, Reg.Rax, i.A, i.Value, wide: false);
                w.U32(unchecked((ulong)i.Extra));
                break;
            case Op.AddressOf: Memory(w, 0x8d, i.A, i.B, i.Value, wide: true); break;
            case Op.AddressOfSymbol: AddressOfSymbol(w, i, relative, target); break;
            case Op.LoadSymbol: LoadSymbol(w, i, relative, target); break;
            case Op.Add: Arithmetic(w, 0, i); break;
            case Op.Or: Arithmetic(w, 1, i); break;
            case Op.And: Arithmetic(w, 4, i); break;
            case Op.Subtract: Arithmetic(w, 5, i); break;
            case Op.Test: Registers(w, 0x85, i.A, i.A, wide: true); break;
            case Op.Clear: Registers(w, 0x31, i.A, i.A, wide: false); break;
            case Op.Not: Registers(w, 0xf7, (Reg)2, i.A, wide: true); break;
            case Op.Call: w.U8(0xe8).U32(relative); break;
            case Op.CallRegister: Registers(w, 0xff, (Reg)2, i.A, wide: false); break;
            case Op.Jump: w.U8(0xe9).U32(relative); break;
            case Op.JumpIfZero: w.U8(0x0f).U8(0x84).U32(relative); break;
            case Op.JumpIfNotZero: w.U8(0x0f).U8(0x85).U32(relative); break;
            case Op.Return: w.U8(0xc3); break;
            case Op.Halt: w.U8(0xf4); break;
            case Op.Hypercall: w.U8(is64 ? 0x0f : 0xcd).U8(is64 ? 0x05 : 0x82); break;
            case Op.EnableInterrupts: w.U8(0xfb); break;
            case Op.DisableInterrupts: w.U8(0xfa); break;
            case Op.Pause: w.U8(0xf3).U8(0x90); break;
            case Op.NoOperation: w.U8(0x90); break;
            case Op.Undefined: w.U8(0x0f).U8(0x0b); break;
            default: throw new ArgumentException($"no encoding for {i.Op}", nameof(i));
        }

        return w.ToArray();
    }

    private static int Low(Reg reg) => (int)reg & 7;

    private static bool High(Reg reg) => reg >= Reg.R8;

    private static bool FitsByte(long value) => value is >= sbyte.MinValue and <= sbyte.MaxValue;

    private void Rex(ImageBytes w, bool wide, Reg reg, Reg rm)
    {
        int rex = (wide && is64 ? 8 : 0) | (High(reg) ? 4 : 0) | (High(rm) ? 1 : 0);
        if (rex == 0) return;
        if (!is64) throw new ArgumentException("32-bit code has eight registers", nameof(reg));
        w.U8(0x40 | rex);
    }

    private void Short(ImageBytes w, int opcode, Reg reg)
    {
        Rex(w, wide: false, Reg.Rax, reg);
        w.U8(opcode | Low(reg));
    }

    private void Registers(ImageBytes w, int opcode, Reg reg, Reg rm, bool wide)
    {
        Rex(w, wide, reg, rm);
        w.U8(opcode).U8(0xc0 | Low(reg) << 3 | Low(rm));
    }

    private void Memory(ImageBytes w, int opcode, Reg reg, Reg at, long offset, bool wide)
    {
        Rex(w, wide, reg, at);
        w.U8(opcode);
        int mode = offset == 0 && Low(at) != Low(Reg.Rbp) ? 0 : FitsByte(offset) ? 1 : 2;
        bool sib = Low(at) == Low(Reg.Rsp);
        w.U8(mode << 6 | Low(reg) << 3 | (sib ? Sib : Low(at)));
        if (sib) w.U8(0x24);
        if (mode == 1) w.U8((int)offset);
        if (mode == 2) w.U32(unchecked((ulong)offset));
    }

    private void MoveNumber(ImageBytes w, Instruction i)
    {
        if (!is64 || i.Value is >= 0 and <= uint.MaxValue)
        {
            Short(w, 0xb8, i.A);
            w.U32(unchecked((ulong)i.Value));
        }
        else if (i.Value is >= int.MinValue and < 0)
        {
            Registers(w, 0xc7, Reg.Rax, i.A, wide: true);
            w.U32(unchecked((ulong)i.Value));
        }
        else
        {
            Rex(w, wide: true, Reg.Rax, i.A);
            w.U8(0xb8 | Low(i.A)).U64(unchecked((ulong)i.Value));
        }
    }

    private void AddressOfSymbol(ImageBytes w, Instruction i, ulong relative, ulong target)
    {
        if (is64)
        {
            Rex(w, wide: true, i.A, Reg.Rax);
            w.U8(0x8d).U8(Low(i.A) << 3 | 5).U32(unchecked(relative + (ulong)i.Value));
        }
        else
        {
            w.U8(0xb8 | Low(i.A)).U32(unchecked(target + (ulong)i.Value));
        }
    }

    private void LoadSymbol(ImageBytes w, Instruction i, ulong relative, ulong target)
    {
        Rex(w, wide: true, i.A, Reg.Rax);
        w.U8(0x8b).U8(Low(i.A) << 3 | 5).U32(is64 ? relative : target);
    }

    private void Arithmetic(ImageBytes w, int operation, Instruction i)
    {
        bool small = FitsByte(i.Value);
        Registers(w, small ? 0x83 : 0x81, (Reg)operation, i.A, wide: true);
        w.Number(unchecked((ulong)i.Value), small ? 1 : 4);
    }
}
