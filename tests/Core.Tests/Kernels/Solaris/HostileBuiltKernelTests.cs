using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

/// <summary>Kernels whose structures lie, one lie at a time: what is intact is still shown, what is not is said, and nothing runs for ever.</summary>
public sealed class HostileBuiltKernelTests
{
    /// <summary>What a lie leaves whole.</summary>
    [Flags]
    public enum Intact
    {
        Nothing = 0,
        Stack = 1,
        Threads = 2,
        Processes = 4,
        Cpus = 8,
        Modules = 16,
        All = Stack | Threads | Processes | Cpus | Modules,
    }

    private const ulong Wild = 0x1234_5670, Odd = 0xffff_fff3;

    private static readonly Dictionary<string, (Action<SolarisKernelScenario> Tell, Intact Intact, string? Says)> Lies = new()
    {
        ["the modules' ring runs into itself"] = (s => Module(s, 3, "mod_next", s.Modules[2].Control), Intact.All, "solaris/module"),
        ["a module is its own next"] = (s => Module(s, 3, "mod_next", s.Modules[3].Control), Intact.All, "solaris/module"),
        ["the modules' ring leads nowhere"] = (s => Module(s, 3, "mod_next", Wild), Intact.All, "solaris/module"),
        ["the modules' ring ends"] = (s => Module(s, 3, "mod_next", 0), Intact.All, "solaris/module"),
        ["a module's structure is elsewhere"] = (s => Module(s, 2, "mod_mp", Wild), Intact.All & ~(Intact.Modules | Intact.Stack), null),
        ["a module's name is elsewhere"] = (s => Module(s, 2, "mod_modname", Wild), Intact.All & ~(Intact.Modules | Intact.Stack), null),
        ["a table of symbols is as large as memory"] = (s => Structure(s, 2, "symsize", uint.MaxValue), Intact.All & ~(Intact.Modules | Intact.Stack), null),
        ["every table of symbols is elsewhere"] = (s => EachStructure(s, "symspace", Wild), Intact.All & ~(Intact.Modules | Intact.Stack), null),
        ["a header of symbols is elsewhere"] = (s => Structure(s, 2, "symhdr", Wild), Intact.All & ~(Intact.Modules | Intact.Stack), null),
        ["types are as large as memory"] = (s => EachStructure(s, "ctfsize", uint.MaxValue), Intact.All & ~Intact.Stack, null),
        ["types are elsewhere"] = (s => EachStructure(s, "ctfdata", Wild), Intact.All & ~Intact.Stack, null),
        ["types are the symbols"] = (s => Structure(s, 1, "ctfdata", s.Modules[1].Structure), Intact.All & ~Intact.Stack, null),
        ["a module's text is all memory"] = (s => Structure(s, 4, "text_size", uint.MaxValue), Intact.All & ~(Intact.Modules | Intact.Stack), null),
        ["the threads' ring runs into itself"] = (s => Thread(s, 20, "t_next", s.Threads[4].Address), Intact.All & ~Intact.Threads, "solaris/threads-cycle"),
        ["a thread is its own next"] = (s => Thread(s, 20, "t_next", s.Threads[20].Address), Intact.All & ~Intact.Threads, "solaris/threads"),
        ["the threads' ring leads nowhere"] = (s => Thread(s, 20, "t_next", Wild), Intact.All, "solaris/threads"),
        ["the threads' ring ends"] = (s => Thread(s, 20, "t_next", 0), Intact.All, "solaris/threads"),
        ["no list of threads"] = (s => Word(s, s.Kernel.Genunix["allthreads"], 0), Intact.All & ~Intact.Threads, null),
        ["a stack is larger than memory"] = (s => Thread(s, 9, "t_stkbase", 0x1000), Intact.All & ~Intact.Threads, null),
        ["a stack is upside down"] = (s => Thread(s, 9, "t_stk", s.Threads[9].StackBase - 64), Intact.All & ~Intact.Threads, null),
        ["every stack is upside down"] = (s => EachThread(s, "t_stk", 1), Intact.All & ~(Intact.Threads | Intact.Stack), null),
        ["states are none"] = (s => EachThread(s, "t_state", 0xeeee), Intact.All & ~Intact.Threads, null),
        ["threads have no process"] = (s => EachThread(s, "t_procp", Odd), Intact.All & ~Intact.Threads, null),
        ["the CPUs' ring runs into itself"] = (s => Cpu(s, 1, "cpu_next", s.Cpus[1].Address), Intact.All & ~Intact.Cpus, null),
        ["the CPUs' ring leads nowhere"] = (s => Cpu(s, 1, "cpu_next", Wild), Intact.All & ~Intact.Cpus, null),
        ["no list of CPUs"] = (s => Word(s, s.Kernel.Genunix["cpu_list"], Wild), Intact.All, null),
        ["a CPU's number is absurd"] = (s => Cpu(s, 1, "cpu_id", uint.MaxValue), Intact.All & ~Intact.Cpus, null),
        ["a CPU runs what is no thread"] = (s => Cpu(s, 1 - (s.Panicking!.Cpu & 1), "cpu_thread", Odd), Intact.All & ~Intact.Cpus, null),
        ["a queue has more priorities than there are"] = (s => s.Kernel.Memory.Set("_disp", s.Cpus[0].Dispatcher, "disp_npri", 0x7fff), Intact.All & ~Intact.Cpus, "solaris/dispatch-queue"),
        ["a queue runs into itself"] = (Loop, Intact.All & ~Intact.Cpus, "solaris/dispatch-queue"),
        ["processes are their own children"] = (s => Process(s, 1, "p_child", s.Processes[1].Address), Intact.All & ~Intact.Processes, null),
        ["processes are their own siblings"] = (s => Process(s, 5, "p_sibling", s.Processes[5].Address), Intact.All & ~Intact.Processes, null),
        ["the processes' list runs into itself"] = (s => Process(s, 3, "p_next", s.Processes[5].Address), Intact.All & ~Intact.Processes, null),
        ["a process leads nowhere"] = (s => Process(s, 3, "p_next", Wild), Intact.All & ~Intact.Processes, null),
        ["processes have no ids"] = (s => EachProcess(s, "p_pidp", Odd), Intact.All & ~(Intact.Processes | Intact.Threads), null),
        ["the panic's message is outside its buffer"] = (s => s.Kernel.Memory.Number(s.Kernel.Genunix["panicbuf"] + 4, 0xffff_fff0, 4), Intact.All, "solaris/panicbuf"),
        ["the panic's message is before its buffer"] = (s => s.Kernel.Memory.Number(s.Kernel.Genunix["panicbuf"] + 4, 3, 4), Intact.All, "solaris/panicbuf"),
        ["the panic's buffer is of a version to come"] = (s => s.Kernel.Memory.Number(s.Kernel.Genunix["panicbuf"], 77, 4), Intact.All, "solaris/panicbuf-version"),
        ["the panic's thread is nowhere"] = (s => Word(s, s.Kernel.Genunix["panic_thread"], Wild), Intact.All, null),
        ["the panic's trap is nowhere"] = (s => Thread(s, s.Panicking!, "t_panic_trap", Wild), Intact.All, null),
        ["the messages run into themselves"] = (Talk, Intact.All, "solaris/messages-cycle"),
        ["a frame points to itself"] = (s => Word(s, s.Frames[3].Fp, s.Frames[3].Fp), Intact.All & ~Intact.Stack, null),
        ["a frame points down"] = (s => Word(s, s.Frames[3].Fp, s.Frames[1].Fp), Intact.All & ~Intact.Stack, null),
        ["a frame points nowhere"] = (s => Word(s, s.Frames[3].Fp, Wild), Intact.All & ~Intact.Stack, null),
        ["a frame returns nowhere"] = (s => Word(s, s.Frames[3].Fp + (ulong)s.Kernel.Memory.Word, Wild), Intact.All & ~Intact.Stack, null),
    };

