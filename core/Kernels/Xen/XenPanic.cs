using System.Globalization;
using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>What stopped the machine, from the words that Xen printed (xen/drivers/char/console.c, common/domain.c, common/shutdown.c, common/keyhandler.c).</summary>
internal static partial class XenPanic
{
    private const int MaxLines = 200;

    /// <summary>Lines before the decisive one that belong to it: register dumps, the page-table walk, the stack.</summary>
    private static readonly string[] Openers = ["Pagetable walk from", "domain_crash", "Domain ", "----[ Xen", "Assertion", "Xen BUG", "Watchdog timer", "NMI received"];

    /// <summary>Reads the console; the decisive message is the last one of the strongest kind.</summary>
    /// <param name="console">The console's text, or null.</param>
    /// <param name="cpus">The CPUs, to name one.</param>
    /// <param name="domains">The domains, to name a vcpu.</param>
    /// <param name="dumper">The CPU that started the crash kernel; null where none did.</param>
    public static PanicInfo Read(string? console, IReadOnlyList<PhysicalCpu> cpus, IReadOnlyList<Domain> domains, PhysicalCpu? dumper)
    {
        string[] lines = [.. (console ?? "").Split('\n').Select(Clean)];
        var panic = HypervisorPanic(lines, cpus) ?? DomainCrash(lines, cpus, domains) ?? Requested(lines) ?? new PanicInfo { Kind = PanicKind.None };

        return panic.Cpu is null ? panic with { Cpu = dumper } : panic;
    }

    private static PanicInfo? HypervisorPanic(string[] lines, IReadOnlyList<PhysicalCpu> cpus)
    {
        if (Last(lines, PanicOnCpu()) is not var (index, match)) return null;
        string message = string.Join(' ', lines.Skip(index + 1).TakeWhile(l => !l.StartsWith("***", StringComparison.Ordinal)).Select(l => l.Trim())).Trim();
        return new PanicInfo
        {
            Kind = PanicKind.Hypervisor,
            Message = message.Length > 0 ? message : lines[index],
            ConsoleLines = Around(lines, index),
            Cpu = CpuOf(match, cpus),
        };
    }

    private static PanicInfo? DomainCrash(string[] lines, IReadOnlyList<PhysicalCpu> cpus, IReadOnlyList<Domain> domains)
    {
        // A guest's crash does not stop the machine; only the hardware domain's does, and then Xen says so.
        if (Last(lines, HardwareDomain()) is not var (stopped, stop)) return null;
        string id = stop.Groups[1].Value;
        if (Last(lines[..stopped], DomainCrashed(), m => m.Groups[1].Value == id) is not var (index, match))
        {
            bool crashed = lines[stopped].Contains("crash", StringComparison.Ordinal);
            return crashed ? new PanicInfo { Kind = PanicKind.Domain, Message = lines[stopped], ConsoleLines = Around(lines, stopped) } : null;
        }

        var domain = domains.FirstOrDefault(d => d.Id.ToString(CultureInfo.InvariantCulture) == id);
        return new PanicInfo
        {
            Kind = PanicKind.Domain,
            Message = lines[index].TrimEnd(':', ' '),
            ConsoleLines = Around(lines, index),
            Cpu = CpuOf(match, cpus, group: 3),
            Vcpu = domain?.Vcpus.FirstOrDefault(v => v.Id.ToString(CultureInfo.InvariantCulture) == match.Groups[2].Value),
        };
    }

    private static PanicInfo? Requested(string[] lines) =>
        Last(lines, CrashKey()) is var (index, _)
            ? new PanicInfo { Kind = PanicKind.Requested, Message = lines[index], ConsoleLines = Around(lines, index) }
            : null;

    private static (int Index, Match Match)? Last(string[] lines, Regex pattern, Func<Match, bool>? condition = null)
    {
        for (int i = lines.Length - 1; i >= 0; i--)
            if (pattern.Match(lines[i]) is { Success: true } match && (condition is null || condition(match))) return (i, match);
        return null;
    }

    private static PhysicalCpu? CpuOf(Match match, IReadOnlyList<PhysicalCpu> cpus, int group = 1) =>
        int.TryParse(match.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? cpus.FirstOrDefault(c => c.Id == id) : null;

    private static List<string> Around(string[] lines, int index)
    {
        int start = index;
        for (int i = index; i >= 0 && index - i < 80; i--)
            if (Openers.Any(o => lines[i].Contains(o, StringComparison.Ordinal))) start = i;
        return [.. lines.Skip(start).Take(MaxLines).Where(l => l.Trim().Length > 0)];
    }

    /// <summary>The line without Xen's prefix, and without the time stamps of console_timestamps.</summary>
    private static string Clean(string line) => Prefix().Replace(line.TrimEnd('\r'), "");

    [GeneratedRegex(@"^\(XEN\) (\[[^\]]*\] )?", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^Panic on CPU (\d+):", RegexOptions.CultureInvariant)]
    private static partial Regex PanicOnCpu();

    [GeneratedRegex(@"^Hardware Dom(\d+) (crashed|halted|shutdown)", RegexOptions.CultureInvariant)]
    private static partial Regex HardwareDomain();

    [GeneratedRegex(@"^Domain (\d+) \(vcpu#(\d+)\) crashed on cpu#(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex DomainCrashed();

    [GeneratedRegex("'C' pressed -> triggering crashdump", RegexOptions.CultureInvariant)]
    private static partial Regex CrashKey();
}
