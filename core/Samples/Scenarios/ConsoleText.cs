using System.Globalization;
using System.Text;
using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Xen;

namespace XenDumpAdapter.Core.Samples.Scenarios;

/// <summary>What the hypervisor prints in these scenes, in the form that Xen 4.17 prints it, with this machine's numbers.</summary>
internal sealed class ConsoleText(SampleMachine machine)
{
    private readonly StringBuilder _text = new();
    private ulong[] _registers = [];
    private ulong _pc, _sp, _flags, _cr2;

    public string Text => _text.ToString();

    public void Boot()
    {
        var dom0 = machine.Dom0;
        string bits = dom0.Is64 ? "64-bit" : "32-bit";
        Line("Xen version 4.17.5-sample (xendump's sample writer) debug=y Thu Jan  1 00:00:00 UTC 2026");
        Line("Latest ChangeSet: sample");
        Line("Command line: console=com1 com1=115200,8n1 noreboot loglvl=all guest_loglvl=all");
        Line("Brought up 2 CPUs");
        Line("*** Building a PV Dom0 ***");
        Line(" Xen  kernel: 64-bit, lsb, compat32");
        Line($" Dom0 kernel: {bits}, PAE, lsb, paddr 0x{dom0.Kernel.Start - dom0.VirtualBase:x} -> 0x{dom0.Kernel.End - dom0.VirtualBase:x}");
        Line("VIRTUAL MEMORY ARRANGEMENT:");
        Line($" Loaded kernel: {Number(dom0.Kernel.Start)}->{Number(dom0.Kernel.End)}");
        Line($" ENTRY ADDRESS: {Number(dom0.Kernel["_start"])}");
        Line("Dom0 has maximum 2 VCPUs");
        Line("Std. Loglevel: All");
        Line("Guest Loglevel: All");
        Line("*** Serial input to DOM0 (type 'CTRL-a' three times to switch input)");
    }

    /// <summary>Keeps the registers as they are when what is printed happens; what runs next changes them.</summary>
    public void Capture(XenCpu cpu)
    {
        _registers = [.. cpu.Processor.Registers];
        _pc = cpu.Processor.Pc;
        _sp = cpu.Processor[Reg.Rsp];
        _flags = cpu.Processor.Flags;
        _cr2 = cpu.Processor.Cr2;
    }

    /// <summary>The end of a domain whose exception could not be delivered; <paramref name="cpu"/> has the last failed access in cr2.</summary>
    public void DomainCrash(XenCpu cpu)
    {
        Line($"Pagetable walk from {Number(cpu.Processor.Cr2)}:");
        foreach (var (level, index, entry) in machine.Dom0.Tables.Walk(cpu.Processor.Cr2))
        {
            ulong? frame = (entry & 1) == 0 ? null : machine.Dom0.GuestFrame(entry >> 12 & 0xff_ffff_ffff);
            Line($" L{level}[0x{index:x3}] = {Number(entry)} {Number(frame ?? ulong.MaxValue)}");
        }

        string label = machine.Dom0.Is64 ? "domain_crash_page_fault_6x8" : "compat_crash_page_fault_4";
        Line($"domain_crash_sync called from entry.S: fault at {Number(machine.Host.Image[label])} {label}");
        Line($"Domain 0 (vcpu#0) crashed on cpu#{cpu.Id}:");
        Registers(cpu, machine.Dom0.Cs, machine.Dom0.Ss, "EM: 1   CONTEXT: pv guest (d0v0)");
        Line($"Guest stack trace from {(machine.Dom0.Is64 ? "rsp" : "esp")}={_sp:x}:");
        Line("  Fault while accessing guest memory.");
        Line("Hardware Dom0 crashed: 'noreboot' set - not rebooting.");
    }

    /// <summary>The end of the hypervisor itself, by a non-maskable interrupt that nobody expected.</summary>
    public void NmiPanic(XenCpu cpu)
    {
        Line("Uhhuh. NMI received for unknown reason 30.");
        Line("Do you have a strange power saving mode enabled?");
        Registers(cpu, XenCpu.XenCs, 0xe010, "CONTEXT: hypervisor", $" {Place(_pc)}");
        Line("Xen call trace:");
        Line($"   [<{Number(_pc)}>] R {Place(_pc)}");
        ulong last = _sp - 1;
        for (ulong frame = _registers[(int)Reg.Rbp]; frame > last && frame + 8 < cpu.GuestRegs; (last, frame) = (frame, cpu.Processor.ReadMemory(frame, 8)))
        {
            ulong caller = cpu.Processor.ReadMemory(frame + 8, 8);
            Line($"   [<{Number(caller)}>] F {Place(caller)}");
        }

        Line("");
        Line("****************************************");
        Line($"Panic on CPU {cpu.Id}:");
        Line("FATAL TRAP: vec 2, NMI[0000]");
        Line("****************************************");
        Line("");
        Line("Manual reset required ('noreboot' specified)");
    }

    private string Place(ulong address)
    {
        var function = machine.Host.Image.Functions.First(f => address - f.Address < (ulong)f.Size);
        return $"{function.Function.Name}+0x{address - function.Address:x}/0x{function.Size:x}";
    }

    private void Registers(XenCpu cpu, ushort cs, ushort ss, string context, string where = "")
    {
        Line("----[ Xen-4.17.5-sample  x86_64  debug=y  Not tainted ]----");
        Line($"CPU:    {cpu.Id}");
        Line($"RIP:    {cs:x4}:[<{Number(_pc)}>]{where}");
        Line($"RFLAGS: {Number(_flags)}   {context}");
        Line($"rax: {Of(Reg.Rax)}   rbx: {Of(Reg.Rbx)}   rcx: {Of(Reg.Rcx)}");
        Line($"rdx: {Of(Reg.Rdx)}   rsi: {Of(Reg.Rsi)}   rdi: {Of(Reg.Rdi)}");
        Line($"rbp: {Of(Reg.Rbp)}   rsp: {Number(_sp)}   r8:  {Of(Reg.R8)}");
        Line($"r9:  {Of(Reg.R9)}   r10: {Of(Reg.R10)}   r11: {Of(Reg.R11)}");
        Line($"r12: {Of(Reg.R12)}   r13: {Of(Reg.R13)}   r14: {Of(Reg.R14)}");
        Line($"r15: {Of(Reg.R15)}   cr0: 000000008005003b   cr4: 0000000000140660");
        Line($"cr3: {Number(cpu.Processor.Tables.Root << 12)}   cr2: {Number(_cr2)}");
        Line($"fsb: {Number(0)}   gsb: {Number(0)}   gss: {Number(0)}");
        Line($"ds: 0000   es: 0000   fs: 0000   gs: 0000   ss: {ss:x4}   cs: {cs:x4}");
    }

    private string Of(Reg register) => Number(_registers[(int)register]);

    private static string Number(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);

    private void Line(string text) => _text.Append("(XEN) ").Append(text).Append('\n');
}
