using System.Globalization;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>The machine as the dump holds it: hypervisor, CPUs, domains, panic text, the dump itself.</summary>
public static class MachineReport
{
    private const int PanicLines = 40;

    /// <summary>The sections.</summary>
    public static IEnumerable<ReportLine> Lines(DumpTarget target) =>
        [.. HypervisorLines(target), .. CpuLines(target), .. DomainLines(target), .. KernelReport.Lines(target), .. PanicText(target), .. DumpLines(target)];

    private static IEnumerable<ReportLine> HypervisorLines(DumpTarget target)
    {
        if (target.Hypervisor is not { } xen)
        {
            if (target.Kernel is not null) yield break;
            yield return new ReportLine("Hypervisor: none found", LineStyle.Doubt);
            yield break;
        }

        string build = xen.Debug switch { true => ", debug build", false => ", release build", _ => "" };
        yield return new ReportLine($"Hypervisor: Xen {xen.Version ?? "of unknown version"}{build}", LineStyle.Heading);
        foreach (var (name, value) in new (string, string?)[]
        {
            ("command line", xen.CommandLine), ("compiler", xen.Compiler), ("compiled", xen.CompileDate), ("changeset", xen.Changeset),
            ("build id", xen.BuildId), ("loaded at", xen.PhysStart is { } start ? $"machine {start}" : null),
            ("symbols", xen.Module is { } module ? module.Path ?? "from the dump" : "none"),
        })
            if (!string.IsNullOrWhiteSpace(value)) yield return Row(name, value);
    }

    private static IEnumerable<ReportLine> CpuLines(DumpTarget target)
    {
        if (target is { Kernel: not null, Hypervisor: null }) yield break;
        yield return new ReportLine($"CPUs: {target.Cpus.Count.ToString(CultureInfo.InvariantCulture)}", LineStyle.Heading);
        foreach (var cpu in target.Cpus)
        {
            string crashed = cpu == target.Panic.Cpu ? ", crashed here" : "";
            string running = cpu.Current is { } vcpu ? $"runs {vcpu.Name}" : "what it runs is not known";
            string info = target.Kernel is not null && cpu.CpuInfo is null ? "" : cpu.CpuInfo is { } at ? $"cpu_info {at}" : "cpu_info not found";
            string registers = cpu.Context?.Source ?? (cpu.Registers is not null ? "registers as the panic saved them" : "no registers");
            yield return Row($"CPU {cpu.Id.ToString(CultureInfo.InvariantCulture)}", string.Join("  ", new[] { running + crashed, info, $"({registers})" }.Where(t => t.Length > 0)));
        }
    }

    private static IEnumerable<ReportLine> DomainLines(DumpTarget target)
    {
        if (target is { Kernel: not null, Hypervisor: null }) yield break;
        yield return new ReportLine($"Domains: {target.Domains.Count.ToString(CultureInfo.InvariantCulture)}", LineStyle.Heading);
        if (target.Domains.Count > 0)
            yield return new ReportLine("     id kind     pages    maximum  struct domain       shared info         state", LineStyle.Detail);
        foreach (var d in target.Domains)
        {
            yield return new ReportLine(string.Create(CultureInfo.InvariantCulture,
                $"  {d.Id,5} {KindText(d),-6} {Count(d.TotalPages),7} {Limit(d.MaxPages),10}  {d.Address,-18}  {d.SharedInfo?.ToString() ?? "-",-18}  {d.State ?? "-"}"));
            foreach (var v in d.Vcpus) yield return new ReportLine(VcpuText(v));
        }
    }

    private static string VcpuText(Vcpu v)
    {
        string where = v.RunningOn is { } cpu ? $"runs on CPU {cpu.Id.ToString(CultureInfo.InvariantCulture)}"
            : v.Processor is { } p ? $"placed on CPU {p.ToString(CultureInfo.InvariantCulture)}" : "";
        return $"          {v.Name,-10} {FrameText.State(v.State) ?? "-",-9} struct vcpu {v.Address}  {where}".TrimEnd();
    }

    private static IEnumerable<ReportLine> PanicText(DumpTarget target)
    {
        var lines = target.Panic.ConsoleLines;
        if (lines.Count == 0) yield break;
        yield return new ReportLine("Panic, as the console has it", LineStyle.Heading);
        foreach (string line in lines.Take(PanicLines)) yield return new ReportLine($"  {line}");
        if (lines.Count > PanicLines) yield return new ReportLine($"  … {(lines.Count - PanicLines).ToString(CultureInfo.InvariantCulture)} more lines", LineStyle.Detail);
    }

    private static IEnumerable<ReportLine> DumpLines(DumpTarget target)
    {
        yield return new ReportLine($"Dump: {target.Name}", LineStyle.Heading);
        yield return Row("format", target.Image.FormatName);
        ulong bytes = 0;
        foreach (var range in target.Image.Pages.Ranges) bytes = unchecked(bytes + range.Length);
        yield return Row("memory", string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024} KiB saved"));
        yield return Row("spaces", string.Join(", ", target.Spaces.Select(s => s.Name)));
    }

    private static ReportLine Row(string name, string value) => new($"  {name,-13} {value}");

    private static string KindText(Domain d)
    {
        string kind = d.Kind.ToString().ToLower(CultureInfo.InvariantCulture);
        return d.Bits is { } bits ? string.Create(CultureInfo.InvariantCulture, $"{kind}{bits}") : kind;
    }

    private static string Count(ulong? pages) => pages is { } p ? p.ToString(CultureInfo.InvariantCulture) : "-";

    private static string Limit(ulong? pages) => pages switch { null => "-", >= uint.MaxValue => "no limit", { } p => p.ToString(CultureInfo.InvariantCulture) };
}
