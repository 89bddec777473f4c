using XenDumpAdapter.Core.Samples.Machine;
using XenDumpAdapter.Core.Samples.Xen;

namespace XenDumpAdapter.Core.Samples.Scenarios;

/// <summary>
/// dom0's kernel runs out of stack while it connects a guest's disk. The page below the stack is not mapped; Xen cannot deliver the page fault, as that
/// needs the same stack, and crashes dom0, and with it the host.
/// </summary>
internal static class OverflowScenario
{
    private const ulong Write = 2, FromRing3 = 4;

    /// <summary>SHUTDOWN_crash of xen/include/public/sched.h.</summary>
    private const ulong ShutdownCrash = 3;

    /// <summary>Lets it happen.</summary>
    public static SampleFiles Make(string name, bool is64)
    {
        var machine = new SampleMachine(is64, code => code.AddOverflow());
        var cpu = machine.Cpus[0];
        machine.RunDom0(cpu);
        if (machine.StartDom0(cpu) != Stop.PageFault) throw new InvalidOperationException("the sample's dom0 did not run out of stack");
        var console = new ConsoleText(machine);
        cpu.Processor.Cr2 = cpu.Processor.FaultAddress;
        console.Boot();
        console.Capture(cpu);
        cpu.Interrupt("page_fault", Write | (is64 ? FromRing3 : 0));
        console.DomainCrash(cpu);
        machine.Domain.Set("shutdown_code", ShutdownCrash);
        StopOther(machine.Cpus[1]);
        machine.Host.Print(console.Text);
        string bits = is64 ? "64" : "32";
        return machine.Files(name, $"a {bits}-bit dom0 whose kernel stack overflows while it connects a guest's disk");
    }

    /// <summary>The other CPU idles until the crashing one tells it to halt.</summary>
    public static void StopOther(XenCpu cpu)
    {
        cpu.RunIdle();
        cpu.Interrupt("irq_entry_fb");
    }
}
