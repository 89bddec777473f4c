using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>What crashed: the hypervisor, or which domain's which vcpu, on which CPU and at which instruction.</summary>
internal static class PanicCause
{
    /// <summary>Functions of Xen that only run on the way down (common/shutdown.c, common/domain.c, arch/x86/traps.c): the console's stand-in.</summary>
    private static readonly string[] OfHypervisor = ["panic", "fatal_trap", "do_double_fault"];

    private static readonly string[] OfDomain = ["__domain_crash", "domain_crash", "asm_domain_crash_synchronous", "hwdom_shutdown", "dom0_shutdown"];

    private const int MaxConsoleLines = 12;

    /// <summary>The finding; null where nothing in the dump says that anything crashed.</summary>
    public static Finding? Find(DumpTarget target, CrashScene? scene)
    {
        string? summary = KindOf(target, scene) switch
        {
            PanicKind.Hypervisor => $"Xen crashed{OnCpu(target, scene)}{Said(target)}",
            PanicKind.Domain => $"{DomainOf(target, scene)} crashed{OnCpu(target, scene)}{Trapped(scene)}",
            PanicKind.Requested => $"nobody crashed: the dump was asked for{Said(target)}",
            _ => null,
        };
        return summary is null ? null : new Finding("panic-cause", summary, [.. Evidence(target, scene)]);
    }

    private static PanicKind KindOf(DumpTarget target, CrashScene? scene) =>
        target.Panic.Kind != PanicKind.None || scene is null ? target.Panic.Kind : KindOf(scene.Stack);

    /// <summary>What a stack tells of a crash by the functions on it.</summary>
    public static PanicKind KindOf(StackTrace stack)
    {
        var names = stack.Frames.Where(f => f.Kind == FrameKind.Hypervisor && f.FoundBy != FoundBy.Scan).Select(f => f.Function).ToHashSet();
        if (OfDomain.Any(names.Contains)) return PanicKind.Domain;
        return OfHypervisor.Any(names.Contains) ? PanicKind.Hypervisor : PanicKind.None;
    }

    private static string DomainOf(DumpTarget target, CrashScene? scene) =>
        (target.Panic.Vcpu ?? scene?.Thread.Vcpu) is { } vcpu ? $"dom{vcpu.Domain.Id} (vcpu {vcpu.Name})" : "dom0";

    private static string OnCpu(DumpTarget target, CrashScene? scene) =>
        (target.Panic.Cpu ?? scene?.Thread.Cpu) is { } cpu ? $" on CPU {cpu.Id}" : "";

    private static string Said(DumpTarget target) => target.Panic.Message is { } message ? $": {message}" : "";

    private static string Trapped(CrashScene? scene)
    {
        if (scene?.Record?.Exception is not { } exception) return "";
        string at = scene.Interrupted.FirstOrDefault() is { } frame ? $" at {FrameText.Place(frame)}" : "";
        string address = exception.FaultAddress is { } fault ? $", address {fault}" : "";
        string error = exception.ErrorText.Length > 0 ? $" ({exception.ErrorText}{address})" : "";
        return $": {exception.Name}{at}{error}";
    }

    private static IEnumerable<string> Evidence(DumpTarget target, CrashScene? scene)
    {
        if (target.Panic.Message is { } message) yield return $"console: {message}";
        foreach (string line in target.Panic.ConsoleLines.Where(l => !l.StartsWith("***", StringComparison.Ordinal) && l != target.Panic.Message).Take(MaxConsoleLines))
            yield return $"console: {line.Trim()}";
        if (scene?.Record is { Exception: { } exception } && scene.Interrupted.FirstOrDefault() is { } frame)
            yield return $"exception record at {exception.Address}: {exception.Name}, interrupted {FrameText.Place(frame)}, stack pointer {exception.Sp}";
    }
}
