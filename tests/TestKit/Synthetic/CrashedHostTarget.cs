using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.TestKit.Synthetic;

/// <summary>Puts a <see cref="CrashedHost"/> together.</summary>
internal sealed class CrashedHostTarget(CrashedHost host)
{
    private const ulong Stack = 0xffff830003f50000;

    private readonly Module _xen = CrashedHost.XenModule();
    private readonly Module _kernel = CrashedHost.KernelModule();

    /// <summary>The target.</summary>
    public DumpTarget Build()
    {
        var dom0 = new Domain
        {
            Id = 0,
            Address = new VirtualAddress(CrashedHost.DomainAddress),
            Kind = DomainKind.Pv,
            Bits = 64,
            TotalPages = 11287,
            MaxPages = uint.MaxValue,
            SharedInfo = new VirtualAddress(0xffff830003d83000),
            P2mFrameListList = 0x290b,
            State = "running",
            Kernel = _kernel,
            Space = host.Dom0,
        };
        var idle = new Domain { Id = 0x7fff, Address = new VirtualAddress(0xffff830003dfb000), Kind = DomainKind.Idle };
        var v0 = new Vcpu { Id = 0, Domain = dom0, Address = new VirtualAddress(CrashedHost.VcpuAddress), Processor = 0, State = VcpuState.Running, GuestCr2 = new VirtualAddress(CrashedHost.FaultAddress) };
        var v1 = new Vcpu { Id = 1, Domain = dom0, Address = new VirtualAddress(0xffff830003cbf000), Processor = 1, State = VcpuState.Offline };
        var idle1 = new Vcpu { Id = 1, Domain = idle, Address = new VirtualAddress(0xffff8300031f5000), Processor = 1, State = VcpuState.Running };
        dom0.Vcpus = [v0, v1];
        idle.Vcpus = [idle1];
        var cpu0 = Cpu(0, v0, Stack + 0x7e00);
        var cpu1 = Cpu(1, idle1, Stack + 0xfe00);
        var report = new OpenReport([new OpenStage("format", StageState.Ok, "a made-up host."), new OpenStage("kernel symbols", StageState.Partial, "no line numbers.")]);
        return new DumpTarget
        {
            Name = "made-up",
            Image = Image(),
            Architecture = Architecture.Amd64,
            Report = report,
            MachineMemory = host.MachineMemory,
            Hypervisor = new Hypervisor
            {
                Version = "4.17.5",
                Debug = false,
                CommandLine = "console=com1",
                Console = "(XEN) first\n(XEN) last\n",
                BuildId = "ca2e6ffe",
                PhysStart = new MachineAddress(0x3800000),
                Module = _xen,
                Space = host.Xen,
            },
            Cpus = [cpu0, cpu1],
            Domains = [dom0, idle],
            Modules = [_xen, _kernel],
            Spaces = [host.Xen, host.Dom0, host.Machine],
            Threads =
            [
                new TargetThread(1, "CPU 0: d0v0 (panicking)", _ => Crash(cpu0)) { Cpu = cpu0, Vcpu = v0, IsPanicking = true, Registers = cpu0.Registers },
                new TargetThread(2, "CPU 1: idle", _ => Idle(cpu1)) { Cpu = cpu1, Vcpu = idle1, Registers = cpu1.Registers },
                new TargetThread(3, "d0v1 (offline)", _ => new StackTrace([], "stopped: no registers", false)) { Vcpu = v1 },
            ],
            Panic = new PanicInfo { Kind = PanicKind.Domain, Message = "Domain 0 (vcpu#0) crashed on cpu#0", ConsoleLines = ["(XEN) Domain 0 (vcpu#0) crashed on cpu#0:"], Cpu = cpu0, Vcpu = v0 },
            Diagnostics = host.Diagnostics,
        };
    }

    private static DumpImage Image() => new()
    {
        FormatName = "made-up host",
        ElfMachine = 62,
        Pages = new NoPages(new MachineRange(new MachineAddress(0x1000), 4096)),
    };

