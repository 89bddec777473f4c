using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.TestKit.Synthetic;

/// <summary>
/// A target without a dump, for tests of front ends: a 64-bit Xen with two CPUs; a 32-bit dom0 whose vcpu 0 crashed on CPU 0 with a page fault
/// at 0xc0300ffc and whose vcpu 1 is offline; CPU 1 idle. A few bytes of code and stack are in memory, in each space its own.
/// </summary>
public sealed class SyntheticTarget
{
    public const ulong XenText = 0xffff82d040200000;
    public const ulong XenStack = 0xffff830000007000;
    public const ulong KernelText = 0xc0100000;
    public const ulong KernelStack = 0xc0301000;

    /// <summary>Where the last byte of the address space can be read: 0xfffffffffffffff0 to 2^64.</summary>
    public const ulong Top = 0xfffffffffffffff0;

    /// <summary>Symbol files that the modules claim to come from; null for a target without symbols.</summary>
    public string? XenSyms { get; init; }

    /// <summary>dom0's kernel; see <see cref="XenSyms"/>.</summary>
    public string? Kernel { get; init; }

    /// <summary>Whether the stack of CPU 0 reaches the guest.</summary>
    public bool GuestFrame { get; init; } = true;

    /// <summary>Whether the dump has registers of CPU 1.</summary>
    public bool SecondCpuRegisters { get; init; } = true;

    public PanicKind Panic { get; init; } = PanicKind.Domain;

    /// <summary>Whether there is a dom0 at all.</summary>
    public bool Dom0 { get; init; } = true;

    /// <summary>More of Xen's memory.</summary>
    public SparseMemory<VirtualAddress> Xen { get; init; } = new();

    /// <summary>Called when a stack is walked; a test may count, or throw.</summary>
    public Action OnWalk { get; init; } = () => { };

    public DumpTarget Build()
    {
        var xenMemory = Xen
            .Put(XenText, [0x55, 0x48, 0x89, 0xe5, 0xf4, 0xeb, 0xfd, 0x0f, 0x0b, .. new byte[0x3f7]])
            .Put(XenStack, [.. Enumerable.Range(0, 0xf40).Select(i => (byte)(i * 7 & 255)), .. new byte[0xc0]])
            .Put(Top, "#$}*0123456789ab"u8.ToArray())
            .Put(0, 0x77);
        var xen = AddressSpace.Of("xen", 64, xenMemory);
        var kernelMemory = new SparseMemory<VirtualAddress>()
            .Put(KernelText, [0x55, 0x89, 0xe5, 0x83, 0xec, 0x18, 0xe8, 0xf5, 0xff, 0xff, 0xff, 0xc9, 0xc3, .. new byte[19]])
            .Put(KernelStack, new byte[0x1000])
            .Put(0xfffffffc, 1, 2, 3, 4, 5, 6, 7, 8);
        var kernel = AddressSpace.Of("dom0", 32, kernelMemory);
        var machine = new SparseMemory<MachineAddress>().Put(0, new byte[0x1000]);

        var cpus = new[] { Cpu(0, XenText + 4), SecondCpuRegisters ? Cpu(1, XenText + 5) : new PhysicalCpu { Id = 1 } };
        var dom0 = new Domain { Id = 0, Address = new(0xffff83000fff0000), Kind = DomainKind.Pv, Bits = 32, Space = kernel, Kernel = Image("vmlinux", Kernel, KernelText) };
        var idle = new Domain { Id = 0x7fff, Address = new(0xffff83000ffe0000), Kind = DomainKind.Idle };
        var vcpu0 = new Vcpu { Id = 0, Domain = dom0, Address = new(0xffff83000fff1000), State = VcpuState.Running, RunningOn = cpus[0], GuestCr2 = new(0xc0300ffc), PageTables = new(0x2d2a000) };
        var vcpu1 = new Vcpu { Id = 1, Domain = dom0, Address = new(0xffff83000fff2000), State = VcpuState.Offline, SavedRegisters = new RegisterSet(Architecture.Ia32).With("eip", KernelText + 11).With("esp", KernelStack + 0x800) };
        dom0.Vcpus = [vcpu0, vcpu1];
        cpus[0].Current = vcpu0;

        var xenImage = Image("xen", XenSyms, XenText);
        var xenCode = new CodeContext { Kind = FrameKind.Hypervisor, Architecture = Architecture.Amd64, Space = xen, Memory = xenMemory };
        var kernelCode = new CodeContext { Kind = FrameKind.Kernel, Architecture = Architecture.Ia32, Space = kernel, Memory = kernelMemory, Vcpu = "d0v0" };
        var threads = new List<TargetThread>
        {
            new(1, Dom0 ? "CPU 0: d0v0 (panicking)" : "CPU 0 (panicking)", _ => Walk(cpus[0], xenCode, Dom0 && GuestFrame ? kernelCode : null))
            {
                Cpu = cpus[0], Vcpu = Dom0 ? vcpu0 : null, IsPanicking = true, Registers = cpus[0].Registers,
            },
            new(2, "CPU 1: idle <\"&>", _ => Walk(cpus[1], xenCode, null)) { Cpu = cpus[1], Registers = cpus[1].Registers },
        };
        if (Dom0) threads.Add(new(3, "d0v1 (offline)", _ => new StackTrace([], "no frames", false)) { Vcpu = vcpu1, Registers = vcpu1.SavedRegisters });

        return new DumpTarget
        {
            Name = "sample:synthetic",
            Image = new DumpImage { FormatName = "synthetic", ElfMachine = 62, Pages = new NoPages() },
            Architecture = Architecture.Amd64,
            Report = new OpenReport([]),
            MachineMemory = machine,
            Hypervisor = new Hypervisor { Space = xen, Version = "4.17", Module = xenImage },
            Cpus = cpus,
            Domains = Dom0 ? [dom0, idle] : [idle],
            Threads = threads,
            Modules = [.. new[] { xenImage, Dom0 ? dom0.Kernel : null }.OfType<Module>()],
            Spaces = Dom0 ? [xen, kernel, AddressSpace.Of("machine", machine)] : [xen, AddressSpace.Of("machine", machine)],
            Panic = new PanicInfo { Kind = Panic, Cpu = cpus[0], Vcpu = Dom0 && Panic == PanicKind.Domain ? vcpu0 : null, Message = "Domain 0 (vcpu#0) crashed on cpu#0" },
            Diagnostics = new DiagnosticBag(),
        };
    }

