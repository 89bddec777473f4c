using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>
/// A kernel (or debug Xen) that keeps frame pointers, of which the dump holds stacks and symbols and code only where a test writes some: functions of 256 bytes each, a
/// thread's stack, an interrupt stack.
/// </summary>
internal sealed class MadeUpKernel
{
    private readonly List<Symbol> _symbols = [];
    private readonly int _bits;

    public MadeUpKernel(int bits, FrameKind kind = FrameKind.Kernel)
    {
        _bits = bits;
        Kind = kind;
        Text = bits == 32 ? kind == FrameKind.Hypervisor ? 0xff10_0000 : 0xf4c0_0000 : 0xffff_ffff_fb80_0000;
        Stack = bits == 32 ? kind == FrameKind.Hypervisor ? 0xffbf_0000 : 0xc5a0_9000 : 0xffff_ff00_0400_0000;
        Interrupts = Stack + 0x10_0000;
        Memory.Put(Stack, new byte[StackBytes]).Put(Interrupts, new byte[StackBytes]);
    }

    public const int StackBytes = 0x4000;

    public FrameKind Kind { get; }

    public SparseMemory<VirtualAddress> Memory { get; } = new();

    public ulong Text { get; }

    public ulong Stack { get; }

    public ulong Top => Stack + StackBytes;

    public ulong Interrupts { get; }

    /// <summary>Where a hypervisor's record of the guest stands; null where its stack's top is not known.</summary>
    public ulong? RecordAt { get; init; }

    public CodeContext? Guest { get; init; }

    /// <summary>The kernel's types; null for none.</summary>
    public ITypeSource? Types { get; set; }

    public int Word => _bits / 8;

    /// <summary>The address of a function, which is made when it is first asked for.</summary>
    public ulong this[string function]
    {
        get
        {
            if (_symbols.Find(s => s.Name == function) is { } known) return known.Address.Value;
            _symbols.Add(new Symbol(function, new VirtualAddress(Text + (ulong)_symbols.Count * 0x100), 0x100, SymbolKind.Function, true));
            return _symbols[^1].Address.Value;
        }
    }

    /// <summary>Writes words upward from an address.</summary>
    public MadeUpKernel Words(ulong at, params ReadOnlySpan<ulong> words)
    {
        foreach (ulong word in words)
        {
            if (Word == 4) Memory.Put32(at, (uint)word);
            else Memory.Put64(at, word);
            at += (ulong)Word;
        }

        return this;
    }

    /// <summary>Writes a frame: the caller's frame pointer, the return address, arguments.</summary>
    public MadeUpKernel Frame(ulong fp, ulong callersFp, ulong returnsTo, params ReadOnlySpan<ulong> arguments) =>
        Words(fp, callersFp, returnsTo).Words(fp + 2 * (ulong)Word, arguments);

    /// <summary>Writes a call of a function before a return address, and what follows it.</summary>
    public MadeUpKernel Call(ulong returnsTo, string function, params ReadOnlySpan<byte> then)
    {
        Memory.Put(returnsTo - 5, [0xe8]).Put32(returnsTo - 4, unchecked((uint)(this[function] - returnsTo)));
        Memory.Put(returnsTo, then);
        return this;
    }

    /// <summary>Where its code runs.</summary>
    public CodeContext Context() => new()
    {
        Kind = Kind,
        Architecture = _bits == 32 ? Core.Arch.Architecture.Ia32 : Core.Arch.Architecture.Amd64,
        Space = AddressSpace.Of("kernel", _bits, Memory),
        Memory = Memory,
        Modules = [new Module { Name = "unix", Range = new AddressRange(new VirtualAddress(Text), 0x1_0000), Symbols = new TableSymbols([.. _symbols]), Types = Types }],
        Stacks =
        [
            new StackRange("thread", new AddressRange(new VirtualAddress(Stack), StackBytes), RecordAt is { } at ? new VirtualAddress(at) : null),
            new StackRange("interrupts", new AddressRange(new VirtualAddress(Interrupts), StackBytes)),
        ],
        KeepsFramePointers = true,
        TrapRegs = Kind == FrameKind.Hypervisor ? [] : TrapRegsLayout.Of(_bits == 32 ? Core.Arch.Architecture.Ia32 : Core.Arch.Architecture.Amd64),
        KernelStart = new VirtualAddress(_bits == 32 ? 0xc300_0000 : 0xffff_8000_0000_0000),
    };

    /// <summary>Walks from a pc, stack pointer and frame pointer.</summary>
    public StackTrace Walk(ulong pc, ulong sp, ulong fp, params ReadOnlySpan<(string Name, ulong Value)> others)
    {
        var context = Context();
        var a = context.Architecture;
        var registers = new RegisterSet(a).With(a.Pc, pc).With(a.Sp, sp).With(a.Fp, fp);
        foreach (var (name, value) in others) registers = registers.With(name, value);
        var environment = new UnwindEnvironment
        {
            Regs = new UserRegsLayout(a),
            RunsGuest = Guest is not null,
            GuestContext = _ => Guest,
            FaultAddress = record => (new VirtualAddress(0xdead_f000), record.OfHypervisor ? "Xen's" : "the guest's"),
        };
        return StackUnwinder.Walk(FrameFactory.Code(context, registers, FoundBy.Context, pcIsReturnAddress: false)!, environment, TestContext.Current.CancellationToken);
    }
}
