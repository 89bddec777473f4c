using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Kernels.Solaris;
using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Opening;

/// <summary>The stages from a Solaris dump to a target: the kernel first, then, where the hypervisor panicked, the machine under it.</summary>
internal sealed class SolarisBuilder(string name, DumpImage image, SolarisDump dump, SymbolFinder symbols, OpenStages stages, DiagnosticBag diagnostics)
{
    private const string HypervisorStage = "hypervisor";
    private const string KernelStageName = "kernel";

    private readonly PagedMemory _pages = new(image.Pages);

    /// <summary>Runs the stages.</summary>
    /// <param name="owned">What the target closes.</param>
    public DumpTarget Build(IEnumerable<IDisposable> owned)
    {
        var stage = new SolarisStage(image, dump, _pages, symbols, stages, diagnostics);
        var os = stage.Open();
        stages.Begin(KernelStageName, "reading the kernel's CPUs, threads and panic");
        var kernel = SolarisKernel.Read(os, dump, diagnostics);
        ReportKernel(kernel);
        var xpv = OpenHypervisor(os, kernel, out var xen);
        var panic = PanicOf(kernel, xpv);
        ReportPanic(panic);
        var threads = new SolarisThreads(os, kernel, xpv);
        var ofCpus = threads.OfCpus(panic);
        return new DumpTarget
        {
            Name = name,
            Image = image,
            Architecture = os.Architecture,
            Report = stages.Report(),
            MachineMemory = _pages,
            Hypervisor = xen,
            Kernel = kernel,
            Cpus = threads.Cpus,
            Domains = xpv?.Domains ?? [],
            Threads = ofCpus,
            ReadMoreThreads = () => threads.Others(ofCpus.Count + 1, ofCpus),
            Modules = os.Modules,
            Spaces = [os.Space, AddressSpace.Of("phys", new TranslatedMemory<PhysicalAddress, MachineAddress>(dump.Frames, _pages))],
            FindOtherSpace = named => SpaceOf(named, stage, os, kernel, xpv is not null),
            Panic = panic,
            Diagnostics = diagnostics,
            Owned = [.. owned, .. symbols.KeepOnly(stage.SymbolPath is { } path ? new HashSet<string> { path } : [])],
        };
    }

    /// <summary>A process by its id. Where the hypervisor is in the dump its space and dom0's are the kernel's: one address space holds both.</summary>
    private static AddressSpace? SpaceOf(string named, SolarisStage stage, SolarisImage os, Kernel kernel, bool hasHypervisor)
    {
        if (hasHypervisor && named is "xen" or "dom0") return os.Space;
        if (!int.TryParse(named, out int pid) || kernel.Processes.FirstOrDefault(p => p.Pid == pid) is not { AddressSpace: { Value: not 0 } space }) return null;
        return AddressSpace.Of(named, os.Space.AddressBits, stage.MemoryOf(space));
    }

    private XpvMachine? OpenHypervisor(SolarisImage os, Kernel kernel, out Hypervisor? hypervisor)
    {
        hypervisor = null;
        if (XpvPanicReader.Read(os, diagnostics) is not { } handed)
        {
            stages.Skipped(HypervisorStage, kernel.Platform == "i86xpv" ? "the hypervisor did not panic, so its memory is not in the dump" : "skipped: no hypervisor on this platform");
            return null;
        }

        stages.Begin(HypervisorStage, "reading the hypervisor's domains");
        var module = os.FindModule(SolarisModules.Hypervisor);
        if (handed.Registers is null && SavedByKernel(kernel, module) is { } saved)
        {
            handed = handed with { Registers = saved };
            diagnostics.Add(DiagnosticSeverity.Note, "solaris/xpv-panic-saved", "the hypervisor's registers are those that the kernel saved of its panic (panicbuf).");
        }

        var version = Xenver.Read(os);
        bool typed = module?.Types is { } own && own.Find("struct vcpu") is { Size: > 0 } && own.Find("struct domain") is { Size: > 0 };
        var table = TableFor(version?.Version, os.Word == 8);
        var xen = new XenImage
        {
            Space = os.Space,
            Memory = os.Memory,
            Architecture = os.Architecture,
            Module = module,
            Types = typed ? module!.Types! : table,
            Fallback = typed ? table : null,
            TypesAreGuessed = !typed,
        };
        var machine = XpvMachine.Read(xen, handed, image, diagnostics);
        foreach (var cpu in kernel.Cpus) cpu.Vcpu = machine.Domains.FirstOrDefault(d => d.Id == 0)?.Vcpus.FirstOrDefault(v => v.Id == cpu.Id);
        GiveToDom0(machine, os);
        hypervisor = HypervisorOf(os, version, module, xen.Types, handed);
        ReportHypervisor(machine, module, typed, table);
        return machine;
    }

