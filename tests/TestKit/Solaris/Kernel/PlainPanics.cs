namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>Panics without a hypervisor's: traps in modules, called panics, an overflow, and a dump of a machine that still runs.</summary>
public static class PlainPanics
{
    private const int PageFault = 14, ProtectionFault = 13, DoubleFault = 8;

    /// <summary>A null pointer to a structure in a loadable module, in a system call of a user's process.</summary>
    public static SolarisKernelScenario NullPointer(SolarisKernelOptions options)
    {
        ulong offset = 8 + ((ulong)(options.Seed % 14) * 8);
        return Fault(options, "null pointer", 0, offset, $"occurred in module \"{{0}}\" due to a NULL pointer dereference");
    }

    /// <summary>A pointer out of memory that was freed in a kernel that checks its heap: 0xdeadbeef.</summary>
    public static SolarisKernelScenario FreedMemory(SolarisKernelOptions options) => options.WordSize == 64
        ? Fault(options, "freed memory", 0xdead_beef_dead_beef, 0x10, "addr=0 occurred in module \"{0}\" due to an illegal access to a user address", ProtectionFault)
        : Fault(options, "freed memory", 0xdead_beef, 0x10, "occurred in module \"{0}\" due to an illegal access to a user address");

    /// <summary>An address that only a user's process may have.</summary>
    public static SolarisKernelScenario UserAddress(SolarisKernelOptions options) =>
        Fault(options, "user address", options.WordSize == 64 ? 0x0000_7f13_5a02_0000UL : 0x0806_2000UL, 0x18, "occurred in module \"{0}\" due to an illegal access to a user address");

    /// <summary>A function calls panic itself.</summary>
    public static SolarisKernelScenario Called(SolarisKernelOptions options)
    {
        var kernel = new SolarisKernelBuilder(options);
        var functions = kernel.Functions;
        var chain = functions.Depths[kernel.Random.Next(functions.Depths.Count)];
        KernelCode.Call(chain[^1], functions.Panic);
        kernel.Start();
        var thread = Runs(kernel, chain, out var stack);
        string text = $"{kernel.Names.Next()}: bad state {kernel.Random.Next(10_000)}";
        ulong format = kernel.Memory.NewText("%s: bad state %d");
        stack.Call(functions.Panic, format).Call(functions.Vpanic).At(functions.Vpanic.Address);
        var regs = TrapRegisters.WriteCalled(kernel.Memory, stack.Sp, functions.Vpanic.Address, stack.Fp, stack.Sp, kernel.Random, options.IsXpv);
        Stop(kernel, thread);
        new PanicWriter(kernel).Write(thread, text, format, name => regs[name], regs.At, 0, 0x1a_5000);
        return Done(kernel, "called panic", thread, text) with { Frames = stack.Frames() };
    }

    /// <summary>A kernel thread's stack is too small for what it calls: the page below is not mapped, and the fault cannot be pushed.</summary>
    public static SolarisKernelScenario Overflow(SolarisKernelOptions options)
    {
        var kernel = new SolarisKernelBuilder(options);
        var deep = new DeepStack(kernel);
        kernel.Start();
        deep.Fill();
        var (thread, stack, pc, fault) = (deep.Thread, deep.Stack, deep.Pc, deep.FaultAddress);
        var elsewhere = kernel.Memory.AllocatePages(2) + (2 * SolarisMemoryImage.PageSize) - 512;
        var regs = TrapRegisters.WriteKernel(kernel.Memory, stack, pc, kernel.Random, options.IsXpv, elsewhere, ("trapno", DoubleFault), ("err", 0), kernel.Is64 ? ("rsp", deep.Sp) : ("esp", deep.Sp), kernel.Is64 ? ("ss", 0x38UL) : ("uesp", deep.Sp), kernel.Is64 ? ("cs", 0x30UL) : ("ss", 0x160UL));
        string text = $"BAD TRAP: type=8 (#df Double fault) rp={regs.At:x} addr={(kernel.Is64 ? 0 : fault):x}";
        Stop(kernel, thread);
        new PanicWriter(kernel).Write(thread, text, kernel.Memory.NewText("BAD TRAP: type=%x (%s %s) rp=%p addr=%p"), name => regs[name], regs.At, fault, 0x1a_5000);
        return Done(kernel, "stack overflow", thread, text) with { Frames = stack.Frames(), FaultPc = pc, FaultAddress = fault, FaultRegister = kernel.Is64 ? "rsp" : "esp" };
    }

    /// <summary>A dump of a machine that went on.</summary>
    public static SolarisKernelScenario Live(SolarisKernelOptions options)
    {
        var kernel = new SolarisKernelBuilder(options);
        kernel.Start();
        new PanicWriter(kernel).Write(null, "", 0, _ => 0, 0, 0, 0);
        kernel.Messages.Add("nothing to complain of\n");
        kernel.Finish();
        return new SolarisKernelScenario { Name = "live", Image = kernel.Image, Kernel = kernel, Settings = SettingsOf(kernel, "") with { IsLive = true } };
    }