    public static TheoryData<string, int> Each()
    {
        var data = new TheoryData<string, int>();
        foreach (string lie in Lies.Keys)
            foreach (int wordSize in new[] { 32, 64 }) data.Add(lie, wordSize);
        return data;
    }

    [Theory, MemberData(nameof(Each))]
    public void What_is_intact_is_still_shown(string lie, int wordSize)
    {
        var (tell, intact, says) = Lies[lie];
        var scenario = PlainPanics.NullPointer(new SolarisKernelOptions { WordSize = wordSize, Seed = 7 + (lie.Length * 2) + wordSize, Cpus = 2, Is2007 = lie.Length % 2 == 0 });
        tell(scenario);
        using var target = BuiltDump.Open(scenario);
        Look(target);
        var kernel = target.Kernel!;

        // The panic's own frames at least up to the lie: their code is in modules whose symbols unix.N has too.
        string[] frames = [.. BuiltDump.StackOf(target.Threads[0]).Frames.Where(f => f.Exception is null).Select(f => $"{f.Function}+{f.Offset:x}")];
        string[] expected = [.. scenario.Frames.Select(f => $"{f.Function.Name}+{f.Offset:x}")];
        Assert.Equal(expected.Take(3), frames.Take(3));
        if (intact.HasFlag(Intact.Stack)) Assert.Equal(scenario.Frames.Select(BuiltDump.Text), BuiltDump.Code(BuiltDump.StackOf(target.Threads[0])));
        else if (!lie.StartsWith("a frame", StringComparison.Ordinal)) Assert.Equal(expected, frames.Take(expected.Length));
        if (intact.HasFlag(Intact.Modules)) Assert.Equal(scenario.Modules.Select(m => m.Name), kernel.Modules.Select(m => m.Name));
        else Assert.Contains(kernel.Modules, m => m.Name == "unix");
        var threads = kernel.Threads.Select(t => t.Address.Value).ToHashSet();
        if (intact.HasFlag(Intact.Threads)) Assert.Equal(scenario.Threads.Count, threads.Intersect(scenario.Threads.Select(t => t.Address)).Count());
        else Assert.True(threads.Intersect(scenario.Threads.Select(t => t.Address)).Count() > scenario.Threads.Count / 3, $"{threads.Count} threads");
        Assert.Subset(scenario.Threads.Select(t => t.Address).ToHashSet(), threads);
        var processes = kernel.Processes.Select(p => p.Address.Value).ToHashSet();
        Assert.Subset(scenario.Processes.Select(p => p.Address).ToHashSet(), processes);
        if (intact.HasFlag(Intact.Processes)) Assert.Equal(scenario.Processes.Count, processes.Count);
        else Assert.True(processes.Count > 2, $"{processes.Count} processes");
        if (intact.HasFlag(Intact.Cpus)) Assert.Equal(scenario.Cpus.Select(c => c.Id), kernel.Cpus.Select(c => c.Id));
        Assert.Equal(scenario.Message, target.Panic.Message);
        if (says is not null) Assert.Contains(target.Diagnostics.Items, d => d.Id.StartsWith(says, StringComparison.Ordinal));
    }

