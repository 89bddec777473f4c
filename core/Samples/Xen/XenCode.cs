using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Dwarf;

namespace XenDumpAdapter.Core.Samples.Xen;

/// <summary>The hypervisor's C functions, as a debug build has them: with frame pointers.</summary>
internal sealed class XenCode(ImageLinker xen, XenTypes types)
{
    /// <summary>A stack has 32 KB; with all low bits of the stack pointer set, cpu_info ends one byte behind.</summary>
    private const int StackMask = 0x7fff;

    /// <summary>guest_cpu_user_regs from a stack's last byte.</summary>
    public const int GuestRegsFromEnd = 1 - 264;

    private const string Traps = "arch/x86/traps.c";
    private const string Smp = "common/smp.c";

    private CTypes C => types.C;

    public void Add()
    {
        AddVersion();
        AddCrash();
        AddShutdown();
        AddTraps();
        AddInterrupts();
        AddIdle();
        AddContextSwitch();
        XenEntryCode.Add(xen);
    }

    private void AddVersion()
    {
        const string file = "common/version.c";
        Number("xen_major_version", 40, 4);
        Number("xen_minor_version", 45, 17);
        Text("xen_extra_version", 50, ".5-sample");
        Text("xen_compile_date", 20, "Thu Jan  1 00:00:00 UTC 2026");
        Text("xen_compile_time", 25, "00:00:00");
        Text("xen_compiler", 35, "xendump's sample writer");
        Text("xen_changeset", 55, "sample");
        return;

        void Number(string name, int line, int value) =>
            xen.Function(name, file, line, C.UInt).FramePrologue(0).Line(line + 2).Set(Reg.Rax, value).Line(line + 3).Epilogue();

        void Text(string name, int line, string text)
        {
            xen.Text($"{name}.text", text);
            xen.Function(name, file, line, C.PointerTo(C.Char)).FramePrologue(0)
                .Line(line + 2).Do(Op.AddressOfSymbol, Reg.Rax, target: $"{name}.text").Line(line + 3).Epilogue();
        }
    }

    private void AddCrash()
    {
        const string domain = "common/domain.c";
        var crash = xen.Function("__domain_crash", domain, 960).FramePrologue(0x8, Reg.Rbx).Copy(Reg.Rbx, Reg.Rdi);
        crash.InRegister("d", types.DomainPointer, Reg.Rbx, isParameter: true);
        crash.Line(974).Call("printk").Line(980).Copy(Reg.Rdi, Reg.Rbx).Set(Reg.Rsi, 3).Call("domain_shutdown").Line(981).Set(Reg.Rax, 0).Epilogue();

        var shutdown = xen.Function("domain_shutdown", domain, 984, C.Int).FramePrologue(0x18, Reg.Rbx, Reg.R12)
            .Copy(Reg.Rbx, Reg.Rdi).Copy(Reg.R12, Reg.Rsi);
        shutdown.InRegister("d", types.DomainPointer, Reg.Rbx, isParameter: true).InRegister("reason", C.U8, Reg.R12, isParameter: true);
        shutdown.Line(992).Do(Op.LoadSymbol, Reg.Rax, target: "hardware_domain").Do(Op.Test, Reg.Rax)
            .Line(993).Do(Op.JumpIfZero, target: "guest").Copy(Reg.Rdi, Reg.R12).Line(994).Call("hwdom_shutdown")
            .Label("guest").Line(1001).Set(Reg.Rax, 0).Epilogue();
        xen.Function("printk", "drivers/char/console.c", 770).FramePrologue(0).Line(774).Epilogue();
    }

    private void AddShutdown()
    {
        const string shutdown = "arch/x86/shutdown.c";
        xen.Function("hwdom_shutdown", "common/shutdown.c", 30).FramePrologue(0x8, Reg.Rbx).Copy(Reg.Rbx, Reg.Rdi).InRegister("reason", C.U8, Reg.Rbx, isParameter: true)
            .Line(45).Call("printk").Line(46)
            .Inline("maybe_reboot", "common/shutdown.c", 17, 46, f => f.Line(20).Call("printk").Line(22).Call("machine_halt"))
            .Line(60).Do(Op.Undefined);
        xen.Function("machine_halt", shutdown, 130).FramePrologue(0).Line(138).Do(Op.EnableInterrupts)
            .Line(139).Do(Op.AddressOfSymbol, Reg.Rdi, target: $"{shutdown}#__machine_halt").Do(Op.Clear, Reg.Rsi).Call("smp_call_function")
            .Line(143).Do(Op.Clear, Reg.Rdi).Call($"{shutdown}#__machine_halt").Do(Op.Undefined);
        xen.StaticFunction($"{shutdown}#__machine_halt", shutdown, 121).Gone("unused", C.VoidPointer, isParameter: true).FramePrologue(0)
            .Line(123).Do(Op.DisableInterrupts).Label("again").Line(126).Do(Op.Halt).Line(125).Do(Op.Jump, target: "again");
        xen.Function("panic", "drivers/char/console.c", 1230).FramePrologue(0x58, Reg.Rbx, Reg.R12).Copy(Reg.Rbx, Reg.Rdi)
            .InRegister("fmt", C.PointerTo(C.Char), Reg.Rbx, isParameter: true)
            .Line(1242).Do(Op.DisableInterrupts).Line(1255).Call("printk").Line(1270).Call("machine_halt").Do(Op.Undefined);
    }

