using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::pcpu</c>: the machine's physical CPUs as the hypervisor numbers them. Not in mdb, which knows the kernel's CPUs (<c>::cpuinfo</c>) alone.</summary>
public sealed class PcpuDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::pcpu";

    /// <inheritdoc/>
    public override string Summary => "print the physical CPUs and the vcpus that they run";

    /// <inheritdoc/>
    public override string Details => """
        ADDR is the struct cpu_info at the top of the CPU's stack. A number before the command asks for that CPU. Of a dump that Solaris made only the CPU that
        panicked has registers; of the others the vcpus say who ran where.

        ::pcpu    2::pcpu
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.Target is { Hypervisor: null, Kernel: not null }) throw MdbException.OfDump("this dump has no hypervisor; ::cpuinfo has the kernel's CPUs");
        if (call.Target.Cpus.Count == 0) throw MdbException.OfDump("this dump does not tell of physical CPUs (::cpuinfo has the kernel's)");
        var table = call.Once(() => new Table(
            new("ID", 3), new("ADDR", call.Digits), new("VCPU", call.Digits), new("RUNS", 10, Left: true), new("SP", call.Digits), new("PC", 0, Left: true)));
        var cpus = call.HasAddress ? [One(call)] : call.Target.Cpus;
        foreach (var line in call.Head(table)) yield return line;
        foreach (var cpu in cpus)
        {
            yield return table.Row(
                cpu.CpuInfo?.Value,
                Cell.Decimal(cpu.Id),
                Cell.Hex(cpu.CpuInfo?.Value),
                Cell.Hex(cpu.Current?.Address.Value),
                Cell.Of(cpu.Current?.Name),
                Cell.Hex(cpu.Registers?.Sp?.Value),
                Cell.Of(cpu.Registers?.Pc is { } pc ? call.Session.Symbols.Text(pc.Value) + (call.Target.Panic.Cpu == cpu ? "  (crashed here)" : "") : null));
        }
    }

    private static PhysicalCpu One(DcmdCall call)
    {
        foreach (var cpu in call.Target.Cpus)
            if (call.Address <= int.MaxValue && cpu.Id == (int)call.Address || cpu.CpuInfo?.Value == call.Address) return cpu;
        throw MdbException.OfItem($"there is no physical CPU {MdbNumbers.Prefixed(call.Address)}");
    }
}
