namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>Makes CPUs, processes and threads, and links them as the kernel does.</summary>
internal sealed class TaskBuilder(SolarisKernelBuilder kernel)
{
    private const int Priorities = 170;

    private readonly Dictionary<string, ulong> _synchronisation = [];
    private int _tid;

    public List<BuiltCpu> Cpus { get; } = [];

    public List<BuiltThread> Threads { get; } = [];

    public List<BuiltProcess> Processes { get; } = [];

    /// <summary>The kernel's own process.</summary>
    public BuiltProcess Sched => Processes[0];

    private KernelMemory Memory => kernel.Memory;

    private Random Random => kernel.Random;

    private KernelFunctions Functions => kernel.Functions;

    /// <summary>What every machine has, and then what was asked for.</summary>
    public void Start()
    {
        // sobj_type of usr/src/uts/common/sys/sobject.h.
        foreach (var (name, type) in new[] { ("mutex_sobj_ops", 1UL), ("rwlock_sobj_ops", 2UL), ("cv_sobj_ops", 3UL), ("sema_sobj_ops", 4UL), ("shuttle_sobj_ops", 7UL) })
        {
            _synchronisation[name] = kernel.Genunix.Variable(name, Memory.Facts["_sobj_ops"].Bytes);
            Memory.Set("_sobj_ops", _synchronisation[name], "sobj_type", type);
        }

        Process("sched", "sched", 0, null);
        var init = Process("init", "/sbin/init", 1, Sched);
        MakeCpus();
        AddKernelThread(Process("pageout", "pageout", 2, Sched), Functions.Workers[0]);
        AddKernelThread(Process("fsflush", "fsflush", 3, Sched), Functions.Workers[1]);
        AddUserThread(init, Functions.Requests[0], BuiltThreadState.Sleep);
        int pid = 100;
        for (int i = 0; i < kernel.Options.Processes; i++)
        {
            string name = kernel.Names.Next();
            Process(name, $"/usr/bin/{name} -{(char)('a' + Random.Next(26))} {kernel.Names.Next()}", pid += Random.Next(1, 30), i % 3 == 2 ? Processes[^1] : init);
        }

        for (int i = 0; i < kernel.Options.Threads; i++) AddOne(i);
    }

    /// <summary>A process.</summary>
    public BuiltProcess Process(string name, string arguments, int pid, BuiltProcess? parent)
    {
        ulong at = pid == 0 ? kernel.Genunix.Variable("p0", Memory.Facts["proc"].Bytes) : Memory.New("proc"), id = Memory.New("pid"), user = Memory.Place("proc", at, "p_user");
        ulong space = pid <= 3 && pid != 1 ? Memory.Kas : Memory.New("as");
        var process = new BuiltProcess { Address = at, Pid = pid, Name = name, Arguments = arguments, Parent = parent, AddressSpace = space };
        Memory.Set("pid", id, "pid_id", (ulong)pid).Set("pid", id, "pid_ref", 1);
        Memory.Set("proc", at, "p_pidp", id).Set("proc", at, "p_pgidp", id).Set("proc", at, "p_ppid", (ulong)(parent?.Pid ?? 0)).Set("proc", at, "p_stat", 2).Set("proc", at, "p_as", space);
        Memory.SetText("user", user, "u_comm", name).SetText("user", user, "u_psargs", arguments);
        if (parent is not null) Memory.Set("proc", at, "p_parent", parent.Address);
        Memory.Set("as", space, "a_proc", at);
        if (space != Memory.Kas && kernel.Options.Threads <= 2000) process.Memory = Program(space);
        parent?.Children.Insert(0, process);
        Processes.Add(process);
        return process;
    }

    /// <summary>Two pages of a program's memory, some bytes of it over where they meet.</summary>
    private (ulong Address, byte[] Bytes) Program(ulong space)
    {
        ulong at = (kernel.Is64 ? 0x40_0000UL : 0x805_0000) + ((ulong)Random.Next(2, 9) * SolarisMemoryImage.PageSize) - 24;
        byte[] bytes = new byte[64];
        Random.NextBytes(bytes);
        kernel.Image.Write(space, at, bytes);
        return (at, bytes);
    }