    private static readonly Dictionary<string, Action<SolarisKernelScenario>> XenLies = new()
    {
        ["panic_info is nowhere"] = s => Word(s, s.Kernel.Unix["xpv_panic_info"], Wild),
        ["panic_info is of a version to come"] = s => Info(s, "pi_version", 99),
        ["the stack's top is nowhere"] = s => Info(s, "pi_stktop", Wild),
        ["the vcpu is nowhere"] = s => Info(s, "pi_vcpu", Wild),
        ["the vcpu, the stack's top and the domains are nowhere"] = s =>
        {
            Word(s, s.Xen!.Module["domain_list"], 0);
            foreach (var domain in s.Xen.Domains) Xen(s, "domain", domain.Address, "vcpu", Wild);
            Info(s, "pi_vcpu", Wild);
            Info(s, "pi_stktop", Wild);
        },
        ["the registers are nowhere"] = s => Info(s, "pi_regs", Wild),
        ["domains run into themselves"] = s => Domain(s, 1, "next_in_list", s.Xen!.Domains[0].Address),
        ["a domain is its own next"] = s => Domain(s, 0, "next_in_list", s.Xen!.Domains[0].Address),
        ["domains lead nowhere"] = s => Domain(s, 0, "next_in_list", Wild),
        ["no list of domains"] = s => Word(s, s.Xen!.Module["domain_list"], 0),
        ["a domain's vcpus are nowhere"] = s => Xen(s, "domain", s.Xen!.Domains[1].Address, "vcpu", Wild),
        ["the module is gone"] = s => Module(s, s.Modules.Count - 1, "mod_mp", 0),
        ["the module's symbols are nowhere"] = s => Structure(s, s.Modules.Count - 1, "symspace", Wild),
        ["the module's types are nowhere"] = s => Structure(s, s.Modules.Count - 1, "ctfdata", Wild),
        ["the record's marker leads nowhere"] = s => Word(s, s.Xen!.Frames[^1].Fp, Wild),
        ["the record's marker leads to itself"] = s => Word(s, s.Xen!.Frames[^1].Fp, ~s.Xen.Frames[^1].Fp),
    };

    public static TheoryData<string, int> EachXen()
    {
        var data = new TheoryData<string, int>();
        foreach (string lie in XenLies.Keys)
            foreach (int wordSize in new[] { 32, 64 }) data.Add(lie, wordSize);
        return data;
    }

