using XenDumpAdapter.Core.Samples.Code;

namespace XenDumpAdapter.Core.Samples.Xen;

/// <summary>The hypervisor's assembly: entry points, which have no call frame information, only the record that they save registers in.</summary>
internal static class XenEntryCode
{
    private const string File = "arch/x86/x86_64/entry.S";

    /// <summary>Offsets into cpu_user_regs.</summary>
    private const int RbpAt = 32, RspAt = 152;

    private static readonly Reg[] Saved =
        [Reg.Rdi, Reg.Rsi, Reg.Rdx, Reg.Rcx, Reg.Rax, Reg.R8, Reg.R9, Reg.R10, Reg.R11, Reg.Rbx, Reg.Rbp, Reg.R12, Reg.R13, Reg.R14, Reg.R15];

    public static void Add(ImageLinker xen)
    {
        AddGuestReturn(xen);
        AddBounceFrame(xen, "create_bounce_frame", 300, "domain_crash_page_fault_6x8");
        AddBounceFrame(xen, "compat_create_bounce_frame", 520, "compat_crash_page_fault_4");
        AddCrash(xen);
        AddException(xen);
        AddInterrupt(xen);
        AddNmi(xen);
        AddHypercall(xen);
    }

    private static void AddGuestReturn(ImageLinker xen) => xen.Assembly("restore_all_guest", File, 200)
        .Line(201).Do(Op.DisableInterrupts).Line(214).Do(Op.Undefined);

    /// <summary>Delivers an exception: writes to the guest's own stack, which may fail.</summary>
    private static void AddBounceFrame(ImageLinker xen, string name, int line, string onFault)
    {
        bool compat = name.StartsWith("compat", StringComparison.Ordinal);
        var f = xen.Assembly(name, File, line).Line(line + 3).Load(Reg.Rsi, Reg.Rsp, RspAt + 8);
        if (compat) f.Line(line + 4).Do(Op.Subtract, Reg.Rsi, value: 16);
        else f.Line(line + 4).Do(Op.And, Reg.Rsi, value: -16).Do(Op.Subtract, Reg.Rsi, value: 64);
        f.Line(line + 9).Load(Reg.Rax, Reg.Rsp, RspAt + 8);
        f.Label(onFault);
        if (compat) f.Line(line + 10).Do(Op.StoreHalf, Reg.Rsi, Reg.Rax, 8);
        else f.Line(line + 10).Store(Reg.Rsi, 56, Reg.Rax);
        f.Line(line + 30).Do(Op.Return);
    }

    /// <summary>Where a failed write to the guest's stack continues: as if a C function had been called at the very top of the stack.</summary>
    private static void AddCrash(ImageLinker xen)
    {
        foreach (var (name, line) in new[] { ("domain_crash_page_fault_6x8", 420), ("compat_crash_page_fault_4", 560) })
            xen.Assembly(name, File, line).Line(line).Do(Op.AddressOf, Reg.Rdi, Reg.Rsi, 48).Line(line + 2).Do(Op.Jump, target: "domain_crash_page_fault");
        xen.Assembly("domain_crash_page_fault", File, 440)
            .Line(441).Copy(Reg.Rax, Reg.Rsp).Do(Op.Or, Reg.Rax, value: 0x7fff)
            .Line(442).Do(Op.AddressOf, Reg.Rsp, Reg.Rax, XenCode.GuestRegsFromEnd)
            .Line(446).Do(Op.Jump, target: "asm_domain_crash_synchronous");
    }

    private static void AddException(ImageLinker xen)
    {
        xen.Assembly("page_fault", File, 700).Line(701).StoreNumber(Reg.Rsp, 4, 14).Line(702).Do(Op.Jump, target: "handle_exception");
        Save(xen.Assembly("handle_exception", File, 710), 711)
            .Line(730).Copy(Reg.Rdi, Reg.Rsp).Line(731).Call("do_page_fault")
            .Line(740).Do(Op.Test, Reg.Rax).Line(741).Do(Op.JumpIfNotZero, target: "compat")
            .Line(745).Call("create_bounce_frame").Line(746).Do(Op.Jump, target: "restore_all_guest")
            .Label("compat").Line(750).Call("compat_create_bounce_frame").Line(751).Do(Op.Jump, target: "restore_all_guest");
    }

    private static void AddInterrupt(ImageLinker xen)
    {
        xen.Assembly("irq_entry_fb", File, 640).Line(641).Do(Op.PushNumber, value: 0).StoreNumber(Reg.Rsp, 4, 0xfb).Line(642).Do(Op.Jump, target: "common_interrupt");
        Save(xen.Assembly("common_interrupt", File, 650), 651)
            .Line(670).Copy(Reg.Rdi, Reg.Rsp).Line(671).Call("do_IRQ").Line(680).Do(Op.Jump, target: "restore_all_guest");
    }

    private static void AddNmi(ImageLinker xen)
    {
        foreach (var (name, line, vector) in new[] { ("nmi", 800, 2), ("debug", 780, 1), ("machine_check", 770, 18) })
        {
            xen.Assembly(name, File, line).Line(line + 1).Do(Op.PushNumber, value: 0).StoreNumber(Reg.Rsp, 4, vector)
                .Line(line + 2).Do(Op.Jump, target: "handle_ist_exception");
        }

        xen.Assembly("double_fault", File, 790).Line(791).StoreNumber(Reg.Rsp, 4, 8).Line(792).Do(Op.Jump, target: "handle_ist_exception");
        Save(xen.Assembly("handle_ist_exception", File, 810), 811)
            .Line(840).Copy(Reg.Rdi, Reg.Rsp).Line(841).Call("do_nmi").Line(850).Do(Op.Jump, target: "restore_all_guest");
    }

    /// <summary>Of a 64-bit guest. What of the record the processor does not push for a syscall is pushed here, from where it puts it.</summary>
    private static void AddHypercall(ImageLinker xen)
    {
        var f = xen.Assembly("lstar_enter", File, 230).Line(231).Do(Op.Push, Reg.R11).Line(232).Do(Op.PushNumber, value: 0xe033).Line(233).Do(Op.Push, Reg.Rcx)
            .Line(234).Do(Op.PushNumber, value: 0).StoreNumber(Reg.Rsp, 4, 0x100);
        Save(f, 236).Line(240).Copy(Reg.Rdi, Reg.Rsp).Line(241).Call("pv_hypercall").Line(245).Do(Op.Jump, target: "restore_all_guest");
    }

    /// <summary>Saves the registers and marks the frame pointer as one of a record: inverted, it points at the saved rbp.</summary>
    private static FunctionBuilder Save(FunctionBuilder f, int line)
    {
        f.Line(line);
        foreach (var register in Saved) f.Do(Op.Push, register);
        return f.Line(line + 2).Do(Op.AddressOf, Reg.Rbp, Reg.Rsp, RbpAt).Do(Op.Not, Reg.Rbp);
    }
}