    private static PhysicalCpu Cpu(int id, ulong pc)
    {
        var values = new Dictionary<string, ulong> { ["gdt_base"] = 0xffff83000ff00000, ["cr4"] = 0x3526f0 };
        var registers = new RegisterSet(Architecture.Amd64)
            .With("rip", pc).With("rsp", XenStack + 0xf00).With("rbp", XenStack + 0xf40).With("rax", 0x1122334455667788).With("rflags", 0x46)
            .With("cs", 0xe008).With("ss", 0).With("cr0", 0x8005003b).With("cr2", 0xffff82d0deadbeef).With("cr3", 0x2d2a000).With("efer", 0xd01)
            .With("gs_base", 0).With("kernel_gs_base", 0xffff888000000000);
        return new PhysicalCpu { Id = id, Registers = registers, Context = new CpuContext { Index = id, Source = "synthetic", Values = values } };
    }

    private StackTrace Walk(PhysicalCpu cpu, CodeContext xen, CodeContext? guest)
    {
        OnWalk();
        if (cpu.Registers is not { } registers) return new StackTrace([], "the dump has no registers of this CPU", false);
        var top = new Frame { Kind = FrameKind.Hypervisor, Context = xen, Registers = registers, FoundBy = FoundBy.Context, Pc = registers.Pc!.Value, Sp = registers.Sp!.Value, Function = "machine_halt", Offset = 4 };
        if (guest is null) return new StackTrace([top], "end of stack", true);
        var saved = new RegisterSet(Architecture.Ia32).With("eip", KernelText + 6).With("esp", KernelStack).With("ebp", KernelStack + 0x18)
            .With("eax", 0x1234).With("eflags", 0x10246).With("cs", 0xe019).With("ss", 0xe021);
        var record = new ExceptionRecord
        {
            Address = new(XenStack + 0xef8),
            Vector = 14,
            Name = "#PF",
            ErrorCode = 2,
            ErrorText = "write to a page that is not present, in kernel mode",
            FaultAddress = new(0xc0300ffc),
            Cs = 0xe019,
            Pc = saved.Pc!.Value,
            Ss = 0xe021,
            Sp = saved.Sp!.Value,
        };
        var exception = new Frame { Level = 1, Kind = FrameKind.Exception, Context = guest, Registers = saved, FoundBy = FoundBy.ExceptionRecord, Pc = record.Pc, Sp = record.Sp, Exception = record };
        var kernel = exception with { Level = 2, Kind = FrameKind.Kernel, FoundBy = FoundBy.GuestFrame, Exception = null, Function = "recurse", Offset = 6 };
        return new StackTrace([top, exception, kernel], "end of stack", true);
    }

    private static Module? Image(string name, string? path, ulong start) =>
        path is null ? null : new Module { Name = name, Path = path, Range = new AddressRange(new(start), 0x1000), Symbols = new TableSymbols() };
}
