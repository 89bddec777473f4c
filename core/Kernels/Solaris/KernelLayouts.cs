using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>The structures that the model reads: by the kernel's own types where it carries them, else by the measured table that fits the dump better.</summary>
internal sealed class KernelLayouts
{
    private readonly SolarisImage _image;
    private readonly DiagnosticBag _diagnostics;
    private readonly Lazy<LayoutTable> _measured;
    private readonly Lazy<bool> _ownBelieved;

    public KernelLayouts(SolarisImage image, DumpHeader header, DiagnosticBag diagnostics)
    {
        _image = image;
        _diagnostics = diagnostics;
        _measured = new Lazy<LayoutTable>(() => Choose(image, header));
        _ownBelieved = new Lazy<bool>(AreOwnBelieved);
    }

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

    /// <summary><c>struct as</c>.</summary>
    public StructLayout? AddressSpace => Find("struct as");

    /// <summary><c>struct seg</c>.</summary>
    public StructLayout? Segment => Find("struct seg");

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

    private static int Fit(SolarisImage image, LayoutTable table) => new LayoutFit(image, LayoutOf(table, "struct _kthread"), LayoutOf(table, "struct proc"), LayoutOf(table, "struct cpu")).Count();

    /// <summary>Whether the kernel's own types are believed: damaged ones, by which its lists do not agree with themselves while they do by a measured table, are not.</summary>
    private bool AreOwnBelieved()
    {
        var thread = _image.Layout("kthread_t") ?? _image.Layout("struct _kthread");
        var process = _image.Layout("proc_t") ?? _image.Layout("struct proc");
        var cpu = _image.Layout("cpu_t") ?? _image.Layout("struct cpu");
        if (thread is null && process is null && cpu is null) return true;
        int own = new LayoutFit(_image, thread, process, cpu).Count();
        if (own > 0 || _image.TypesAreGuessed || Fit(_image, _measured.Value) == 0) return true;
        _diagnostics.Warn("solaris/types-damaged", $"the kernel's own types do not agree with its memory, and {_measured.Value.Description} do; the kernel is read with these.");
        return false;
    }

    private StructLayout? Find(params ReadOnlySpan<string> names)
    {
        if (_ownBelieved.Value)
        {
            foreach (string name in names)
                if (_image.Layout(name) is { } own) return own;
        }

        foreach (string name in names)
        {
            if (LayoutOf(_measured.Value, name) is not { } layout) continue;
            if (!_image.TypesAreGuessed && _ownBelieved.Value)
                _diagnostics.Add(DiagnosticSeverity.Note, "solaris/types-guessed", $"the dump has no types for {names[0]}; it is read with {_measured.Value.Description}.");
            return layout;
        }

        return null;
    }

    private static StructLayout? LayoutOf(LayoutTable types, string name) =>
        types.Find(name)?.Strip() is AggregateType { IsDeclaration: false } type ? new StructLayout(type) : null;
}