    [Theory, MemberData(nameof(EachXen))]
    public void What_is_intact_of_the_hypervisor_is_still_shown(string lie, int wordSize)
    {
        var scenario = BuiltDump.BuildXen(false, wordSize, wordSize == 32 ? 0 : 4, wordSize == 32 ? 1 : 3, 500 + lie.Length);
        XenLies[lie](scenario);
        using var target = BuiltDump.Open(scenario);
        Look(target);
        Assert.Equal(scenario.Threads.Count, target.Kernel!.Threads.Count);
        Assert.Equal(scenario.Cpus.Count, target.Kernel.Cpus.Count);
        Assert.StartsWith(scenario.Message!.Trim().TrimEnd(':'), target.Panic.Message, StringComparison.Ordinal);
        var stack = BuiltDump.StackOf(target.Threads[0]);
        ulong[] shown = [.. stack.Frames.Select(f => f.Pc.Value)];
        Assert.Equal(scenario.Xen!.Frames.Select(f => f.Pc).First(), shown.FirstOrDefault());
        if (lie.StartsWith("the record's", StringComparison.Ordinal) || lie is "the module is gone" or "the module's symbols are nowhere") return;
        Assert.Subset(shown.ToHashSet(), scenario.Xen.Frames.Concat(scenario.Xen.Guest).Select(f => f.Pc).ToHashSet());
    }

    /// <summary>What a user would look at first.</summary>
    private static void Look(DumpTarget target)
    {
        var cancel = TestContext.Current.CancellationToken;
        foreach (string command in (string[])["info", "findings", "stack", "threads all", "console", "registers", "print *(kthread_t *)t0"])
            foreach (var line in TextCommands.Run(target, command, cancel: cancel)) Assert.NotNull(line.Text);
        foreach (var thread in target.Threads.Concat(target.MoreThreads))
            foreach (var line in StackReport.Lines(thread, new StackReportOptions { Locals = true }, cancel)) Assert.NotNull(line.Text);
        foreach (var cpu in target.Kernel!.Cpus) Assert.NotNull(cpu.Queues);
        _ = target.Kernel.Messages;
        _ = target.Kernel.Processes;
    }

    private static void Word(SolarisKernelScenario s, ulong at, ulong value) => s.Kernel.Memory.WordAt(at, value);

    private static void Module(SolarisKernelScenario s, int index, string member, ulong value) => s.Kernel.Memory.Set("modctl", s.Modules[index].Control, member, value);

    private static void Structure(SolarisKernelScenario s, int index, string member, ulong value) => s.Kernel.Memory.Set("module", s.Modules[index].Structure, member, value);

    private static void EachStructure(SolarisKernelScenario s, string member, ulong value)
    {
        for (int i = 0; i < s.Modules.Count; i++) Structure(s, i, member, value);
    }

    private static void Thread(SolarisKernelScenario s, int index, string member, ulong value) => Thread(s, s.Threads[index], member, value);

    private static void Thread(SolarisKernelScenario s, BuiltThread thread, string member, ulong value) => s.Kernel.Memory.Set("_kthread", thread.Address, member, value);

    private static void EachThread(SolarisKernelScenario s, string member, ulong value)
    {
        foreach (var thread in s.Threads) Thread(s, thread, member, value);
    }

    private static void Cpu(SolarisKernelScenario s, int index, string member, ulong value) => s.Kernel.Memory.Set("cpu", s.Cpus[index].Address, member, value);

    private static void Process(SolarisKernelScenario s, int index, string member, ulong value) => s.Kernel.Memory.Set("proc", s.Processes[index].Address, member, value);

    private static void EachProcess(SolarisKernelScenario s, string member, ulong value)
    {
        foreach (var process in s.Processes) s.Kernel.Memory.Set("proc", process.Address, member, value);
    }

    private static void Loop(SolarisKernelScenario s)
    {
        var queue = s.Cpus.First(c => c.Queue.Count > 0).Queue;
        Thread(s, queue[^1], "t_link", queue[0].Address);
        Thread(s, queue[0], "t_link", queue[0].Address);
    }

    private static void Talk(SolarisKernelScenario s)
    {
        ulong queue = s.Kernel.Memory.ReadWord(s.Kernel.Genunix["log_recentq"]), first = s.Kernel.Memory.ReadWord(s.Kernel.Memory.Place("queue", queue, "q_first"));
        s.Kernel.Memory.Set("msgb", first, "b_next", first);
    }

    private static void Info(SolarisKernelScenario s, string member, ulong value) => s.Kernel.Memory.Set("panic_info", s.Kernel.Memory.ReadWord(s.Kernel.Unix["xpv_panic_info"]), member, value);

    private static void Domain(SolarisKernelScenario s, int index, string member, ulong value) => Xen(s, "domain", s.Xen!.Domains[index].Address, member, value);

    private static void Xen(SolarisKernelScenario s, string type, ulong at, string member, ulong value)
    {
        var place = KernelFacts.Xen(s.Kernel.Options.WordSize, s.Kernel.Options.WordSize == 32 ? 0 : 4)[type][member];
        s.Kernel.Memory.WordAt(at + (ulong)place.Offset, value);
    }
}
