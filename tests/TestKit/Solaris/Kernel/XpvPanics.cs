using System.Globalization;

namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>Panics of Solaris' hypervisor: dom0 runs over its stack, or Xen faults in a call that dom0 made; and a panic of dom0's own on Xen.</summary>
public static class XpvPanics
{
    private const int PageFault = 14, HypercallVector = 0x100;

    /// <summary>What crashes a domain, and with dom0 the machine (xen/arch/x86/traps.c, xen/common/domain.c, shutdown.c).</summary>
    private static readonly string[] Crash = ["__domain_crash_synchronous", "__domain_crash", "domain_shutdown", "dom0_shutdown", "panic"];

    /// <summary>A thread of dom0's runs over its stack: Xen cannot give it the fault and crashes it, and with it the machine.</summary>
    /// <param name="options">dom0.</param>
    /// <param name="minor">Of Xen 3.</param>
    /// <param name="version">Of <c>struct panic_info</c>.</param>
    public static SolarisKernelScenario Overflow(SolarisKernelOptions options, int minor, int version)
    {
        var kernel = new SolarisKernelBuilder(options with { IsXpv = true });
        var xen = new XpvMachineBuilder(kernel, minor);
        var code = kernel.Functions.Code;
        KernelFunction[] crash = [.. Crash.Select(n => code.Define("xpv", n))];
        code.Chain(crash);
        Others(kernel);
        var entry = code.DefineRaw("xpv", "create_bounce_frame", [.. Enumerable.Repeat((byte)0x90, 40)]);
        var events = code.DefineRaw("xpv", "test_all_events", [0xfa, 0x90, 0xe8, 0, 0, 0, 0, 0x90, 0xf4], (7, entry));
        var deep = new DeepStack(kernel);
        kernel.Start();
        deep.Fill();
        xen.MakeDomains();

        var vcpu = xen.Domains[0].Vcpus[deep.Thread.Cpu];
        vcpu = Run(xen, vcpu);
        ulong top = xen.CpuInfo(vcpu.Processor), fp = deep.Stack.Fp, sp = deep.Sp;
        Guest(kernel, xen, top, deep.Pc, fp, sp, PageFault, 2);
        ulong saved = top + (kernel.Is64 ? 0x20UL : 0x14), word = (ulong)xen.Memory.Word, cr2, noReturn = 0;
        ulong bottom = top - word;
        xen.Memory.WordAt(bottom, events.Address + 7);
        if (kernel.Is64)
        {
            cr2 = (sp & ~15UL) - 8;
        }
        else
        {
            // The text for printk() is pushed, and then the function is jumped to, not called.
            noReturn = xen.Module.Variable("crash_text", 64);
            xen.Memory.Text(noReturn, "domain_crash_sync called from entry.S (%lx)\n");
            bottom -= word;
            xen.Memory.WordAt(bottom, noReturn + 1);
            noReturn++;
            cr2 = sp - 12;
        }

        var stack = Marker(xen, crash[0], bottom - word, saved);
        foreach (var function in crash.Skip(1)) stack.Call(function);
        string text = $"Xen panic[cpu{vcpu.Processor}]/vcpu=0x{vcpu.Address:x}: Domain 0 crashed: ";
        return Done(kernel, xen, deep.Thread, vcpu, stack, version, text, cr2) with
        {
            Name = "dom0 stack overflow under Xen",
            FaultPc = deep.Pc,
            FaultAddress = deep.FaultAddress,
            Xen = Side(xen, vcpu, stack.Frames(), [], deep.Stack.Frames()) with { NoReturn = noReturn, Cr2 = cr2 },
        };
    }