    private static PhysicalCpu Cpu(int id, Vcpu runs, ulong sp)
    {
        var registers = new RegisterSet(Architecture.Amd64).With("rip", CrashedHost.XenBase + 0x1001).With("rsp", sp).With("rax", 0x33).With("cs", 0xe008);
        var cpu = new PhysicalCpu
        {
            Id = id,
            Context = new CpuContext { Index = id, Source = "QEMU CPU state", Values = new Dictionary<string, ulong>() },
            Registers = registers,
            CpuInfo = new VirtualAddress(Stack + 0x7ef8),
            Current = runs,
            Stacks = [new StackRange("primary", new AddressRange(new VirtualAddress(Stack), 0x8000), new VirtualAddress(Stack + 0x7ef8))],
        };
        runs.RunningOn = cpu;
        return cpu;
    }

    private StackTrace Crash(PhysicalCpu cpu)
    {
        var xen = new CodeContext { Kind = FrameKind.Hypervisor, Architecture = Architecture.Amd64, Space = host.Xen, Memory = host.XenMemory, Modules = [_xen] };
        var dom0 = new CodeContext { Kind = FrameKind.Kernel, Architecture = Architecture.Amd64, Space = host.Dom0, Memory = host.KernelMemory, Modules = [_kernel], Vcpu = "d0v0" };
        var guest = new RegisterSet(Architecture.Amd64).With("rip", CrashedHost.KernelBase + 0x212b).With("rsp", CrashedHost.KernelStack - 0x70).With("rbx", 9);
        var record = new ExceptionRecord
        {
            Address = new VirtualAddress(Stack + 0x7ef8),
            Vector = 14,
            Name = "#PF",
            ErrorCode = 2,
            ErrorText = "write to a page that is not present, in kernel mode",
            FaultAddress = new VirtualAddress(CrashedHost.FaultAddress),
            FaultAddressText = "guest cr2 of d0v0",
            Cs = 0xe033,
            Pc = guest.Pc!.Value,
            Ss = 0xe02b,
            Sp = guest.Sp!.Value,
        };
        Frame[] frames =
        [
            Real(xen, _xen, "machine_halt", 1, CrashedHost.XenBase + 0x1001, cpu.Registers!.Sp!.Value.Value, FoundBy.Context, cpu.Registers),
            Real(xen, _xen, "common_interrupt", 0x10, CrashedHost.XenBase + 0x4010, Stack + 0x7e80, FoundBy.Scan, cpu.Registers),
            new Frame { Kind = FrameKind.Exception, Context = dom0, Registers = guest, FoundBy = FoundBy.ExceptionRecord, Pc = record.Pc, Sp = record.Sp, Exception = record },
            Real(dom0, _kernel, "walk_tree", 0x2b, record.Pc.Value, record.Sp.Value, FoundBy.GuestFrame, guest) with
            {
                Cfa = record.Sp + 1992, Source = new SourceLine("/build/mini/mini.c", 51),
            },
            Real(dom0, _kernel, "_start", 0x12, CrashedHost.KernelBase + 0x12, record.Sp.Value + 1992, FoundBy.CodeAnalysis, guest.Without(Architecture.Amd64.Fp)) with { PcIsReturnAddress = true },
        ];
        return new StackTrace([.. frames.Select((f, i) => f with { Level = i })], "end of stack", true);
    }

    private StackTrace Idle(PhysicalCpu cpu)
    {
        var xen = new CodeContext { Kind = FrameKind.Hypervisor, Architecture = Architecture.Amd64, Space = host.Xen, Memory = host.XenMemory, Modules = [_xen] };
        return new StackTrace([Real(xen, _xen, "machine_halt", 1, CrashedHost.XenBase + 0x1001, cpu.Registers!.Sp!.Value.Value, FoundBy.Context, cpu.Registers)], "stopped: return address 0x0 is not code", false);
    }

    private static Frame Real(CodeContext context, Module module, string function, ulong offset, ulong pc, ulong sp, FoundBy how, RegisterSet registers) => new()
    {
        Kind = context.Kind,
        Context = context,
        Registers = registers,
        FoundBy = how,
        Pc = new VirtualAddress(pc),
        Sp = new VirtualAddress(sp),
        Module = module,
        Function = function,
        Offset = offset,
    };
}