    /// <summary>A thread of the kernel's that sleeps in a chain of calls.</summary>
    public BuiltThread AddKernelThread(BuiltProcess process, KernelFunction[] chain)
    {
        var thread = KernelThread(process, chain[0], BuiltThreadState.Sleep, Random.Next(60, 100));
        var stack = StackOf(thread);
        foreach (var function in chain.Skip(1)) stack.Call(function);
        Sleep(thread, stack);
        return thread;
    }

    /// <summary>A thread of a user process in a system call.</summary>
    public BuiltThread AddUserThread(BuiltProcess process, KernelFunction[] chain, BuiltThreadState state)
    {
        var thread = UserThread(process, state, Random.Next(0, 60));
        var stack = EnterSystemCall(thread, chain);
        if (state is BuiltThreadState.Zombie or BuiltThreadState.Free) return thread;
        Sleep(thread, stack);
        if (state != BuiltThreadState.Sleep) thread.WaitChannel = 0;
        return thread;
    }

    /// <summary>A thread of the kernel's: its structure is on top of its stack.</summary>
    public BuiltThread KernelThread(BuiltProcess process, KernelFunction? start, BuiltThreadState state, int priority)
    {
        int pages = StackPages, size = (Memory.Facts["_kthread"].Bytes + 31) & ~31;
        ulong stack = Memory.AllocatePages(pages), at = stack + (ulong)(pages * SolarisMemoryImage.PageSize) - (ulong)size;
        if (Threads.Count == 0) at = kernel.Genunix.Variable("t0", size);
        ulong top = stack + (ulong)(pages * SolarisMemoryImage.PageSize) - (ulong)size - 16;
        Noise(stack, top);
        return Thread(process, at, stack, top, 0, start?.Address ?? 0, state, priority);
    }

    /// <summary>A thread of a user process: the registers of its system call are on top of its stack.</summary>
    public BuiltThread UserThread(BuiltProcess process, BuiltThreadState state, int priority)
    {
        int pages = StackPages;
        ulong stack = Memory.AllocatePages(pages), top = (stack + (ulong)(pages * SolarisMemoryImage.PageSize) - (ulong)Memory.Facts["regs"].Bytes) & ~15UL, lwp = Memory.New("_klwp");
        Noise(stack, top);
        var thread = Thread(process, Memory.New("_kthread"), stack, top, lwp, 0, state, priority);
        Memory.Set("_klwp", lwp, "lwp_thread", thread.Address).Set("_klwp", lwp, "lwp_procp", process.Address).Set("_klwp", lwp, "lwp_regs", top).Set("_klwp", lwp, "lwp_state", 2);
        ulong pc = kernel.Is64 ? 0x41_2345UL : 0x805_1234, fp = kernel.Is64 ? 0xffff_fd7f_ffdf_ec10 : 0x804_7c08UL;
        TrapRegisters.WriteUser(Memory, top, pc, fp, Random);
        return thread;
    }

    /// <summary>A kernel thread's stack with the first function on it.</summary>
    public KernelStack StackOf(BuiltThread thread)
    {
        var start = Functions.Code.Functions.First(f => f.Address == thread.Start);
        var stack = new KernelStack(Memory, Functions.ThreadStart, thread.StackTop, thread.StackTop);
        ulong argument = thread.Process.Address + 0x40;
        return stack.CallFrom(Functions.ThreadStartReturn, start, kernel.Is64 ? 0 : 2, [argument, .. Enumerable.Repeat(0UL, Math.Max(1, start.Arguments - 1))]);
    }

    /// <summary>A user thread's stack with a system call's functions on it.</summary>
    public KernelStack EnterSystemCall(BuiltThread thread, IEnumerable<KernelFunction> chain)
    {
        var stack = new KernelStack(Memory, Functions.SystemCall, thread.StackTop, thread.StackTop);
        stack.CallFrom(Functions.SystemCallReturn, chain.First(), 0, [.. Enumerable.Range(1, 6).Select(i => (ulong)i)]);
        foreach (var function in chain.Skip(1)) stack.Call(function);
        return stack;
    }

