using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

/// <summary>The talk's machine, as its published session showed it.</summary>
public class GoldclothKernelTests
{
    [Fact]
    public void Names_the_machine()
    {
        using var target = Open();
        var kernel = target.Kernel!;
        Assert.Equal(("SunOS", "goldcloth", "5.11", "matrix-build-2007-04-02", "i86pc"), (kernel.Utsname!.Sysname, kernel.Utsname.Nodename, kernel.Utsname.Release, kernel.Utsname.Version, kernel.Utsname.Machine));
        Assert.Equal("i86xpv", kernel.Platform);
        Assert.Equal("3.0.4-1-sun", target.Hypervisor!.Version);
        Assert.Contains("13187:e2466414acc3", target.Hypervisor.Changeset, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_the_modules_in_load_order_with_the_hypervisor_last()
    {
        using var target = Open();
        string[] names = [.. target.Kernel!.Modules.Select(m => m.Name).Where(n => n != "kernel")];
        Assert.Equal(["unix", "genunix", "specfs", "dtrace", "xpv_psm", "scsi_vhci", "ufs", "ip", "hook"], names[..9]);
        Assert.Equal("xpv", names[^1]);
        Assert.Equal(names.Length, names.Distinct().Count());
        var xpv = target.Kernel.Modules.First(m => m.Name == "xpv");
        Assert.Equal(("domain_list", true), (xpv.Symbols.Find(new VirtualAddress(0xff1e0440))!.Name, xpv.Covers(new VirtualAddress(0xff1e0440))));
        Assert.Null(xpv.Symbols.Find(new VirtualAddress(0xff17daf1)));
    }

    [Fact]
    public void Lists_the_cpus_with_their_threads()
    {
        using var target = Open();
        var cpus = target.Kernel!.Cpus;
        Assert.Equal(
            [(0, 0xf50454b8UL, 0x1bUL, 0), (1, 0xc5423080, 0x1b, 1), (2, 0xc5a71a80, 0x1b, 0), (3, 0xc5a70a00, 0x1b, 1)],
            cpus.Select(c => (c.Id, c.Address.Value, c.Flags!.Value, c.Runnable!.Value)));
        Assert.Equal([(0xc5a0ade0UL, 60, "sched"), (0xc6178ee0, 59, "python2.4"), (0xc617cac0, 59, "xenstored"), (0xc5afdde0, -1, "(idle)")], cpus.Select(c => (c.Thread!.Value.Value, c.Running!.Priority!.Value, c.Running.Name!)));
        Assert.Equal([false, true, false, false], cpus.Select(c => c.RunRun!.Value));
        Assert.All(cpus, c => Assert.Equal((0, false, 0L), (c.BaseSpl, c.KernelRunRun, c.TicksSinceSwitch)));
        Assert.Equal(0xc5a09000UL, cpus[0].Running!.Stack!.Value.Start.Value);
        Assert.Equal([0xf504a000UL, 0xc5423080, 0xc5a71a80, 0xc5a70a00], cpus.Select(c => c.Self!.Value.Value));
    }

    [Fact]
    public void Keeps_what_the_panic_saved()
    {
        using var target = Open();
        var panic = target.Kernel!.Panic!;
        Assert.StartsWith("Xen panic[cpu2]/vcpu=0xffbe1100: Domain 0 crashed:", panic.Message, StringComparison.Ordinal);
        Assert.Equal("panicbuf", panic.RegistersFrom);
        Assert.Equal((0xff13b83fUL, 0xffbf3f1cUL, 0xffbf3f38UL), (panic.Registers!.Pc!.Value.Value, panic.Registers.Sp!.Value.Value, panic.Registers.Fp!.Value.Value));
        Assert.Equal((0x8005003bUL, 0xc5a08fd4UL, 0xbe1d00UL, 0x6f0UL), (panic["cr0"], panic["cr2"], panic["cr3"], panic["cr4"]));
        Assert.Equal((0x161UL, 0xe008UL, 0x1efcUL), (panic["gs"], panic["cs"], panic["ecx"]));
    }

    [Fact]
    public void Lists_threads_and_processes_without_a_complaint()
    {
        using var target = Open();
        var kernel = target.Kernel!;
        Assert.Equal(kernel.Threads.Count, kernel.Threads.DistinctBy(t => t.Address).Count());
        Assert.All(kernel.Threads, t => Assert.True(t.State is not null && t.Name is not null && t.Stack is not null, $"{t.Address} {t.State} {t.Name} {t.Stack}"));
        Assert.Contains(kernel.Threads, t => t.State == KernelThreadState.Sleep && t.WaitChannel is not null && t.SavedRegisters?.Fp is not null);
        Assert.Equal((0, "sched"), (kernel.Processes[0].Pid, kernel.Processes[0].Name));
        foreach (string name in new[] { "python2.4", "xenstored" }) Assert.Contains(kernel.Processes, p => p.Name == name && p.Pid > 0 && p.Arguments?.Length > 0);
        Assert.All(kernel.Lwps, l => Assert.Equal(l.Address, l.Thread.Lwp));
        Assert.Contains(kernel.Lwps, l => l.Thread.Name == "python2.4");
        Assert.False(string.IsNullOrWhiteSpace(kernel.Messages));
        Assert.DoesNotContain(target.Diagnostics.Items, d => d.Id.StartsWith("solaris/", StringComparison.Ordinal) && d.Id != "solaris/incomplete");
    }

    private static DumpTarget Open()
    {
        string? path = Goldcloth.Find("vmcore.0");
        Assert.SkipWhen(path is null, Goldcloth.Absent);
        return DumpOpener.Open(new OpenOptions { Dump = path }, cancel: TestContext.Current.CancellationToken);
    }
}