    /// <summary>A lock at NULL: <c>mutex_enter</c> is written by hand, makes no frame, and was called by who is to blame.</summary>
    public static SolarisKernelScenario Lock(SolarisKernelOptions options) => Leave(options, "lock at null", kernel =>
    {
        // mov %gs:0x18,%rdx; xor %eax,%eax; lock cmpxchg %rdx,(%rdi); jne; ret and mov %gs:0x10,%edx; mov 4(%esp),%ecx; xor %eax,%eax; lock cmpxchg %edx,(%ecx); jne; ret.
        var (code, at) = kernel.Is64
            ? (new byte[] { 0x65, 0x48, 0x8b, 0x14, 0x25, 0x18, 0, 0, 0, 0x31, 0xc0, 0xf0, 0x48, 0x0f, 0xb1, 0x17, 0x75, 0x01, 0xc3, 0x0f, 0x0b }, 11)
            : ([0x65, 0x8b, 0x15, 0x10, 0, 0, 0, 0x8b, 0x4c, 0x24, 0x04, 0x31, 0xc0, 0xf0, 0x0f, 0xb1, 0x11, 0x75, 0x01, 0xc3, 0x0f, 0x0b], 13);
        return (kernel.Functions.Code.DefineRaw("unix", "mutex_enter", code), at);
    }, kernel => kernel.Is64 ? "rdi" : "ecx", error: 2);

    /// <summary>A call through a pointer to a function that is NULL.</summary>
    public static SolarisKernelScenario NullFunction(SolarisKernelOptions options) => Leave(options, "null function", _ => (null, 0), _ => "rax", error: 0x10);

    /// <summary>Code that has no frame, called by a module's function: the return address is right at the stack pointer.</summary>
    private static SolarisKernelScenario Leave(SolarisKernelOptions options, string name, Func<SolarisKernelBuilder, (KernelFunction? Function, int At)> define, Func<SolarisKernelBuilder, string> register, ulong error)
    {
        var kernel = new SolarisKernelBuilder(options);
        var functions = kernel.Functions;
        var chain = functions.Depths[kernel.Random.Next(functions.Depths.Count)];
        var (leaf, at) = define(kernel);
        var callee = leaf ?? functions.Code.DefineRaw("unix", "nobody", [0xc3]);
        KernelCode.Call(chain[^1], callee, indirect: leaf is null);
        kernel.Start();
        var thread = Runs(kernel, chain, out var stack);
        ulong @return = chain[^1].Address + (ulong)chain[^1].CallOf(callee).Return, sp = stack.Sp - (ulong)kernel.Memory.Word, pc = leaf is null ? 0 : leaf.Address + (ulong)at;
        stack.At(@return);
        var frames = stack.Frames();
        kernel.Memory.WordAt(sp, @return);
        stack.Move(sp);
        var regs = TrapRegisters.WriteKernel(kernel.Memory, stack, pc, kernel.Random, options.IsXpv, null, [("trapno", PageFault), ("err", error), .. kernel.Is64 || leaf is not null ? new[] { (register(kernel), 0UL) } : []]);
        string text = $"BAD TRAP: type=e (#pf Page fault) rp={regs.At:x} addr=0 occurred in module \"{(leaf is null ? "<unknown>" : leaf.Module)}\" due to a NULL pointer dereference";
        ulong info = kernel.Memory.New("panic_trap_info");
        kernel.Memory.Set("panic_trap_info", info, "trap_regs", regs.At).Set("panic_trap_info", info, "trap_type", PageFault);
        kernel.Memory.Set("_kthread", thread.Address, "t_panic_trap", info);
        Stop(kernel, thread);
        ulong uesp = kernel.Is64 ? 0 : kernel.Memory.ReadWord(regs.At + 76), ss = kernel.Is64 ? 0 : kernel.Memory.ReadWord(regs.At + 80);
        new PanicWriter(kernel).Write(thread, text, kernel.Memory.NewText("BAD TRAP: type=%x (%s %s) rp=%p addr=%p"), n => !kernel.Is64 && n == "uesp" ? uesp : !kernel.Is64 && n == "ss" ? ss : regs[n], regs.At, 0, 0x1a_5000);
        return Done(kernel, name, thread, text) with { Frames = frames, FaultPc = pc, FaultRegister = leaf is null ? "" : register(kernel) };
    }