    private void AddTraps()
    {
        var fault = xen.Function("do_page_fault", Traps, 1560, C.Int).FramePrologue(0x10, Reg.Rbx, Reg.R12).Copy(Reg.Rbx, Reg.Rdi)
            .InRegister("regs", types.RegsPointer, Reg.Rbx, isParameter: true)
            .Line(1566).Do(Op.MoveFromCr2, Reg.R12).InRegister("addr", C.ULong, Reg.R12, isParameter: false);
        Current(fault, Reg.Rdx, 1570).Line(1590).Store(Reg.Rdx, types.Vcpu.OffsetOf("arch.pv.ctrlreg[2]"), Reg.R12)
            .Line(1600).Load(Reg.Rax, Reg.Rdx, types.Vcpu.OffsetOf("domain")).Load(Reg.Rax, Reg.Rax, types.Domain.OffsetOf("arch.pv.is_32bit"))
            .Do(Op.And, Reg.Rax, value: 1).Line(1601).Epilogue();

        var synchronous = xen.Function("asm_domain_crash_synchronous", Traps, 2300).FramePrologue(0x8, Reg.Rbx).Copy(Reg.Rbx, Reg.Rdi)
            .InRegister("addr", C.ULong, Reg.Rbx, isParameter: true).Line(2310).Call("printk");
        Current(synchronous, Reg.Rdi, 2313).Load(Reg.Rdi, Reg.Rdi, types.Vcpu.OffsetOf("domain")).Call("__domain_crash")
            .Label("wait").Line(2316).Call("do_softirq").Do(Op.Jump, target: "wait");
        xen.Function("do_softirq", "common/softirq.c", 80).FramePrologue(0).Line(84).Epilogue();
        AddNmi();
    }

    private void AddNmi()
    {
        xen.Function("do_nmi", Traps, 1900).FramePrologue(0x18, Reg.Rbx, Reg.R12).Copy(Reg.Rbx, Reg.Rdi)
            .InRegister("regs", types.RegsPointer, Reg.Rbx, isParameter: true).Line(1912).Set(Reg.R12, 0x30)
            .InRegister("reason", C.U8, Reg.R12, isParameter: false)
            .Line(1927).Inline("unknown_nmi_error", Traps, 1866, 1927, f => f
                .Line(1875).Call("printk").Line(1878).Copy(Reg.Rdi, Reg.Rbx).Set(Reg.Rsi, 0).Call("fatal_trap"))
            .Line(1930).Do(Op.Undefined);
        xen.Function("fatal_trap", Traps, 800).FramePrologue(0x18, Reg.Rbx, Reg.R12).Copy(Reg.Rbx, Reg.Rdi)
            .InRegister("regs", types.RegsPointer, Reg.Rbx, isParameter: true).Gone("show_remote", C.Bool, isParameter: true)
            .Line(820).Call("printk").Line(843).Do(Op.AddressOfSymbol, Reg.Rdi, target: "fatal_trap.format").Call("panic").Do(Op.Undefined);
        xen.Text("fatal_trap.format", "FATAL TRAP: vec %u, %s[%04x]%s\n");
    }

