using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>What a domain was doing, in words, from what its version keeps: bits of <c>domain_flags</c> up to 3.0.4, members of their own since 3.1.</summary>
internal static class DomainState
{
    /// <summary>SHUTDOWN_MAX of xen/include/public/sched.h.</summary>
    private const ulong LastShutdownReason = 5;

    // DOMF_* of 3.0.4, xen/include/xen/sched.h.
    private const ulong FlagShutdown = 0x1;
    private const ulong FlagDying = 0x2;
    private const ulong FlagPausedByController = 0x4;
    private const ulong FlagPaused = 0x20;

    /// <summary>The words; null where the version keeps nothing of it or it cannot be read.</summary>
    public static string? Of(StructAt domain) => domain.Number("domain_flags") is { } flags ? OfFlags(domain, flags) : OfMembers(domain);

    private static string OfFlags(StructAt domain, ulong flags) =>
        (flags & FlagDying) != 0 ? "dying"
        : (flags & FlagShutdown) != 0 ? $"shut down ({Reason(domain.Number("shutdown_code"))})"
        : (flags & (FlagPausedByController | FlagPaused)) != 0 ? "paused"
        : "running";

    private static string? OfMembers(StructAt domain)
    {
        bool any = domain.Layout.Find("is_dying") is not null || domain.Layout.Find("is_shut_down") is not null || domain.Layout.Find("shutdown_code") is not null;
        if (!any) return null;
        if (domain.Number("is_dying") is not (null or 0)) return "dying";
        var code = domain.Number("shutdown_code");
        if (domain.Number("is_shut_down") is not (null or 0)) return $"shut down ({Reason(code)})";

        // The hardware domain takes the machine with it before anything but the code is set (domain_shutdown, common/domain.c).
        if (domain.Number("is_shutting_down") is not (null or 0) || (SaysNone(domain) && code <= LastShutdownReason)) return $"shutting down ({Reason(code)})";

        return domain.FirstNumber("controller_pause_count", "is_paused_by_controller") is not (null or 0) ? "paused" : "running";
    }

    /// <summary>
    /// Whether the code itself says that there is none (SHUTDOWN_CODE_INVALID, ~0u). It became unsigned for that; before, it was a signed number that is 0,
    /// "poweroff", in every domain that runs.
    /// </summary>
    private static bool SaysNone(StructAt domain) => domain.Layout.Find("shutdown_code")?.Type.Strip() is BaseType { Encoding: BaseEncoding.Unsigned };

    /// <summary>SHUTDOWN_* of xen/include/public/sched.h.</summary>
    private static string Reason(ulong? code) => code switch
    {
        0 => "poweroff",
        1 => "reboot",
        2 => "suspend",
        3 => "crash",
        4 => "watchdog",
        LastShutdownReason => "soft reset",
        null => "reason unknown",
        _ => "reason not set",
    };
}