    /// <summary>Makes a thread give up its CPU: the switch pushes a record at the stack pointer that it saves.</summary>
    public void Sleep(BuiltThread thread, KernelStack stack)
    {
        stack.Call(Functions.Swtch);
        ulong fp = stack.Fp;
        stack.Call(Functions.Resume);
        ulong sp = stack.Fp;
        ulong[] label = kernel.Is64 ? [Functions.ResumeReturn.Address, sp, fp, thread.Address, 0, 0, 0, 0] : [Functions.ResumeReturn.Address, sp, fp, 0, 0, thread.Address];
        Save(thread, label);
        thread.Frames = [.. stack.At(Functions.ResumeReturn.Address).Frames().Skip(1)];
        thread.WaitChannel = Memory.Kas + 0x1000 + (ulong)(Random.Next(4096) * 8);
    }

    /// <summary>Writes what a thread saved: <c>t_pcb</c>, pc, stack pointer and frame pointer first.</summary>
    public void Save(BuiltThread thread, ulong[] label)
    {
        for (int i = 0; i < label.Length; i++) Memory.WordAt(Memory.Place("_kthread", thread.Address, "t_pcb") + (ulong)(i * Memory.Word), label[i]);
    }

    /// <summary>Lists and links, and all that changed since threads were made.</summary>
    public void Finish()
    {
        foreach (var cpu in Cpus) new CpuWriter(kernel).Write(cpu, Priorities);
        new CpuWriter(kernel).Link(Cpus);
        for (int i = 0; i < Threads.Count; i++) Link(i);
        foreach (var process in Processes) Link(process);
        Memory.WordAt(kernel.Genunix.Variable("allthreads", Memory.Word), Threads[0].Address);
        Memory.WordAt(kernel.Genunix.Variable("practive", Memory.Word), Processes[^1].Address);
        for (int i = Processes.Count - 1; i > 0; i--) Memory.Set("proc", Processes[i].Address, "p_next", Processes[i - 1].Address).Set("proc", Processes[i - 1].Address, "p_prev", Processes[i].Address);
    }

    private int StackPages => kernel.Options.StackPages > 0 ? kernel.Options.StackPages : kernel.Is64 ? 5 : kernel.Options.Is2007 ? 2 : 3;

    private BuiltThread Thread(BuiltProcess process, ulong at, ulong stack, ulong top, ulong lwp, ulong start, BuiltThreadState state, int priority)
    {
        // Threads of the kernel have the number 0; those of processes count from 1.
        int tid = lwp == 0 ? 0 : process.Threads.Count(t => t.Lwp != 0) + 1;
        var thread = new BuiltThread { Address = at, Process = process, Tid = tid, State = state, Priority = priority, Lwp = lwp, Start = start, StackBase = stack, StackTop = top, Cpu = Random.Next(kernel.Options.Cpus) };
        Memory.Set("_kthread", at, "t_stk", top).Set("_kthread", at, "t_stkbase", stack).Set("_kthread", at, "t_swap", stack).Set("_kthread", at, "t_startpc", start).Set("_kthread", at, "t_lwp", lwp);
        Memory.Set("_kthread", at, "t_procp", process.Address).Set("_kthread", at, "t_tid", (ulong)tid).Set("_kthread", at, "t_did", (ulong)++_tid).Set("_kthread", at, "t_schedflag", 3);
        process.Threads.Add(thread);
        Threads.Add(thread);
        return thread;
    }

    /// <summary>What earlier calls left: numbers, and now and then a return address that means nothing any more.</summary>
    private void Noise(ulong from, ulong to)
    {
        if (kernel.Options.Threads > 2000) return;
        var calls = Functions.Code.Functions.Where(f => f.Calls.Count > 0).ToArray();
        byte[] bytes = new byte[to - from];
        for (int at = 0; at + Memory.Word <= bytes.Length; at += Memory.Word)
        {
            if (Random.Next(3) != 0) continue;
            var function = calls[Random.Next(calls.Length)];
            ulong value = Random.Next(6) switch { 0 => function.Address + (ulong)function.Calls[0].Return, 1 => from + (ulong)(Random.Next(bytes.Length) & ~15), _ => (ulong)Random.Next(5000) };
            for (int i = 0; i < Memory.Word; i++) bytes[at + i] = unchecked((byte)(value >> (8 * i)));
        }

        Memory.Bytes(from, bytes);
    }