    private void AddInterrupts()
    {
        xen.Function("smp_call_function", Smp, 40).FramePrologue(0x8, Reg.Rbx).Gone("info", C.VoidPointer, isParameter: true)
            .Line(52).Do(Op.AddressOfSymbol, Reg.Rax, target: "call_data").Store(Reg.Rax, 0, Reg.Rdi).Line(60).Epilogue();
        xen.Function("smp_call_function_interrupt", Smp, 86).FramePrologue(0x8, Reg.Rbx).Line(92).Do(Op.LoadSymbol, Reg.Rbx, target: "call_data")
            .InRegister("func", C.VoidPointer, Reg.Rbx, isParameter: false).Line(101).Do(Op.Clear, Reg.Rdi).Do(Op.CallRegister, Reg.Rbx).Line(104).Epilogue();
        xen.Function("call_function_interrupt", "arch/x86/smp.c", 398).Gone("regs", types.RegsPointer, isParameter: true).FramePrologue(0)
            .Line(400).Call("ack_APIC_irq").Line(402).Call("smp_call_function_interrupt").Line(403).Epilogue();
        xen.Function("ack_APIC_irq", "arch/x86/apic.c", 1200).FramePrologue(0).Line(1202).Epilogue();
        xen.Function("do_IRQ", "arch/x86/irq.c", 1960).FramePrologue(0x28, Reg.Rbx, Reg.R12).Copy(Reg.Rbx, Reg.Rdi)
            .InRegister("regs", types.RegsPointer, Reg.Rbx, isParameter: true)
            .Line(1970).Do(Op.AddressOfSymbol, Reg.R12, target: "call_function_interrupt").Line(1977).Copy(Reg.Rdi, Reg.Rbx).Do(Op.CallRegister, Reg.R12)
            .Line(1990).Epilogue();
        xen.Variable("call_data", C.VoidPointer, Smp);
    }

    private void AddIdle()
    {
        const string domain = "arch/x86/domain.c";
        xen.StaticFunction($"{domain}#default_idle", domain, 74).FramePrologue(0x8, Reg.Rbx)
            .Line(76).Copy(Reg.Rbx, Reg.Rsp).Do(Op.Or, Reg.Rbx, value: StackMask).Do(Op.AddressOf, Reg.Rbx, Reg.Rbx, GuestRegsFromEnd)
            .InRegister("info", C.PointerTo(types.CpuInfo), Reg.Rbx, isParameter: false).Line(78).Do(Op.DisableInterrupts)
            .Line(85).Do(Op.EnableInterrupts).Do(Op.Halt).Line(90).Do(Op.NoOperation).Line(94).Epilogue();
        var loop = xen.StaticFunction($"{domain}#idle_loop", domain, 134).FramePrologue(0x8, Reg.Rbx).Label("again");
        Current(loop, Reg.Rbx, 136).InRegister("cpu", types.VcpuPointer, Reg.Rbx, isParameter: false)
            .Line(150).Call("do_softirq").Line(170).Call($"{domain}#default_idle").Line(175).Do(Op.Jump, target: "again");
    }

    /// <summary>A guest's vcpu that has nothing to do is left for the idle vcpu: its registers stay at the top of the stack, which begins anew.</summary>
    private void AddContextSwitch()
    {
        var hypercall = xen.Function("pv_hypercall", "arch/x86/pv/hypercall.c", 84).FramePrologue(0x18, Reg.Rbx).Copy(Reg.Rbx, Reg.Rdi)
            .InRegister("regs", types.RegsPointer, Reg.Rbx, isParameter: true);
        Current(hypercall, Reg.Rdi, 100).Line(120).Do(Op.LoadSymbol, Reg.Rsi, target: "idle_vcpu").Call("context_switch").Line(130).Epilogue();
        xen.Function("context_switch", "arch/x86/domain.c", 2030).FramePrologue(0x28, Reg.Rbx, Reg.R12).Copy(Reg.Rbx, Reg.Rdi).Copy(Reg.R12, Reg.Rsi)
            .InRegister("prev", types.VcpuPointer, Reg.Rbx, isParameter: true).InRegister("next", types.VcpuPointer, Reg.R12, isParameter: true)
            .Line(2050).Copy(Reg.Rax, Reg.Rsp).Do(Op.Or, Reg.Rax, value: StackMask)
            .Store(Reg.Rax, GuestRegsFromEnd + types.CpuInfo.OffsetOf("current_vcpu"), Reg.R12)
            .Line(2116).Do(Op.AddressOf, Reg.Rsp, Reg.Rax, GuestRegsFromEnd).Call("arch/x86/domain.c#idle_loop").Do(Op.Undefined);
    }

    /// <summary>Finds the current vcpu by the stack pointer, as get_cpu_info() does.</summary>
    private FunctionBuilder Current(FunctionBuilder f, Reg into, int line) => f.Line(line).Copy(into, Reg.Rsp).Do(Op.Or, into, value: StackMask)
        .Load(into, into, GuestRegsFromEnd + types.CpuInfo.OffsetOf("current_vcpu"));
}
