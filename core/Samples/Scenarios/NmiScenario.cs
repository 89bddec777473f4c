using XenDumpAdapter.Core.Samples.Machine;

namespace XenDumpAdapter.Core.Samples.Scenarios;

/// <summary>The hypervisor itself panics: dom0 has nothing to do, both CPUs idle, and one gets a non-maskable interrupt of unknown reason.</summary>
internal static class NmiScenario
{
    /// <summary>Lets it happen.</summary>
    public static SampleFiles Make(string name)
    {
        var machine = new SampleMachine(is64: true, code => code.AddIdle());
        var cpu = machine.Cpus[0];
        machine.RunDom0(cpu);
        if (machine.StartDom0(cpu) != Stop.Hypercall) throw new InvalidOperationException("the sample's dom0 did not call the hypervisor");
        machine.BlockDom0(cpu);
        cpu.Hypercall();
        var console = new ConsoleText(machine);
        console.Boot();
        console.Capture(cpu);
        console.NmiPanic(cpu);
        cpu.NonMaskableInterrupt();
        OverflowScenario.StopOther(machine.Cpus[1]);
        machine.Host.Print(console.Text);
        return machine.Files(name, "a hypervisor that panics: an NMI while both CPUs idle");
    }
}
