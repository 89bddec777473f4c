using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// How well layouts fit a kernel's memory: how often what is read by them agrees with itself. Lists have links that point back, CPUs point to themselves, threads have stacks
/// and processes, and the first process is named <c>sched</c>.
/// </summary>
/// <param name="image">The kernel's memory and symbols.</param>
/// <param name="thread"><c>kthread_t</c>.</param>
/// <param name="process"><c>proc_t</c>.</param>
/// <param name="cpu"><c>cpu_t</c>.</param>
internal sealed class LayoutFit(SolarisImage image, StructLayout? thread, StructLayout? process, StructLayout? cpu)
{
    /// <summary>MAXCOMLEN + 1 (usr/src/uts/common/sys/user.h).</summary>
    private const int NameBytes = 17;

    /// <summary>The agreements that were found; 0 for none.</summary>
    public int Count()
    {
        int fit = 0;
        if (process is not null && image.AddressOf("p0") is { } p0) fit += OfProcess(process, p0, isFirst: true);
        if (process is not null && image.Pointer("practive") is { Value: not 0 } active) fit += OfProcess(process, active, isFirst: false);
        if (image.Pointer("allthreads") is { Value: not 0 } head) fit += OfThread(head, null);
        if (cpu is not null && image.Pointer("cpu_list") is { Value: not 0 } list) fit += OfCpu(cpu, list);
        return fit;
    }

    private int OfProcess(StructLayout layout, VirtualAddress at, bool isFirst)
    {
        var proc = new StructAt(layout, image.Memory, at);
        int fit = 0;
        if (proc.AddressOf("p_user.u_comm") is { } comm && image.Memory.TryReadCString(comm, out string name, NameBytes))
            fit += isFirst ? (name == "sched" ? 2 : 0) : name.Length > 0 && name.All(c => c is > ' ' and < (char)0x7f) ? 1 : 0;
        if (proc.Pointer("p_tlist") is { Value: not 0 } first) fit += OfThread(first, at);
        return fit;
    }

    private int OfCpu(StructLayout layout, VirtualAddress at)
    {
        var one = new StructAt(layout, image.Memory, at);
        int fit = one.Pointer("cpu_self") == at ? 1 : 0;
        return one.Pointer("cpu_thread") is { Value: not 0 } running ? fit + OfThread(running, null) : fit;
    }

    private int OfThread(VirtualAddress at, VirtualAddress? owner)
    {
        if (thread is null) return 0;
        var one = new StructAt(thread, image.Memory, at);
        int fit = 0;
        if (one.Pointer("t_next") is { Value: not 0 } next && new StructAt(thread, image.Memory, next).Pointer("t_prev") == at) fit += 2;
        if (one.Pointer("t_procp") is { Value: not 0 } process && (owner is null ? image.PointerAt(process) is not null : owner == process)) fit++;
        if (one.Pointer("t_stkbase") is { Value: not 0 } low && one.Pointer("t_stk") is { } high && low < high && unchecked(high.Value - low.Value) <= KernelThreads.LargestStack) fit++;
        return fit;
    }
}
