using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>Reads a Solaris or illumos kernel by its own structures. What the dump does not have is absent; what is broken is said once.</summary>
public static class SolarisKernel
{
    /// <summary>SYS_NMLN (usr/src/uts/common/sys/utsname.h).</summary>
    private const int NameBytes = 257;

    /// <summary>The kernel: what it calls itself, its panic and its CPUs at once; threads, processes and messages when first asked for.</summary>
    public static Kernel Read(SolarisImage image, SolarisDump dump, DiagnosticBag diagnostics)
    {
        var header = dump.Header;
        var layouts = new KernelLayouts(image, header, diagnostics);
        var processes = new KernelProcesses(image, layouts, diagnostics);
        var panic = new KernelPanicReader(image, layouts, header, diagnostics).Read();

        var cpus = new KernelCpus(image, layouts, diagnostics);
        var places = cpus.Find(panicked: panic is not null);
        var idle = cpus.IdleThreads(places);
        ThreadReader? Threads() => layouts.Thread is { } thread ? new ThreadReader(image, thread, processes, idle) : null;
        var reader = Threads();
        long? ticks = Ticks(image);
        KernelCpu[] read = [.. places.Select(p => cpus.Read(p.Id, p.Address, ticks, reader))];
        var log = new Lazy<IReadOnlyList<KernelMessage>?>(() => new KernelMessages(image, layouts, diagnostics).Read());
        Kernel? kernel = null;
        kernel = new Kernel(
            () => Threads() is { } all ? new KernelThreads(image, processes, diagnostics).All(all, Named(read, panic)) : [],
            () => processes.All,
            () => log.Value is { } messages ? string.Concat(messages.Select(m => m.Text.EndsWith('\n') ? m.Text : m.Text + "\n")) : dump.Messages.Count > 0 ? string.Concat(dump.Messages) : null)
        {
            Utsname = Names(image, header),
            Platform = Text(image, image.AddressOf("platform")) ?? NotEmpty(header.Platform),
            Space = image.Space,
            Modules = image.Modules,
            ReadModules = image.ReadModules,
            Types = image.Types,
            ReadSegments = space => new KernelSegments(image, layouts, diagnostics).Of(space),
            Namelist = image.Symbols,
            Cpus = read,
            Panic = panic,
            ReadLog = () => log.Value ?? [.. dump.Messages.Select(m => new KernelMessage(m, null, null))],
            ReadLwps = () => KernelLwps.Read(image, layouts.Lwp, kernel!.Threads),
        };
        return kernel;
    }

    private static IEnumerable<VirtualAddress> Named(IReadOnlyList<KernelCpu> cpus, KernelPanic? panic)
    {
        foreach (var cpu in cpus)
        {
            foreach (var thread in new[] { cpu.Thread, cpu.IdleThread, cpu.InterruptThread })
                if (thread is { } named) yield return named;
            foreach (var queue in cpu.Queues)
                foreach (var waiting in queue.Threads) yield return waiting;
        }

        if (panic?.Thread is { } panicking) yield return panicking;
    }

    /// <summary>The kernel's own, else what the header of the dump repeats of them.</summary>
    private static UtsName Names(SolarisImage image, DumpHeader header)
    {
        string? Name(int index, string inHeader) => Text(image, image.AddressOf("utsname") is { } at ? at + (ulong)(index * NameBytes) : null) ?? NotEmpty(inHeader);
        return new UtsName(Name(0, header.Sysname), Name(1, header.Nodename), Name(2, header.Release), Name(3, header.KernelVersion), Name(4, header.Machine));
    }

    private static string? Text(SolarisImage image, VirtualAddress? at)
    {
        byte[] bytes = new byte[NameBytes];
        return at is { } there && image.Memory.TryRead(there, bytes) && bytes.AsSpan().Contains((byte)0) ? NotEmpty(FixedText.Of(bytes)) : null;
    }

    /// <summary>The clock in ticks: as the panic kept it, else as it ran (usr/src/uts/common/os/panic.c and clock.c; the names changed over time).</summary>
    private static long? Ticks(SolarisImage image)
    {
        foreach (string wide in (ReadOnlySpan<string>)["panic_lbolt64", "lbolt64"])
        {
            if (image.AddressOf(wide) is { } at && image.Memory.TryReadU64(at, out ulong ticks) && ticks != 0) return unchecked((long)ticks);
            if (image.Pointer(wide == "lbolt64" ? "lbolt" : "panic_lbolt") is { Value: not 0 } narrow) return unchecked((long)narrow.Value);
        }

        return null;
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
