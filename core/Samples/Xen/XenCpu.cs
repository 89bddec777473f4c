using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Machine;

namespace XenDumpAdapter.Core.Samples.Xen;

/// <summary>One CPU of the host: its stacks, its task state and interrupt descriptors, and what it runs.</summary>
internal sealed class XenCpu
{
    public const ushort XenCs = 0xe008;

    private const int StackPages = 8;
    private const int StackBytes = StackPages * Ram.Page;
    private const ushort XenSs = 0xe010;
    private const int IdtBytes = 4096;

    /// <summary>Interrupt stack table slots and the page of the stack area that each ends at (xen/arch/x86/include/asm/processor.h, IST_*).</summary>
    private const int IstMce = 1, IstNmi = 2, IstDb = 3, IstDf = 4;

    private readonly XenHost _host;

    public XenCpu(XenHost host, int id)
    {
        _host = host;
        Id = id;
        StackMachine = host.TakePages(StackPages, StackPages);
        Tss = XenHost.DirectMap + host.TakePages(1, 1);
        Idt = XenHost.DirectMap + host.TakePages(IdtBytes / Ram.Page, 1);
        PerCpu = XenHost.DirectMap + host.TakePages(1, 1);
        Processor = new Processor(host.Ram) { Tables = host.Tables, Cs = XenCs, Ss = XenSs };
        Processor.Images.Add(host.Image);
        Info = new XenStruct(host.Ram, host.Types.CpuInfo, StackTop - (ulong)host.Types.CpuInfo.Size, StackMachine + StackBytes - (ulong)host.Types.CpuInfo.Size);
        FillStack();
        FillTables();
    }

    public int Id { get; }

    public Processor Processor { get; }

    /// <summary>What is at the top of the stack.</summary>
    public XenStruct Info { get; }

    public ulong Tss { get; }

    public ulong Idt { get; }

    public ulong StackTop => XenHost.DirectMap + StackMachine + StackBytes;

    private ulong StackMachine { get; }

    private ulong PerCpu { get; }

    /// <summary>Where the record of a guest's registers is.</summary>
    public ulong GuestRegs => Info.AddressOf("guest_cpu_user_regs");

    /// <summary>Says which vcpu runs here.</summary>
    public void Switch(XenStruct vcpu) => Info.Set("current_vcpu", vcpu.Address);

    /// <summary>Says whose registers are loaded here: another one than runs while a guest's vcpu is only away for a moment.</summary>
    public void Load(XenStruct vcpu) => _host.Ram.Write(PerCpu - XenHost.DirectMap, vcpu.Address, 8);

    /// <summary>Starts to run the hypervisor's idle loop, as from a fresh stack, until it halts.</summary>
    public void RunIdle()
    {
        Processor[Reg.Rsp] = GuestRegs;
        Processor.Pc = _host.Image["arch/x86/domain.c#idle_loop"];
        Run();
    }

    /// <summary>
    /// What the hardware does for an exception or interrupt, and everything up to the next halt (Intel's Software Developer's Manual, volume 3,
    /// section 6.14): it changes to the stack that is due and pushes ss, rsp, flags, cs, rip and, of some exceptions, an error code.
    /// </summary>
    public void Interrupt(string entry, ulong? errorCode = null, int interruptStack = 0)
    {
        bool fromGuest = (Processor.Cs & 3) != 0;
        ulong sp = Processor[Reg.Rsp];
        if (interruptStack > 0) Processor[Reg.Rsp] = IstTop(interruptStack);
        else if (fromGuest) Processor[Reg.Rsp] = GuestRegs + (ulong)_host.Types.Regs.OffsetOf("es");
        else Processor[Reg.Rsp] = sp & ~15UL;
        Processor.Push(Processor.Ss);
        Processor.Push(sp);
        Processor.Push(Processor.Flags);
        Processor.Push(Processor.Cs);
        Processor.Push(Processor.Pc);
        if (errorCode is { } code) Processor.Push(code);
        Processor.Cs = XenCs;
        Processor.Ss = fromGuest ? (ushort)0 : XenSs;
        Processor.Flags &= ~0x200UL;
        Processor.Pc = _host.Image[entry];
        Run();
    }

    /// <summary>What the processor and Xen's trampoline do for a 64-bit guest's syscall, and everything up to the next halt.</summary>
    public void Hypercall()
    {
        ulong sp = Processor[Reg.Rsp];
        Processor[Reg.R11] = Processor.Flags;
        Processor[Reg.Rcx] = Processor.Pc;
        Processor[Reg.Rsp] = GuestRegs + (ulong)_host.Types.Regs.OffsetOf("es");
        Processor.Push(Processor.Ss);
        Processor.Push(sp);
        Processor.Cs = XenCs;
        Processor.Ss = XenSs;
        Processor.Pc = _host.Image["lstar_enter"];
        Run();
    }

    /// <summary>The non-maskable interrupt, on its own stack.</summary>
    public void NonMaskableInterrupt() => Interrupt("nmi", interruptStack: IstNmi);

    private void Run()
    {
        while (Processor.Run() == Stop.PageFault)
        {
            Processor.Cr2 = Processor.FaultAddress;
            Processor.Pc = Fixup();
        }
    }

    /// <summary>Where the hypervisor goes on when an access to a guest's memory fails: a label of that name is at the instruction.</summary>
    private ulong Fixup()
    {
        var (function, step) = _host.Image.StepAt(Processor.Pc)!.Value;
        string target = function.Function.Labels.Single(l => l.Value == step).Key;
        return _host.Image[target];
    }

    /// <summary>Page 0 of the area is not an interrupt's; each of the next ones is the stack of the interrupt with its number.</summary>
    private ulong IstTop(int index) => XenHost.DirectMap + StackMachine + (ulong)((index + 1) * Ram.Page);

    private void FillStack()
    {
        Info.Set("processor_id", (ulong)Id).Set("cr4", 0x140660).Set("per_cpu_offset", PerCpu - _host.Image["per_cpu__curr_vcpu"]);
        _host.Set("stack_base", XenHost.DirectMap + StackMachine, index: Id);
        _host.Set("__per_cpu_offset", PerCpu - _host.Image["per_cpu__curr_vcpu"], index: Id);
        _host.Set("idt_tables", Idt, index: Id);
    }

    private void FillTables()
    {
        ulong tss = Tss - XenHost.DirectMap;
        _host.Ram.Write(tss + 4, GuestRegs + (ulong)_host.Types.Regs.OffsetOf("es"), 8);
        foreach (int index in new[] { IstMce, IstNmi, IstDb, IstDf }) _host.Ram.Write(tss + 36 + (ulong)(index - 1) * 8, IstTop(index), 8);
        Gate(1, "debug", IstDb);
        Gate(2, "nmi", IstNmi);
        Gate(8, "double_fault", IstDf);
        Gate(14, "page_fault", 0);
        Gate(18, "machine_check", IstMce);
        Gate(0xfb, "irq_entry_fb", 0);
    }

    /// <summary>An interrupt gate (volume 3, figure 6-8): offset in three parts, selector, stack, type 14.</summary>
    private void Gate(int vector, string entry, int stack)
    {
        ulong at = Idt - XenHost.DirectMap + (ulong)vector * 16, offset = _host.Image[entry];
        _host.Ram.Write(at, offset & 0xffff | (ulong)XenCs << 16 | (ulong)stack << 32 | 0x8e00UL << 32 | (offset >> 16 & 0xffff) << 48, 8);
        _host.Ram.Write(at + 8, offset >> 32, 8);
    }
}
