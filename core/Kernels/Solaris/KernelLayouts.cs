using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>The structures that the model reads: by the kernel's own types where it carries them, else by the measured table that fits the dump better.</summary>
internal sealed class KernelLayouts(SolarisImage image, DumpHeader header, DiagnosticBag diagnostics)
{
    private readonly Lazy<LayoutTable> _measured = new(() => Choose(image, header));

    /// <summary><c>kthread_t</c>.</summary>
    public StructLayout? Thread => Find("kthread_t", "struct _kthread");

    /// <summary><c>cpu_t</c>.</summary>
    public StructLayout? Cpu => Find("cpu_t", "struct cpu");

    /// <summary><c>proc_t</c>.</summary>
    public StructLayout? Process => Find("proc_t", "struct proc");

    /// <summary><c>struct pid</c>.</summary>
    public StructLayout? Pid => Find("struct pid");

    /// <summary><c>klwp_t</c>.</summary>
    public StructLayout? Lwp => Find("klwp_t", "struct _klwp");

    /// <summary><c>disp_t</c>.</summary>
    public StructLayout? Dispatcher => Find("disp_t", "struct _disp");

    /// <summary><c>dispq_t</c>.</summary>
    public StructLayout? DispatchQueue => Find("dispq_t", "struct dispq");

    /// <summary><c>queue_t</c>.</summary>
    public StructLayout? Queue => Find("queue_t", "struct queue");

    /// <summary><c>mblk_t</c>.</summary>
    public StructLayout? Message => Find("mblk_t", "struct msgb");

    /// <summary>The measured table for a kernel: of the two that there are, the one by which its first process and CPUs agree with themselves more often.</summary>
    public static LayoutTable Choose(SolarisImage image, DumpHeader header)
    {
        bool is64 = image.Word == 8;
        var old = LayoutTable.ForSolaris(is64, is2007: true);
        var young = LayoutTable.ForSolaris(is64, is2007: false);
        int forOld = Fit(image, old), forYoung = Fit(image, young);

        // Version 10 of the dump came in 2010, between the two.
        return forOld > forYoung || (forOld == forYoung && header.Version < 10) ? old : young;
    }

    private StructLayout? Find(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (image.Layout(name) is { } own) return own;
        foreach (string name in names)
        {
            if (LayoutOf(_measured.Value, name) is not { } layout) continue;
            if (!image.TypesAreGuessed)
                diagnostics.Add(DiagnosticSeverity.Note, "solaris/types-guessed", $"the dump has no types for {names[0]}; it is read with {_measured.Value.Description}.");
            return layout;
        }

        return null;
    }

    private static StructLayout? LayoutOf(LayoutTable types, string name) =>
        types.Find(name)?.Strip() is AggregateType { IsDeclaration: false } type ? new StructLayout(type) : null;

    /// <summary>How often the dump agrees with itself if read with a table: lists whose links point back, CPUs that know their threads, a first process that is named as it is.</summary>
    private static int Fit(SolarisImage image, LayoutTable types)
    {
        int fit = 0;
        if (LayoutOf(types, "struct proc") is { } process && image.AddressOf("p0") is { } p0)
        {
            var first = new StructAt(process, image.Memory, p0);
            if (first.AddressOf("p_user.u_comm") is { } comm && image.Memory.TryReadCString(comm, out string name, 17) && name == "sched") fit += 2;
            if (first.Pointer("p_tlist") is { Value: not 0 } thread) fit += FitThread(image, types, thread, p0);
        }

        if (LayoutOf(types, "struct proc") is { } any && image.Pointer("practive") is { Value: not 0 } active)
        {
            var at = new StructAt(any, image.Memory, active);
            if (at.AddressOf("p_user.u_comm") is { } comm && image.Memory.TryReadCString(comm, out string name, 17) && name.Length > 0 && name.All(c => c is > ' ' and < (char)0x7f)) fit++;
            if (at.Pointer("p_tlist") is { Value: not 0 } thread) fit += FitThread(image, types, thread, active);
        }

        if (image.Pointer("allthreads") is { Value: not 0 } head) fit += FitThread(image, types, head, null);
        if (LayoutOf(types, "struct cpu") is { } cpu && image.Pointer("cpu_list") is { Value: not 0 } list &&
            new StructAt(cpu, image.Memory, list).Pointer("cpu_thread") is { Value: not 0 } running) fit += FitThread(image, types, running, null);
        return fit;
    }

    private static int FitThread(SolarisImage image, LayoutTable types, VirtualAddress thread, VirtualAddress? process)
    {
        if (LayoutOf(types, "struct _kthread") is not { } layout) return 0;
        var at = new StructAt(layout, image.Memory, thread);
        int fit = 0;
        if (at.Pointer("t_next") is { Value: not 0 } next && new StructAt(layout, image.Memory, next).Pointer("t_prev") == thread) fit += 2;
        if (at.Pointer("t_procp") is { Value: not 0 } owner && (process is null ? image.PointerAt(owner) is not null : owner == process)) fit++;
        if (at.Pointer("t_stkbase") is { Value: not 0 } low && at.Pointer("t_stk") is { } high && low < high && unchecked(high.Value - low.Value) <= KernelThreads.LargestStack) fit++;
        return fit;
    }
}