    /// <summary>A call that dom0 makes faults in Xen: two exceptions on Xen's stack, one of Xen's own and the call.</summary>
    public static SolarisKernelScenario FaultInXen(SolarisKernelOptions options, int minor, int version)
    {
        var kernel = new SolarisKernelBuilder(options with { IsXpv = true });
        var xen = new XpvMachineBuilder(kernel, minor);
        var code = kernel.Functions.Code;
        KernelFunction[] calls = [code.Define("xpv", "do_memory_op"), .. Enumerable.Range(0, kernel.Random.Next(2, 5)).Select(_ => code.Define("xpv", $"{kernel.Names.Next()}_page"))];
        KernelFunction[] death = [code.Define("xpv", "do_page_fault"), code.Define("xpv", "fatal_trap"), code.Define("xpv", "panic")];
        code.Chain(calls);
        code.Chain(death);
        Others(kernel);

        // mov 0x28(%rcx),%rdx or mov 0x28(%ebx),%edx in Xen; int $0x82 or syscall in dom0.
        calls[^1].Mark = kernel.Is64 ? [0x48, 0x8b, 0x51, 0x28] : [0x8b, 0x53, 0x28];
        var hypercall = code.DefineRaw("xpv", "hypercall", [0xfb, 0x90, 0xff, 0x14, 0xc5, 0, 0, 0, 0, 0x90, 0x90, 0xf4]);
        var handler = code.DefineRaw("xpv", "handle_exception", [0xfc, 0x90, 0xff, 0x14, 0xc5, 0, 0, 0, 0, 0x90, 0x90, 0xf4]);
        const int Return = 9;
        var chain = kernel.Functions.Depths[0];
        var enter = code.Define("unix", "HYPERVISOR_memory_op", 2);
        enter.Mark = kernel.Is64 ? [0x0f, 0x05] : [0xcd, 0x82];
        KernelCode.Call(chain[^1], enter);
        kernel.Start();
        var thread = PlainPanics.Runs(kernel, [.. chain, enter], out var dom0);
        xen.MakeDomains();
        var vcpu = Run(xen, xen.Domains[0].Vcpus[thread.Cpu]);
        ulong pc = enter.Address + (ulong)enter.MarkAt + 2, top = xen.CpuInfo(vcpu.Processor), word = (ulong)xen.Memory.Word;
        dom0.At(pc);
        Guest(kernel, xen, top, pc, dom0.Fp, dom0.Sp, kernel.Is64 ? HypercallVector : 0, kernel.Is64 ? 0 : 12);
        ulong link = kernel.Is64 ? 0x20UL : 0x14;
        xen.Memory.WordAt(top - word, hypercall.Address + Return);
        var called = Marker(xen, calls[0], top - (2 * word), top + link);
        foreach (var function in calls.Skip(1)) called.Call(function);
        ulong bad = (ulong)kernel.Random.Next(1, 500) * 8, fault = calls[^1].Address + (ulong)calls[^1].MarkAt;
        called.At(fault);

        // Where the privilege stays i386 saves neither stack pointer nor ss; amd64 saves both.
        ulong record = kernel.Is64 ? (called.Sp & ~15UL) - 168 : called.Sp - 44;
        xen.Registers(record, ("error_code", 0), ("entry_vector", PageFault), (kernel.Is64 ? "rip" : "eip", fault), ("cs", kernel.Is64 ? 0xe010UL : 0xe008), (kernel.Is64 ? "rflags" : "eflags", 0x10246), (kernel.Is64 ? "rbp" : "ebp", called.Fp), (kernel.Is64 ? "rcx" : "ebx", bad));
        if (kernel.Is64) xen.Registers(record, ("rsp", called.Sp), ("ss", 0));
        ulong below = record - word;
        if (!kernel.Is64) xen.Memory.WordAt(below, record);
        if (!kernel.Is64) below -= word;
        xen.Memory.WordAt(below, handler.Address + Return);
        var stack = Marker(xen, death[0], below - word, record + link);
        foreach (var function in death.Skip(1)) stack.Call(function);
        string text = $"Xen panic[cpu{vcpu.Processor}]/vcpu=0x{vcpu.Address:x}: FATAL PAGE FAULT\n[error_code=0000]\nFaulting linear address: {(bad + 0x28).ToString("x", CultureInfo.InvariantCulture)}";
        return Done(kernel, xen, thread, vcpu, stack, version, text, bad + 0x28) with
        {
            Name = "fault in Xen",
            FaultPc = fault,
            FaultAddress = bad + 0x28,
            Xen = Side(xen, vcpu, stack.Frames(), called.Frames(), dom0.Frames()) with { Cr2 = bad + 0x28 },
        };
    }

