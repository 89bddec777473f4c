using XenDumpAdapter.Core.Samples.Code;

namespace XenDumpAdapter.Core.Samples.Machine;

/// <summary>Why a processor stopped.</summary>
internal enum Stop
{
    Halted,
    Hypercall,
    PageFault,
}

/// <summary>
/// Runs the samples' code, so that every return address, saved register and byte of a stack is what that code leaves there. It knows the instructions of
/// <see cref="Op"/>, in the images that it was given.
/// </summary>
internal sealed class Processor(Ram ram)
{
    private const int MaxSteps = 100_000;
    private const ulong ZeroFlag = 0x40;
    private const ulong InterruptFlag = 0x200;

    private CodeImage? _image;

    public ulong[] Registers { get; } = new ulong[16];

    public ulong Pc { get; set; }

    public ulong Flags { get; set; } = 0x202;

    public ulong Cr2 { get; set; }

    public ushort Cs { get; set; }

    public ushort Ss { get; set; }

    public required Mappings Tables { get; set; }

    public List<CodeImage> Images { get; } = [];

    /// <summary>The page that a fault was about.</summary>
    public ulong FaultAddress { get; private set; }

    /// <summary>Whether the fault was a write.</summary>
    public bool FaultWasWrite { get; private set; }

    public ulong this[Reg register]
    {
        get => Registers[(int)register];
        set => Registers[(int)register] = value;
    }

    private bool Is64 => _image!.Is64;

    private int Word => Is64 ? 8 : 4;

    /// <summary>Runs until the processor halts, calls its hypervisor, or an access faults; a faulting instruction has had no effect.</summary>
    public Stop Run()
    {
        for (int steps = 0; steps < MaxSteps; steps++)
        {
            var (function, step) = Find();
            var instruction = function.Function.Steps[step].Instruction;
            ulong next = function.AddressOf(step + 1);
            try
            {
                Pc = Execute(instruction, next, ImageLinker.TargetOf(function, instruction.Target, _image!.Symbols));
            }
            catch (FaultSignal)
            {
                return Stop.PageFault;
            }

            if (instruction.Op == Op.Halt) return Stop.Halted;
            if (instruction.Op == Op.Hypercall) return Stop.Hypercall;
        }

        throw new InvalidOperationException($"the sample's code does not end (at 0x{Pc:x})");
    }

    /// <summary>Pushes a word, as hardware does for an exception.</summary>
    public void Push(ulong value, int size = 8)
    {
        WriteMemory(this[Reg.Rsp] - (ulong)size, value, size);
        this[Reg.Rsp] -= (ulong)size;
    }

    public ulong ReadMemory(ulong at, int size) => ram.Read(Reach(at, write: false), size);

    public void WriteMemory(ulong at, ulong value, int size) => ram.Write(Reach(at, write: true), value, size);

    private (LinkedFunction Function, int Step) Find()
    {
        foreach (var image in Images)
        {
            if (image.StepAt(Pc) is not { } found) continue;
            _image = image;
            return found;
        }

        throw new InvalidOperationException($"the sample's code went to 0x{Pc:x}, where there is none");
    }

    private ulong Reach(ulong address, bool write)
    {
        if (Tables.Translate(address) is { } machine) return machine;
        FaultAddress = address;
        FaultWasWrite = write;
        throw new FaultSignal();
    }

    private ulong Execute(Instruction i, ulong next, ulong target)
    {
        switch (i.Op)
        {
            case Op.Push: Push(this[i.A], Word); break;
            case Op.PushFlags: Push(Flags, Word); break;
            case Op.PushNumber: Push(Cut(unchecked((ulong)i.Value)), Word); break;
            case Op.Pop: this[i.A] = PopWord(); break;
            case Op.Move: this[i.A] = this[i.B]; break;
            case Op.MoveNumber: this[i.A] = Cut(unchecked((ulong)i.Value)); break;
            case Op.MoveFromCr2: this[i.A] = Cr2; break;
            case Op.Load: this[i.A] = ReadMemory(Place(i.B, i.Value), Word); break;
            case Op.Store: WriteMemory(Place(i.A, i.Value), this[i.B], Word); break;
            case Op.StoreHalf: WriteMemory(Place(i.A, i.Value), this[i.B] & uint.MaxValue, 4); break;
            case Op.StoreNumber: WriteMemory(Place(i.A, i.Value), unchecked((uint)i.Extra), 4); break;
            case Op.AddressOf: this[i.A] = Place(i.B, i.Value); break;
            case Op.AddressOfSymbol: this[i.A] = unchecked(target + (ulong)i.Value); break;
            case Op.LoadSymbol: this[i.A] = ReadMemory(target, Word); break;
            case Op.Call: Push(next, Word); return target;
            case Op.CallRegister: Push(next, Word); return this[i.A];
            case Op.Jump: return target;
            case Op.JumpIfZero: return (Flags & ZeroFlag) != 0 ? target : next;
            case Op.JumpIfNotZero: return (Flags & ZeroFlag) == 0 ? target : next;
            case Op.Return: return PopWord();
            case Op.EnableInterrupts: Flags |= InterruptFlag; break;
            case Op.DisableInterrupts: Flags &= ~InterruptFlag; break;
            case Op.Undefined: throw new InvalidOperationException($"the sample's code reached an undefined instruction at 0x{Pc:x}");
            default: Calculate(i); break;
        }

        return next;
    }

    private void Calculate(Instruction i)
    {
        ulong a = this[i.A], value = unchecked((ulong)i.Value);
        ulong? result = i.Op switch
        {
            Op.Add => unchecked(a + value),
            Op.Subtract => unchecked(a - value),
            Op.And => a & value,
            Op.Or => a | value,
            Op.Test => a,
            Op.Clear => 0,
            Op.Not => ~a,
            _ => null,
        };
        if (result is not { } number) return;
        number = Cut(number);
        if (i.Op != Op.Test) this[i.A] = number;
        if (i.Op != Op.Not) Flags = number == 0 ? Flags | ZeroFlag : Flags & ~ZeroFlag;
    }

    private ulong Place(Reg at, long offset) => Cut(unchecked(this[at] + (ulong)offset));

    private ulong Cut(ulong value) => Is64 ? value : value & uint.MaxValue;

    private ulong PopWord()
    {
        ulong value = ReadMemory(this[Reg.Rsp], Word);
        this[Reg.Rsp] += (ulong)Word;
        return value;
    }

    private sealed class FaultSignal : Exception;
}
