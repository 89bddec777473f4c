using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Diagnosis;

/// <summary>
/// A 64-bit kernel that panicked by itself: core kernel <c>unix</c> and module <c>nfs</c>, one thread on a stack of two pages with nothing below it. A test says
/// which instruction trapped, with which registers, and by which functions it came there.
/// </summary>
internal sealed class MadeUpPanic
{
    public const ulong Unix = 0xffff_ffff_fb80_0000;
    public const ulong Nfs = 0xffff_ffff_f790_0000;
    public const ulong Stack = 0xffff_ff00_0400_0000;
    public const ulong StackEnd = Stack + 0x2000;
    public const ulong Thread = 0xffff_ff00_0401_fc40;
    public const ulong KernelStart = 0xffff_fd80_0000_0000;
    public const ulong TrapPc = Nfs + 0x112;
    private const ulong FunctionBytes = 0x100;

    private static readonly string[] InUnix = ["vpanic", "panic", "die", "trap", "assfail", "syscall_exit", "thread_start"];
    private static readonly string[] InNfs = ["nfs3_open", "nfs3_read", "nfs3_lookup", "nfs3_big_buffer", "nfs3_bigger_buffer"];

    private readonly List<(string Function, ulong Offset, ulong CalleeBytes)> _frames = [];

    public SparseMemory<VirtualAddress> Memory { get; } = new SparseMemory<VirtualAddress>().Put(Stack, new byte[0x2000]).Put(Unix, new byte[0x1000]).Put(Nfs, new byte[0x1000]);

    public string? Message { get; init; }

    public uint Vector { get; init; } = 14;

    public uint Error { get; init; }

    public ulong? Cr2 { get; init; }

    /// <summary>Registers at the trap beside pc and stack pointer.</summary>
    public (string Name, ulong Value)[] Registers { get; init; } = [];

    public ulong Sp { get; init; } = Stack + 0x1800;

    /// <summary>Whether there is a trap at all.</summary>
    public bool Trapped { get; init; } = true;

    /// <summary>Functions on the way from the trap to the end, innermost first.</summary>
    public string[] Down { get; init; } = ["vpanic", "panic", "die", "trap"];

    /// <summary>The instruction at <see cref="TrapPc"/>.</summary>
    public MadeUpPanic At(string hex)
    {
        Memory.Put(TrapPc, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        return this;
    }

    /// <summary>The next caller, from the code that trapped outwards, with the bytes of stack that what it called takes.</summary>
    public MadeUpPanic CalledBy(string function, ulong offset, ulong calleeBytes)
    {
        _frames.Add((function, offset, calleeBytes));
        return this;
    }

    /// <summary>What opening found wrong.</summary>
    public DiagnosticBag Diagnostics { get; } = new();

    /// <summary>Other threads' stacks.</summary>
    public List<KernelThread> Others { get; } = [];

    public DumpTarget Build()
    {
        var space = AddressSpace.Of("kernel", 64, Memory);
        var thread = new KernelThread { Address = new(Thread), Name = "nfsd", Stack = new AddressRange(new(Stack), StackEnd - Stack) };
        Module[] modules = [Image("unix", Unix, InUnix), Image("nfs", Nfs, InNfs)];
        var context = new CodeContext
        {
            Kind = FrameKind.Kernel,
            Architecture = Core.Arch.Architecture.Amd64,
            Space = space,
            Memory = Memory,
            Modules = modules,
            Stacks = [new StackRange("nfsd", thread.Stack.Value)],
            KernelStart = new VirtualAddress(KernelStart),
        };
        var cpu = new KernelCpu(() => []) { Id = 3, Address = new(Unix + 0x800), Running = thread };
        var kernel = new Kernel(() => [thread, .. Others], () => [], () => null)
        {
            Space = space,
            Modules = modules,
            Cpus = [cpu],
            Panic = new KernelPanic { Message = Message, Thread = thread.Address, CpuId = 3 },
        };
        return new DumpTarget
        {
            Name = "made up",
            Image = new DumpImage { FormatName = "synthetic", ElfMachine = 62, Pages = new NoPages() },
            Architecture = Core.Arch.Architecture.Amd64,
            Report = new OpenReport([]),
            MachineMemory = new SparseMemory<MachineAddress>(),
            Kernel = kernel,
            Threads = [new TargetThread(1, "CPU 3: nfsd (panicking)", _ => Walk(context)) { IsPanicking = true, KernelThread = thread, KernelCpu = cpu }],
            Modules = modules,
            Spaces = [space],
            Panic = new PanicInfo { Kind = PanicKind.Kernel, Message = Message },
            Diagnostics = Diagnostics,
        };
    }

    private StackTrace Walk(CodeContext context)
    {
        var frames = new List<Frame>();
        ulong sp = Sp - 0x400;
        foreach (string function in Down) frames.Add(Code(context, function, 0x20, sp += 0x20));
        if (Trapped)
        {
            var registers = new RegisterSet(context.Architecture).With("rip", TrapPc).With("rsp", Sp);
            foreach (var (name, value) in Registers) registers = registers.With(name, value);
            frames.Add(Record(context, registers));
            frames.Add(FrameFactory.Code(context, registers, FoundBy.ExceptionRecord, pcIsReturnAddress: false)!);
        }

        ulong at = Sp;
        foreach (var (function, offset, calleeBytes) in _frames) frames.Add(Code(context, function, offset, at += calleeBytes));

        return new StackTrace([.. frames.Select((f, i) => f with { Level = i })], "end of stack", true);
    }

    private Frame Record(CodeContext context, RegisterSet registers) => new()
    {
        Kind = FrameKind.Exception,
        Context = context,
        Registers = registers,
        FoundBy = FoundBy.ExceptionRecord,
        Pc = new(TrapPc),
        Sp = new(Sp),
        Exception = new ExceptionRecord
        {
            Address = new(Sp - 0x200),
            Vector = Vector,
            Name = ExceptionNames.Name(Vector),
            ErrorCode = Error,
            ErrorText = ExceptionNames.Error(Vector, Error, guestKernel: false),
            FaultAddress = Cr2 is { } cr2 ? new VirtualAddress(cr2) : null,
            FaultAddressText = Cr2 is null ? null : "cr2, as the panic saved it",
            Cs = 0x30,
            Pc = new(TrapPc),
            Ss = 0x38,
            Sp = new(Sp),
        },
    };

    private static Frame Code(CodeContext context, string function, ulong offset, ulong sp) =>
        FrameFactory.Code(context, new RegisterSet(context.Architecture).With("rip", AddressOf(function) + offset).With("rsp", sp), FoundBy.FramePointer, pcIsReturnAddress: true)!;

    /// <summary>Where a function starts.</summary>
    public static ulong AddressOf(string function)
    {
        int i = Array.IndexOf(InUnix, function);
        return i >= 0 ? Unix + (ulong)i * FunctionBytes : Nfs + (ulong)Array.IndexOf(InNfs, function) * FunctionBytes;
    }

    private static Module Image(string name, ulong start, string[] functions)
    {
        var symbols = functions.Select(f => new Symbol(f, new(AddressOf(f)), FunctionBytes, SymbolKind.Function, true)).ToList();
        symbols.Add(new Symbol($"{name}_table", new(start + 0xe00), 0x100, SymbolKind.Object, true));
        return new Module { Name = name, Range = new AddressRange(new(start), 0x1000), Symbols = new TableSymbols([.. symbols]) };
    }
}