    private void AddOne(int number)
    {
        var owner = Processes[4 + (number % Math.Max(1, Processes.Count - 4))];
        switch (number % 10)
        {
            case 0 or 3 or 6 or 8:
                AddKernelThread(Sched, Functions.Workers[number % Functions.Workers.Count]);
                break;
            case 4:
                var ready = AddUserThread(owner, Functions.Requests[number % Functions.Requests.Count], BuiltThreadState.Run);
                Cpus[ready.Cpu].Queue.Add(ready);
                break;
            case 7 when number % 20 == 7:
                AddUserThread(owner, Functions.Requests[0], BuiltThreadState.Zombie);
                break;
            case 7:
                AddUserThread(owner, Functions.Requests[1], BuiltThreadState.Stopped);
                break;
            default:
                AddUserThread(owner, Functions.Requests[number % Functions.Requests.Count], BuiltThreadState.Sleep);
                break;
        }
    }

    private void MakeCpus()
    {
        ulong boot = kernel.Unix.Variable("cpus", Memory.Facts["cpu"].Bytes);
        var t0 = KernelThread(Sched, Functions.Workers[0][0], BuiltThreadState.Sleep, 96);
        var stack = StackOf(t0);
        foreach (var function in Functions.Workers[0].Skip(1)) stack.Call(function);
        Sleep(t0, stack);
        for (int i = 0; i < kernel.Options.Cpus; i++)
        {
            ulong interrupts = Memory.AllocatePages(4) + (4 * SolarisMemoryImage.PageSize) - 16;
            var cpu = new BuiltCpu { Id = i, Address = i == 0 ? boot : Memory.New("cpu"), Dispatcher = Memory.New("_disp"), InterruptStack = interrupts, Flags = 0x1b };
            Cpus.Add(cpu);
            cpu.Idle = cpu.Running = KernelThread(Sched, Functions.Idle, BuiltThreadState.OnProc, -1);
            cpu.Idle.Cpu = i;

            // A thread that waits for interrupts to come is free, and has no frames.
            var interrupt = KernelThread(Sched, null, BuiltThreadState.Free, 160 + i);
            interrupt.Cpu = i;
            Save(interrupt, [Functions.ThreadStart.Address, interrupt.StackTop, 0]);
            Memory.Set("cpu", cpu.Address, "cpu_intr_thread", interrupt.Address);
        }
    }

    private void Link(int index)
    {
        var thread = Threads[index];
        ulong at = thread.Address;
        Memory.Set("_kthread", at, "t_next", Threads[(index + 1) % Threads.Count].Address).Set("_kthread", at, "t_prev", Threads[(index + Threads.Count - 1) % Threads.Count].Address);
        Memory.Set("_kthread", at, "t_state", (ulong)thread.State).Set("_kthread", at, "t_pri", unchecked((ulong)thread.Priority)).Set("_kthread", at, "t_cpu", Cpus[thread.Cpu].Address);
        Memory.Set("_kthread", at, "t_disp_queue", Cpus[thread.Cpu].Dispatcher);
        if (thread.State != BuiltThreadState.Sleep) return;
        string waits = thread.Frames.FirstOrDefault(f => f.Function.Name != "swtch")?.Function.Name switch { "sema_p" => "sema_sobj_ops", "shuttle_resume" => "shuttle_sobj_ops", _ => "cv_sobj_ops" };
        Memory.Set("_kthread", at, "t_sobj_ops", _synchronisation[waits]);
        Memory.Set("lwpchan", Memory.Place("_kthread", at, "t_lwpchan"), "lc_wchan", thread.WaitChannel);
    }

    private void Link(BuiltProcess process)
    {
        var own = process.Threads;
        if (own.Count > 0) Memory.Set("proc", process.Address, "p_tlist", own[0].Address);
        for (int i = 0; i < own.Count; i++) Memory.Set("_kthread", own[i].Address, "t_forw", own[(i + 1) % own.Count].Address).Set("_kthread", own[i].Address, "t_back", own[(i + own.Count - 1) % own.Count].Address);
        Memory.Set("proc", process.Address, "p_lwpcnt", (ulong)own.Count(t => t.Lwp != 0));
        if (process.Children.Count > 0) Memory.Set("proc", process.Address, "p_child", process.Children[0].Address);
        for (int i = 0; i + 1 < process.Children.Count; i++) Memory.Set("proc", process.Children[i].Address, "p_sibling", process.Children[i + 1].Address);
    }
}
