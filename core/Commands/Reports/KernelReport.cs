using System.Globalization;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>The kernel of the dump: what it calls itself, its CPUs with what they run, its modules. Nothing where the dump's kernel is not known to the model.</summary>
public static class KernelReport
{
    private const int ModulesOnALine = 12;

    /// <summary>The sections.</summary>
    public static IEnumerable<ReportLine> Lines(DumpTarget target)
    {
        if (target.Kernel is not { } kernel) yield break;
        var name = kernel.Utsname;
        yield return new ReportLine($"Kernel: {name?.Sysname ?? "of unknown name"} {name?.Release} {name?.Version}".TrimEnd(), LineStyle.Heading);
        if (name?.Nodename is { Length: > 0 } node) yield return Row("node name", node);
        string platform = string.Join(", ", new[] { kernel.Platform, name?.Machine, $"{kernel.Space.AddressBits}-bit" }.Where(p => !string.IsNullOrEmpty(p)));
        yield return Row("platform", platform);
        if (kernel.Panic is { RegistersFrom: { } from }) yield return Row("registers", $"from {from}");
        foreach (var line in Modules(kernel)) yield return line;
        foreach (var line in Cpus(kernel)) yield return line;
    }

    /// <summary>The kernel's CPUs as mdb's <c>::cpuinfo</c> lists them.</summary>
    public static IEnumerable<ReportLine> Cpus(Kernel kernel)
    {
        yield return new ReportLine($"Kernel's CPUs: {kernel.Cpus.Count.ToString(CultureInfo.InvariantCulture)}", LineStyle.Heading);
        if (kernel.Cpus.Count == 0) yield break;
        int width = kernel.Space.AddressBits == 32 ? 10 : 18;
        yield return new ReportLine($"   id {"cpu_t".PadRight(width)} flags runnable bspl  pri runrun kprunrun {"thread".PadRight(width)} process", LineStyle.Detail);
        foreach (var cpu in kernel.Cpus)
        {
            string flags = cpu.Flags is { } f ? f.ToString("x", CultureInfo.InvariantCulture) : "-";
            string row = string.Create(CultureInfo.InvariantCulture,
                $"  {cpu.Id,3} {cpu.Address.ToString().PadRight(width)} {flags,5} {Number(cpu.Runnable),8} {Number(cpu.BaseSpl),4} {Number(cpu.Running?.Priority),4} {YesNo(cpu.RunRun),6} {YesNo(cpu.KernelRunRun),8} {(cpu.Thread?.ToString() ?? "-").PadRight(width)} {cpu.Running?.Name ?? "-"}{(cpu.Vcpu is { } v ? $"  (vcpu {v.Name})" : "")}");
            yield return new ReportLine(row);
        }
    }

    private static IEnumerable<ReportLine> Modules(Kernel kernel)
    {
        string[] names = [.. kernel.Modules.Select(m => m.Name)];
        for (int i = 0; i < names.Length; i += ModulesOnALine)
            yield return Row(i == 0 ? "modules" : "", string.Join(' ', names.Skip(i).Take(ModulesOnALine)));
    }

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string YesNo(bool? value) => value switch { true => "yes", false => "no", _ => "-" };

    private static ReportLine Row(string name, string value) => new($"  {name,-13} {value}");
}
