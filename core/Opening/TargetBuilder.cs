using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Opening;

/// <summary>
/// The stages from an identified dump to a target. Only the format and the machine's pages may fail the open; any other stage that fails leaves its
/// reason on the ladder, and what depends on it says "skipped".
/// </summary>
internal sealed class TargetBuilder(string name, DumpImage image, SymbolFinder symbols, OpenStages stages, DiagnosticBag diagnostics)
{
    /// <summary>Runs the stages.</summary>
    /// <param name="owned">What the target closes.</param>
    public DumpTarget Build(IEnumerable<IDisposable> owned)
    {
        if (image.Solaris is { } solaris) return new SolarisBuilder(name, image, solaris, symbols, stages, diagnostics).Build(owned);
        var machine = new PagedMemory(image.Pages);
        var machineSpace = AddressSpace.Of("machine", machine);
        var xenStage = new XenStage(image, machine, symbols, stages, diagnostics);
        if (xenStage.Open() is not { } xen) return WithoutHypervisor(machine, machineSpace, owned);

        stages.Begin("hypervisor", "reading CPUs and domains");
        var cpus = new XenCpus(xen, diagnostics).Find(image);
        var domains = new XenDomains(xen, image, cpus, diagnostics).Find();
        string? console = XenConsole.Read(xen);
        ReportHypervisor(xen, cpus, domains, console);
        var guests = new GuestContexts(machine);
        var guestSpaces = new KernelStage(machine, guests, symbols, stages, diagnostics).Open(domains);
        var dumper = cpus.FirstOrDefault(c => c.Context is { } context && (image.XenCrash?.CpuIndex == context.Index || XenCrashNotes.IsOfDumper(xen, context.Index)));
        var panic = XenPanic.Read(console, cpus, domains, dumper);
        ReportPanic(panic);
        var threads = new XenThreads(xen, cpus, domains, guests, cpu => xenStage.MemoryOf(cpu.Context, xen.Memory)).Make(panic);
        Module[] modules = [.. new[] { xen.Module }.Concat(domains.Select(d => d.Kernel)).OfType<Module>()];
        return new DumpTarget
        {
            Name = name,
            Image = image,
            Architecture = Architecture.Amd64,
            Report = stages.Report(),
            MachineMemory = machine,
            Hypervisor = HypervisorOf(xen, xenStage, console),
            Cpus = cpus,
            Domains = domains,
            Threads = threads,
            Modules = modules,
            Spaces = [xen.Space, .. guestSpaces, machineSpace],
            Panic = panic,
            Diagnostics = diagnostics,
            Owned = [.. owned, .. symbols.KeepOnly(modules)],
        };
    }

    private DumpTarget WithoutHypervisor(PagedMemory machine, AddressSpace space, IEnumerable<IDisposable> owned)
    {
        stages.Skipped("hypervisor", "skipped: its memory cannot be reached");
        return new DumpTarget
        {
            Name = name,
            Image = image,
            Architecture = image.ElfMachine == 3 ? Architecture.Ia32 : Architecture.Amd64,
            Report = stages.Report(),
            MachineMemory = machine,
            Cpus = [.. image.Cpus.Select(c => new PhysicalCpu { Id = c.Index, Context = c, Registers = XenCpus.RegistersOf(c) })],
            Spaces = [space],
            Panic = new PanicInfo { Kind = PanicKind.None },
            Diagnostics = diagnostics,
            Owned = [.. owned, .. symbols.KeepOnly([])],
        };
    }

    private Hypervisor HypervisorOf(XenImage xen, XenStage stage, string? console) => new()
    {
        Version = stage.Text.Version,
        Compiler = stage.Text.Compiler,
        CompileDate = stage.Text.CompileDate,
        Changeset = stage.Text.Changeset,
        BuildId = stage.BuildId,
        Debug = XenText.DebugOf(console),
        CommandLine = stage.Text.CommandLine,
        Console = console,
        PhysStart = image.XenCrash?.XenPhysStart ?? xen.PhysStart(),
        Module = xen.Module,
        Types = xen.Types,
        Space = xen.Space,
        Range = XenTables.XenRange,
    };

    private void ReportHypervisor(XenImage xen, IReadOnlyList<PhysicalCpu> cpus, IReadOnlyList<Domain> domains, string? console)
    {
        int located = cpus.Count(c => c.CpuInfo is not null);
        string text = $"{located} of {cpus.Count} CPUs with their stacks, {domains.Count} domains, {(console is null ? "no console ring" : "console ring")}";
        if (located == cpus.Count && domains.Count > 0 && console is not null) stages.Ok("hypervisor", text);
        else if (located > 0) stages.Partial("hypervisor", xen.Module is null ? text + "; the rest needs xen-syms" : text);
        else stages.Failed("hypervisor", text);
    }

    private void ReportPanic(PanicInfo panic)
    {
        if (panic.Message is { } message) stages.Ok("panic", message);
        else if (panic.Cpu is { } cpu) stages.Partial("panic", $"the console says nothing; the dump's notes say that CPU {cpu.Id} took the dump");
        else stages.Skipped("panic", "nothing in the dump says that anything crashed");
    }
}
