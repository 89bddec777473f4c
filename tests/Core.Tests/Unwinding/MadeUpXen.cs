using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>One CPU of a made-up Xen: its code, its stacks (32 KB: IST pages below, the primary stack in the last two), and what it ran.</summary>
internal sealed class MadeUpXen
{
    public const ulong Text = 0xffff_82d0_4020_0000;
    public const ulong Stack = 0xffff_8300_03f5_0000;
    public const ulong Top = Stack + 0x8000;

    /// <summary>Where the guest's registers stand: sizeof(struct cpu_info) below the top.</summary>
    public const ulong RecordAt = Top - 264;

    /// <summary>Top of the NMI's stack, and where its record stands: 168 bytes below, as ring 0 has no data selectors saved.</summary>
    public const ulong NmiTop = Stack + 0x3000;
    public const ulong NmiRecordAt = NmiTop - 168;

    public MadeUpXen()
    {
        Memory.Put(Stack + 0x2000, new byte[0x1000]);
        Memory.Put(Stack + 0x6000, new byte[0x2000]);
    }

    public SparseMemory<VirtualAddress> Memory { get; } = new();

    public MadeUpCode Code { get; } = new(64, Text);

    /// <summary>The guest that the CPU ran; null for an idle CPU.</summary>
    public CodeContext? Guest { get; init; }

    public CancellationToken Cancel { get; init; } = TestContext.Current.CancellationToken;

    /// <summary>Call frame information, for tests that have it.</summary>
    public Core.Types.Dwarf.CallFrameInfo? Cfi { get; set; }

    /// <summary>Writes the record that entry code makes.</summary>
    public void Record(ulong at, ulong pc, ulong sp, uint vector, ushort cs = 0xe008, ushort ss = 0, uint error = 0, ulong flags = 0x246, ulong rbp = 0)
    {
        for (ulong offset = 0; offset < 120; offset += 8) Memory.Put64(at + offset, offset == 32 ? rbp : 0);
        Memory.Put32(at + 0x78, error).Put32(at + 0x7c, vector);
        Memory.Put64(at + 0x80, pc).Put64(at + 0x88, cs).Put64(at + 0x90, flags).Put64(at + 0x98, sp).Put64(at + 0xa0, ss);
        if ((cs & 3) != 0) Memory.Put(at + 0xa8, new byte[32]);
    }

    /// <summary>Walks from a pc and stack pointer, and other registers.</summary>
    public StackTrace Walk(ulong pc, ulong sp, params ReadOnlySpan<(string Name, ulong Value)> others)
    {
        var registers = new RegisterSet(Core.Arch.Architecture.Amd64).With("rip", pc).With("rsp", sp);
        foreach (var (name, value) in others) registers = registers.With(name, value);
        var context = Context();
        var environment = new UnwindEnvironment { GuestContext = _ => Guest, RunsGuest = Guest is not null, FaultAddress = _ => (new VirtualAddress(0xdead000), "hardware cr2") };
        return StackUnwinder.Walk(FrameFactory.Code(context, registers, FoundBy.Context, pcIsReturnAddress: false)!, environment, Cancel);
    }

    private CodeContext? _context;
    private Module? _module;

    /// <summary>Assembles the code; its addresses are known from then on.</summary>
    public MadeUpXen Build()
    {
        _module = Code.Build(Memory);
        return this;
    }

    private CodeContext Context()
    {
        var built = _module ?? throw new InvalidOperationException("not built");
        return _context ??= new CodeContext
        {
            Kind = FrameKind.Hypervisor,
            Architecture = Core.Arch.Architecture.Amd64,
            Space = AddressSpace.Of("xen", 64, Memory),
            Memory = Memory,
            Modules = [new Module { Name = built.Name, Range = built.Range, Symbols = built.Symbols, Cfi = Cfi }],
            Stacks =
            [
                new StackRange("primary", AddressRange.FromTo(new VirtualAddress(Stack + 0x6000), new VirtualAddress(Top)), new VirtualAddress(RecordAt)),
                new StackRange("NMI", AddressRange.FromTo(new VirtualAddress(Stack + 0x2000), new VirtualAddress(NmiTop)), new VirtualAddress(NmiRecordAt)),
            ],
        };
    }
}

/// <summary>What tests say of a walk.</summary>
internal static class Walked
{
    /// <summary>Function names, records as their vector's name in brackets.</summary>
    public static string Names(this StackTrace trace) =>
        string.Join(' ', trace.Frames.Select(f => f.Exception is { } e ? $"[{e.Name}]" : f.Function ?? $"{f.Pc}"));

    /// <summary>Values of registers that are known.</summary>
    public static IEnumerable<ulong> Values(this Frame frame, params string[] names) => names.Select(n => frame.Registers[n] ?? throw new InvalidOperationException($"{n} is not known"));
}
