using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Target;

/// <summary>A process's thread as the process sees it (illumos: <c>klwp_t</c>, usr/src/uts/common/sys/klwp.h). Members that cannot be read are null.</summary>
public sealed record KernelLwp
{
    /// <summary>Where its structure is.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>The kernel's thread of it.</summary>
    public required KernelThread Thread { get; init; }

    /// <summary>Whether it ran the process's code (<c>lwp_state</c> LWP_USER), not the kernel for it; null where the number is neither.</summary>
    public bool? InUser { get; init; }

    /// <summary>The process's registers when it last entered the kernel (<c>lwp_regs</c>).</summary>
    public RegisterSet? UserRegisters { get; init; }

    /// <summary>The signal that it takes (<c>lwp_cursig</c>); 0 for none.</summary>
    public int? Signal { get; init; }
}