    /// <summary>A driver's interrupt handler faults, on the stack of an interrupt thread that pins a thread of a user's process.</summary>
    public static SolarisKernelScenario Interrupt(SolarisKernelOptions options)
    {
        var kernel = new SolarisKernelBuilder(options);
        var functions = kernel.Functions;
        var code = functions.Code;
        string module = functions.Depths[kernel.Random.Next(functions.Depths.Count)][^1].Module;
        KernelFunction[] handling = [code.Define("unix", "dispatch_hardint", 2), code.Define("unix", "av_dispatch_autovect", 1), code.Define(module, $"{module}_intr", 2)];
        code.Chain(handling);
        handling[^1].Mark = kernel.Is64 ? [0x48, 0x8b, 0x51, 0x20] : [0x8b, 0x53, 0x20];
        kernel.Start();
        var pinned = Runs(kernel, functions.Depths[0], out var stack);
        var cpu = kernel.Cpus[pinned.Cpu];
        var thread = kernel.Tasks.KernelThread(kernel.Processes[0], null, BuiltThreadState.OnProc, 166);
        thread.Cpu = cpu.Id;
        cpu.Running = thread;
        kernel.Memory.Set("_kthread", thread.Address, "t_intr", pinned.Address).Set("_kthread", thread.Address, "t_pil", 6);
        ulong pc = stack.Function.Address + (ulong)stack.Function.BodyAt;
        var interrupted = TrapRegisters.WriteKernel(kernel.Memory, stack, pc, kernel.Random, options.IsXpv, null, ("trapno", 0x20), ("err", 0));
        stack.Trap(functions.Interrupt, pc, interrupted.At).Move(thread.StackTop);
        stack.CallFrom(functions.InterruptReturn, handling[0], 0, 0, 0);
        foreach (var function in handling.Skip(1)) stack.Call(function);
        ulong fault = handling[^1].Address + (ulong)handling[^1].MarkAt;
        stack.At(fault);
        string register = kernel.Is64 ? "rcx" : "ebx";
        var regs = TrapRegisters.WriteKernel(kernel.Memory, stack, fault, kernel.Random, options.IsXpv, null, (register, 0), ("trapno", PageFault), ("err", 0));
        string text = $"BAD TRAP: type=e (#pf Page fault) rp={regs.At:x} addr=20 occurred in module \"{module}\" due to a NULL pointer dereference";
        ulong info = kernel.Memory.New("panic_trap_info");
        kernel.Memory.Set("panic_trap_info", info, "trap_regs", regs.At).Set("panic_trap_info", info, "trap_type", PageFault).Set("panic_trap_info", info, "trap_addr", 0x20);
        kernel.Memory.Set("_kthread", thread.Address, "t_panic_trap", info);
        Stop(kernel, thread);
        ulong uesp = kernel.Is64 ? 0 : kernel.Memory.ReadWord(regs.At + 76), ss = kernel.Is64 ? 0 : kernel.Memory.ReadWord(regs.At + 80);
        new PanicWriter(kernel).Write(thread, text, kernel.Memory.NewText("BAD TRAP: type=%x (%s %s) rp=%p addr=%p"), n => !kernel.Is64 && n == "uesp" ? uesp : !kernel.Is64 && n == "ss" ? ss : regs[n], regs.At, 0x20, 0x1a_5000);
        return Done(kernel, "interrupt", thread, text) with { Frames = stack.Frames(), FaultPc = fault, FaultAddress = 0x20, FaultRegister = register };
    }