    /// <summary>dom0 panics on its own: of Xen's memory the dump has one page, which both share.</summary>
    public static SolarisKernelScenario PlainDom0(SolarisKernelOptions options)
    {
        var scenario = PlainPanics.NullPointer(options with { IsXpv = true });
        var memory = scenario.Kernel.Memory;
        ulong page = memory.Reserve(1);
        scenario.Image.Map(memory.Kas, page, scenario.Image.ForeignBit | 0x3_4567);
        return scenario with { Name = "panic of dom0" };
    }

    /// <summary>Functions that have nothing to do with it.</summary>
    private static void Others(SolarisKernelBuilder kernel)
    {
        for (int i = 0; i < 12; i++) kernel.Functions.Code.Define("xpv", kernel.Names.Next(3));
    }

    /// <summary>Makes a vcpu run on its CPU.</summary>
    private static BuiltVcpu Run(XpvMachineBuilder xen, BuiltVcpu vcpu)
    {
        var running = vcpu with { RunState = 0 };
        xen.Memory.Set("vcpu_runstate_info", xen.Memory.Place("vcpu", vcpu.Address, "runstate"), "state", 0);
        xen.Memory.Set("cpu_info", xen.CpuInfo(vcpu.Processor), "current_vcpu", vcpu.Address);
        if (vcpu.RunState != 0) xen.StopIdle(vcpu.Processor);
        foreach (var other in xen.Domains[0].Vcpus.Where(v => v.Address != vcpu.Address && v.RunState == 2)) xen.Block(other);
        xen.Domains[0] = xen.Domains[0] with { Vcpus = [.. xen.Domains[0].Vcpus.Select(v => v.Address == vcpu.Address ? running : v)] };
        return running;
    }

    /// <summary>The registers of dom0 at the bottom of Xen's stack.</summary>
    private static void Guest(SolarisKernelBuilder kernel, XpvMachineBuilder xen, ulong at, ulong pc, ulong fp, ulong sp, int vector, int error)
    {
        if (kernel.Is64) xen.Registers(at, ("rip", pc), ("rbp", fp), ("rsp", sp), ("cs", 0xe033), ("ss", 0xe02b), ("rflags", 0x10246), ("entry_vector", (ulong)vector), ("error_code", (ulong)error), ("rbx", 0x16), ("rax", kernel.Memory.Kas));
        else xen.Registers(at, ("eip", pc), ("ebp", fp), ("esp", sp), ("cs", 0x159), ("ss", 0x161), ("ds", 0x161), ("es", 0x161), ("gs", 0x1b1), ("eflags", 0x10246), ("entry_vector", (ulong)vector), ("error_code", (ulong)error), ("ebx", 0x16), ("eax", 0));
    }

    /// <summary>A stack whose outermost frame points, inverted, at the frame pointer that an exception saved.</summary>
    private static KernelStack Marker(XpvMachineBuilder xen, KernelFunction function, ulong fp, ulong saved)
    {
        xen.Memory.WordAt(fp, ~saved & (xen.Memory.Word == 8 ? ulong.MaxValue : uint.MaxValue));
        return new KernelStack(xen.Memory, function, fp, fp - (ulong)function.FrameBytes);
    }

    private static XpvSide Side(XpvMachineBuilder xen, BuiltVcpu vcpu, IReadOnlyList<ExpectedFrame> frames, IReadOnlyList<ExpectedFrame> nested, IReadOnlyList<ExpectedFrame> guest) => new()
    {
        Module = xen.Module,
        Cpus = xen.Cpus,
        PhysicalCpu = vcpu.Processor,
        Vcpu = vcpu,
        Domains = xen.Domains,
        Version = xen.Version,
        Frames = frames,
        Nested = nested,
        Guest = guest,
    };

