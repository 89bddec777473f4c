using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>The lwps of the threads that have one: <c>klwp_t</c> (usr/src/uts/common/sys/klwp.h).</summary>
internal static class KernelLwps
{
    /// <summary>LWP_USER and LWP_SYS.</summary>
    private const ulong User = 1, System = 2;

    /// <summary>Reads them. One that points to another thread than the one that names it is left out.</summary>
    public static IReadOnlyList<KernelLwp> Read(SolarisImage image, StructLayout? layout, IReadOnlyList<KernelThread> threads)
    {
        if (layout is null) return [];
        var block = new StructBlock(layout, image.Memory);
        var (thread, state, regs, signal) = (block.Member("lwp_thread"), block.Member("lwp_state"), block.Member("lwp_regs"), block.Member("lwp_cursig"));
        var found = new List<KernelLwp>();
        foreach (var of in threads)
        {
            if (of.Lwp is not { } at || !block.Read(at) || (block.Pointer(thread) is { } back && back != of.Address)) continue;
            found.Add(new KernelLwp
            {
                Address = at,
                Thread = of,
                InUser = block.Number(state) switch
                {
                    User => true,
                    System => false,
                    _ => null,
                },
                UserRegisters = block.PointerOrNull(regs) is { } saved && SolarisRegs.ReadTrap(image, saved) is { } values ? SolarisRegs.Of(image.Architecture, values) : null,
                Signal = block.Number(signal) is { } number ? (int)(number & 0xff) : null,
            });
        }

        return found;
    }
}