    /// <summary>A load through a register that holds <paramref name="pointer"/>, at <paramref name="offset"/>.</summary>
    private static SolarisKernelScenario Fault(SolarisKernelOptions options, string name, ulong pointer, ulong offset, string why, int trap = PageFault)
    {
        var kernel = new SolarisKernelBuilder(options);
        var functions = kernel.Functions;
        var chain = functions.Depths[kernel.Random.Next(functions.Depths.Count)];
        var guilty = chain[^1];

        // mov offset(%rcx),%rdx or mov offset(%ebx),%edx.
        string register = kernel.Is64 ? "rcx" : "ebx";
        guilty.Mark = kernel.Is64 ? [0x48, 0x8b, 0x51, (byte)offset] : [0x8b, 0x53, (byte)offset];
        kernel.Start();
        var thread = Runs(kernel, chain, out var stack);
        ulong pc = guilty.Address + (ulong)guilty.MarkAt, address = unchecked(pointer + offset);
        if (!kernel.Is64) address &= uint.MaxValue;
        stack.At(pc);
        var frames = stack.Frames();
        var regs = TrapRegisters.WriteKernel(kernel.Memory, stack, pc, kernel.Random, options.IsXpv, null, (register, pointer), ("trapno", (ulong)trap), ("err", 0));
        string text = $"BAD TRAP: type={trap:x} ({(trap == PageFault ? "#pf Page fault" : "#gp General protection")}) rp={regs.At:x} addr={(trap == PageFault ? address : 0):x} {why.Replace("{0}", guilty.Module, StringComparison.Ordinal)}";
        ulong format = kernel.Memory.NewText("BAD TRAP: type=%x (%s %s) rp=%p addr=%p occurred in module \"%s\" due to %s");
        stack.Trap(functions.TrapEntry, pc, regs.At).CallFrom(functions.TrapReturn, functions.Trap, kernel.Is64 ? 0 : 3, regs.At, address, (ulong)thread.Cpu);
        stack.Call(functions.Die, (ulong)trap, regs.At, address, (ulong)thread.Cpu).Call(functions.Panic, format).Call(functions.Vpanic).At(functions.Vpanic.Address);
        var called = TrapRegisters.WriteCalled(kernel.Memory, stack.Sp, functions.Vpanic.Address, stack.Fp, stack.Sp, kernel.Random, options.IsXpv);
        ulong info = kernel.Memory.New("panic_trap_info");
        kernel.Memory.Set("panic_trap_info", info, "trap_regs", regs.At).Set("panic_trap_info", info, "trap_type", (ulong)trap).Set("panic_trap_info", info, "trap_addr", address);
        kernel.Memory.Set("_kthread", thread.Address, "t_panic_trap", info);
        Stop(kernel, thread);
        ulong uesp = kernel.Is64 ? 0 : kernel.Memory.ReadWord(regs.At + 76), ss = kernel.Is64 ? 0 : kernel.Memory.ReadWord(regs.At + 80);
        new PanicWriter(kernel).Write(thread, text, format, n => !kernel.Is64 && n == "uesp" ? uesp : !kernel.Is64 && n == "ss" ? ss : regs[n], called.At, trap == PageFault ? address : 0, 0x1a_5000);
        return Done(kernel, name, thread, text) with { Frames = frames, FaultPc = pc, FaultAddress = address, FaultRegister = register };
    }

    /// <summary>A thread of a user's process that runs on a CPU, in a chain of calls.</summary>
    internal static BuiltThread Runs(SolarisKernelBuilder kernel, KernelFunction[] chain, out KernelStack stack)
    {
        var thread = kernel.Tasks.UserThread(kernel.Processes[^1], BuiltThreadState.OnProc, 59);
        thread.Cpu = kernel.Random.Next(kernel.Cpus.Count);
        kernel.Cpus[thread.Cpu].Running = thread;
        stack = kernel.Tasks.EnterSystemCall(thread, chain);
        return thread;
    }

    /// <summary>The other CPUs stop: an interrupt on their idle threads' stacks ends in panic_idle(), which saves where it is.</summary>
    internal static void Stop(SolarisKernelBuilder kernel, BuiltThread panicking)
    {
        var functions = kernel.Functions;
        foreach (var cpu in kernel.Cpus.Where(c => c.Id != panicking.Cpu))
        {
            var thread = cpu.Running;
            var stack = kernel.Tasks.StackOf(thread);
            ulong pc = stack.Function.Address + (ulong)stack.Function.BodyAt;
            var regs = TrapRegisters.WriteKernel(kernel.Memory, stack, pc, kernel.Random, kernel.Options.IsXpv, null, ("trapno", 0xf0), ("err", 0));
            stack.Trap(functions.Interrupt, pc, regs.At);
            if (cpu.Id % 2 == 1) stack.Move(cpu.InterruptStack);
            stack.CallFrom(functions.InterruptReturn, functions.Code["unix`xc_serv"], 0, 0, 0).Call(functions.PanicIdle);

            // setjmp() saves where its own return address is, and that address as the pc.
            ulong idle = functions.PanicIdle.Address + (ulong)functions.PanicIdle.CallOf(functions.Setjmp).Return, sp = stack.Sp - (ulong)kernel.Memory.Word;
            kernel.Memory.WordAt(sp, idle);
            thread.Frames = stack.At(idle).Frames();
            kernel.Tasks.Save(thread, [idle, sp, stack.Fp]);
            cpu.Flags = 0x1f;
        }

        panicking.Frames = [];
    }

    private static SolarisKernelScenario Done(SolarisKernelBuilder kernel, string name, BuiltThread thread, string text)
    {
        kernel.Messages.Add($"SunOS Release 5.11 Version {kernel.Version}\n");
        kernel.Messages.Add($"panic[cpu{thread.Cpu}]/thread={thread.Address:x}: {text}\n");
        kernel.Finish();
        return new SolarisKernelScenario { Name = name, Image = kernel.Image, Kernel = kernel, Settings = SettingsOf(kernel, text), Panicking = thread, Message = text };
    }

    internal static SolarisDumpSettings SettingsOf(SolarisKernelBuilder kernel, string text) => new()
    {
        Version = kernel.Options.Is2007 ? 9u : 10,
        NodeName = kernel.NodeName,
        SystemVersion = kernel.Version,
        Platform = kernel.Options.IsXpv ? "i86xpv" : "i86pc",
        PanicString = text,
    };
}