    /// <summary>The kernel saves the registers that the hypervisor hands over as those of the panic (panicsys() of usr/src/uts/common/os/panic.c): null where they are not the hypervisor's.</summary>
    private static RegisterSet? SavedByKernel(Kernel kernel, Module? module) =>
        kernel.Panic is { RegistersFrom: "panicbuf", Registers: { Pc: { } pc } saved } && module?.Covers(pc) == true ? saved : null;

    /// <summary>The layouts nearest to a version such as <c>3.0.4-1-sun</c>; the first Xen that Solaris ran on, of each width, where there is none.</summary>
    private static LayoutTable TableFor(string? version, bool is64)
    {
        string[] parts = (version ?? "").Split('.', '-');
        bool known = int.TryParse(parts[0], out int major) & int.TryParse(parts.ElementAtOrDefault(1), out int minor);
        return known ? LayoutTable.ForXen(major, minor, is64) : LayoutTable.ForXen(3, is64 ? 1 : 0, is64);
    }

    private static void GiveToDom0(XpvMachine machine, SolarisImage os)
    {
        if (machine.Domains.FirstOrDefault(d => d.Id == 0) is not { } dom0) return;
        dom0.Space = os.Space;
        dom0.Kernel = os.FindModule("unix");
    }

    private static Hypervisor HypervisorOf(SolarisImage os, Xenver? version, Module? module, ITypeSource types, XpvPanic handed) => new()
    {
        Version = version?.Version,
        Compiler = version?.Compiler,
        CompileDate = version?.CompileDate,
        Changeset = version?.Changeset,
        Module = module,
        Types = types,
        Space = os.Space,
        Range = handed.XenStart is { } start ? AddressRange.FromTo(start, os.Word == 4 ? new VirtualAddress(1UL << 32) : XenTables.XenRange.End) : null,
    };

    private void ReportKernel(Kernel kernel)
    {
        string text = $"{kernel.Utsname?.Sysname ?? "kernel"} {kernel.Utsname?.Release} {kernel.Utsname?.Version}, {kernel.Cpus.Count} CPUs";
        if (kernel.Cpus.Count > 0 && kernel.Utsname is not null) stages.Ok(KernelStageName, text);
        else stages.Partial(KernelStageName, kernel.Cpus.Count == 0 ? "its CPUs cannot be read" : text);
    }

    private void ReportHypervisor(XpvMachine machine, Module? module, bool typed, LayoutTable table)
    {
        string text = $"{machine.Domains.Count} domains, {(machine.Panicking is { } cpu ? $"CPU {cpu.Id} panicked" : "the CPU that panicked is not known")}; {(typed ? module!.Types!.Description : table.Description)}";
        if (module is not null && machine.Panicking is not null && typed) stages.Ok(HypervisorStage, text);
        else stages.Partial(HypervisorStage, module is null ? text + "; the module xpv is not in the kernel's list, so Xen has no symbols" : text);
    }

    private PanicInfo PanicOf(Kernel kernel, XpvMachine? xpv)
    {
        string? said = kernel.Panic?.Message ?? (dump.Header.PanicString.Length > 0 ? dump.Header.PanicString : null);
        string[] lines = [.. (said ?? "").Split('\n').Select(l => l.Replace('\t', ' ').TrimEnd()).Where(l => l.Length > 0)];
        string? message = lines.Length > 0 ? lines[0].Trim().TrimEnd(':') : null;
        if (xpv is null)
        {
            bool live = (dump.Header.Flags & DumpFlags.Live) != 0;
            return live || (kernel.Panic is null && said is null)
                ? new PanicInfo { Kind = PanicKind.None }
                : new PanicInfo { Kind = PanicKind.Kernel, Message = message, ConsoleLines = lines };
        }

        return new PanicInfo
        {
            Kind = KindOf(message ?? xpv.Panic.Message ?? "", xpv),
            Message = message ?? xpv.Panic.Message,
            ConsoleLines = lines,
            Cpu = xpv.Panicking,
            Vcpu = xpv.Panicking?.Current,
        };
    }

    /// <summary>Whether dom0 crashed or Xen itself: by the message (xen/common/shutdown.c, Sun's build of it too), else by the functions that Xen ran on its way down.</summary>
    private static PanicKind KindOf(string message, XpvMachine xpv)
    {
        if (message.Contains("Domain 0 crashed", StringComparison.Ordinal) || message.Contains("Dom0 crashed", StringComparison.Ordinal)) return PanicKind.Domain;
        var onItsWayDown = xpv.Walk(null, null, null, new PanicInfo { Kind = PanicKind.Hypervisor }, CancellationToken.None);
        return PanicCause.KindOf(onItsWayDown) == PanicKind.Domain ? PanicKind.Domain : PanicKind.Hypervisor;
    }

    private void ReportPanic(PanicInfo panic)
    {
        if (panic.Message is { } message) stages.Ok("panic", message);
        else stages.Skipped("panic", (dump.Header.Flags & DumpFlags.Live) != 0 ? "a live dump: nothing crashed" : "nothing in the dump says that anything crashed");
    }
}