    /// <summary><c>struct panic_info</c>, <c>xenver</c>, and what dom0 keeps of the panic.</summary>
    private static SolarisKernelScenario Done(SolarisKernelBuilder kernel, XpvMachineBuilder xen, BuiltThread thread, BuiltVcpu vcpu, KernelStack stack, int version, string text, ulong cr2)
    {
        var memory = kernel.Memory;
        var panic = stack.Function;
        ulong pc = panic.Address + (ulong)panic.BodyAt, format = xen.Module.Variable("panic_format", 64), registers = xen.Allocate(memory.Facts["regs"].Bytes), info = xen.Allocate(memory.Facts["panic_info"].Bytes);
        stack.At(pc);
        xen.Memory.Text(format, "%s");
        var regs = TrapRegisters.WriteHypervisor(memory, registers, pc, stack.Fp, stack.Sp, kernel.Random);
        memory.Set("panic_info", info, "pi_version", (ulong)version).Set("panic_info", info, "pi_regs", registers).Set("panic_info", info, "pi_panicstr", format).Set("panic_info", info, "pi_stktop", xen.StackTop(vcpu.Processor));
        memory.Set("panic_info", info, "pi_domain", xen.Domains[0].Address).Set("panic_info", info, "pi_vcpu", vcpu.Address).Set("panic_info", info, "pi_dom0cpu", (ulong)thread.Cpu);
        memory.Set("panic_info", info, "pi_ram_start", kernel.Is64 ? 0xffff_8300_0000_0000 : 0xff00_0000).Set("panic_info", info, "pi_ram_end", kernel.Is64 ? 0xffff_8300_8000_0000 : 0xffc0_0000);
        memory.WordAt(kernel.Unix.Variable("xpv_panic_info", memory.Word, isLocal: true), info);
        memory.Number(kernel.Unix.Variable("xpv_panicking", 4), 1, 4);
        memory.WordAt(kernel.Unix.Variable("xen_virt_start", memory.Word), xen.Start);
        memory.WordAt(kernel.Unix.Variable("xpv_end", memory.Word), kernel.Is64 ? 0xffff_8800_0000_0000 : 0xffff_fffb);
        Xenver(kernel, xen);
        new PanicWriter(kernel).Write(thread, text, format, name => regs[name], registers, cr2, 0xbe_1d00);
        kernel.Messages.Add(text.TrimEnd() + "\n");
        xen.Finish();
        kernel.Finish();

        // What both share, mapped among dom0's own and recorded last.
        ulong page = memory.Reserve(1);
        kernel.Image.Map(memory.Kas, page, kernel.Image.FreeForeignPfn());
        string header = text.Length > 200 ? text[..200] : text;
        return new SolarisKernelScenario { Name = "", Image = kernel.Image, Kernel = kernel, Settings = PlainPanics.SettingsOf(kernel, header), Panicking = thread, Message = text, Frames = stack.Frames() };
    }

    /// <summary>In 2007 pointers to texts; since 2008 the texts, twice: of the Xen that booted and of the one that runs.</summary>
    private static void Xenver(SolarisKernelBuilder kernel, XpvMachineBuilder xen)
    {
        var memory = kernel.Memory;
        int bytes = memory.Facts["xenver"].Bytes;
        string[] numbers = xen.Version.Split('.', 3);
        if (kernel.Options.Is2007)
        {
            ulong at = kernel.Unix.Variable("xenver", bytes);
            string[] texts = [xen.Version, "Mon Jan 1 00:00:00 2007 12345", "gcc version 3.4.3", "Sun Apr 1 12:00:00 2007", "kit", "example.org", "xen-3.0-x86_32p"];
            for (int i = 0; i < texts.Length; i++) memory.WordAt(at + (ulong)(i * memory.Word), memory.NewText(texts[i]));
            return;
        }

        ulong both = kernel.Unix.Variable("xenver", 2 * bytes);
        for (int i = 0; i < 2; i++)
        {
            ulong at = both + (ulong)(i * bytes), build = memory.Place("xenver", at, "xv_build");
            memory.Set("xenver", at, "xv_major", 3).Set("xenver", at, "xv_minor", ulong.Parse(numbers[1], CultureInfo.InvariantCulture)).Set("xenver", at, "xv_revision", 0);
            memory.SetText("xenver", at, "xv_ver", "." + numbers[2]).SetText("xenver", at, "xv_chgset", "kit").SetText("xenver", at, "xv_caps", "xen-3.0-x86_64 xen-3.0-x86_32p");
            memory.Text(build, "gcc version 3.4.3");
        }
    }
}
