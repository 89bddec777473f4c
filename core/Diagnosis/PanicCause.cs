using System.Globalization;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>What crashed: the hypervisor, or which domain's which vcpu, or the kernel by itself; on which CPU, at which instruction, and on what address.</summary>
internal static class PanicCause
{
    /// <summary>Functions of Xen that only run on the way down (common/shutdown.c, common/domain.c, arch/x86/traps.c): the console's stand-in.</summary>
    private static readonly string[] OfHypervisor = ["panic", "fatal_trap", "do_double_fault"];

    private static readonly string[] OfDomain = ["__domain_crash", "domain_crash", "asm_domain_crash_synchronous", "hwdom_shutdown", "dom0_shutdown"];

    /// <summary>Functions through which a Solaris kernel panics (usr/src/uts/common/os/panic.c, printf.c, kobj_subr and the assertions of common/os/driver.c): whoever called them is to blame.</summary>
    private static readonly HashSet<string> OfKernel =
    [
        "vpanic", "panic", "fm_panic", "cmn_err", "vcmn_err", "zcmn_err", "vzcmn_err", "dev_err", "assfail", "assfail3", "debug_enter", "mutex_panic", "rw_panic", "turnstile_panic", "kmem_error",
        "panicsys", "xpv_panic", "xpv_do_panic",
    ];

    /// <summary>Functions that lead from a trap to its panic (usr/src/uts/i86pc/os/trap.c).</summary>
    private static readonly HashSet<string> OfTrap = ["die", "dftrap", "dblfault", "syserrtrap", "trap"];

    private const int MaxConsoleLines = 12;

    /// <summary>The finding; null where nothing in the dump says that anything crashed.</summary>
    public static Finding? Find(DumpTarget target, CrashScene? scene)
    {
        string? summary = KindOf(target, scene) switch
        {
            PanicKind.Hypervisor => $"Xen crashed{OnCpu(target, scene)}{Said(target)}",
            PanicKind.Domain => $"{DomainOf(target, scene)} crashed{OnCpu(target, scene)}{Trapped(target, scene)}",
            PanicKind.Kernel => OfKernelPanic(target, scene),
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

    private static string Trapped(DumpTarget target, CrashScene? scene) => Trap(target, scene) is { } trap ? $": {trap.Summary}" : "";

    private static TrapText? Trap(DumpTarget target, CrashScene? scene) =>
        scene?.Record is { } record ? new TrapText(target, record, scene.Interrupted.FirstOrDefault()) : null;

    /// <summary>A trap that became the panic, else the message and who said it.</summary>
    private static string OfKernelPanic(DumpTarget target, CrashScene? scene)
    {
        if (IsTrapPanic(target, scene) && Trap(target, scene) is { } trap) return $"panic: {trap.Summary}";
        string message = target.Panic.Message is { Length: > 0 } said ? $": {said}" : "";
        string by = Blamed(scene) is { } frame ? $", called at {FrameText.Place(frame)}" : "";
        return $"panic{message}{by}";
    }

    /// <summary>Whether the trap below the panic is what it is about: the kernel says so (die() of usr/src/uts/i86pc/os/trap.c), or its functions do.</summary>
    private static bool IsTrapPanic(DumpTarget target, CrashScene? scene)
    {
        if (scene?.Record is null) return false;
        int index = scene.RecordIndex ?? 0;
        if (target.Panic.Message is { Length: > 0 } message) return message.Contains("BAD TRAP", StringComparison.Ordinal) || index == 0;
        return index == 0 || scene.Stack.Frames.Take(index).Any(f => f.Function is { } name && OfTrap.Contains(name));
    }

    /// <summary>The innermost frame that is not on the way down.</summary>
    private static Frame? Blamed(CrashScene? scene)
    {
        if (scene is null) return null;
        var frames = scene.Stack.Frames.TakeWhile(f => f.Exception is null).ToList();
        int last = frames.FindLastIndex(f => f.Function is { } name && OfKernel.Contains(name));
        return last >= 0 ? frames.Skip(last + 1).FirstOrDefault() : null;
    }

    private static IEnumerable<string> Evidence(DumpTarget target, CrashScene? scene)
    {
        if (target.Panic.Message is { } message) yield return $"console: {message}";
        foreach (string line in target.Panic.ConsoleLines.Where(l => !l.StartsWith("***", StringComparison.Ordinal) && l != target.Panic.Message).Take(MaxConsoleLines))
            yield return $"console: {line.Trim()}";
        if (target.Panic.Kind == PanicKind.Kernel && Where(target, scene) is { Length: > 0 } where) yield return where;
        if (Trap(target, scene) is not { } trap) yield break;
        foreach (string line in trap.Evidence()) yield return line;
    }

    /// <summary>The CPU and thread of a kernel's panic.</summary>
    private static string Where(DumpTarget target, CrashScene? scene)
    {
        string thread = scene?.Thread.KernelThread is { } known ? ThreadText.Of(known) : target.Kernel?.Panic?.Thread is { } address ? $"thread {address}" : "";
        string cpu = scene?.Thread.KernelCpu is { } of ? string.Create(CultureInfo.InvariantCulture, $"CPU {of.Id}")
            : target.Kernel?.Panic?.CpuId is { } id ? string.Create(CultureInfo.InvariantCulture, $"CPU {id}") : "";
        return thread.Length > 0 && cpu.Length > 0 ? $"on {cpu}, in {thread}" : thread.Length > 0 ? $"in {thread}" : cpu.Length > 0 ? $"on {cpu}" : "";
    }
}
