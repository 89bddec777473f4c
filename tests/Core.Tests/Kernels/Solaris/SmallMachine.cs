namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

/// <summary>A small kernel with processes (<c>sched</c> 0, <c>init</c> 1, <c>sh</c> 7 under it), three threads each, and two CPUs.</summary>
internal sealed class SmallMachine
{
    public SmallMachine(bool is64, bool is2007 = false, bool typed = true, int threadsEach = 3)
    {
        Kernel = new SmallKernel(is64, is2007, typed);
        ulong p0 = Kernel.Variable("p0", (int)Kernel.Layout("proc").Size);
        Processes = [p0, Kernel.New("proc"), Kernel.New("proc")];
        Process(0, "sched", "sched", pid: 0, parent: 0);
        Process(1, "init", "/sbin/init -v", pid: 1, parent: 0);
        Process(2, "sh", "-sh", pid: 7, parent: 1);
        Kernel.Set("proc", p0, "p_child", Processes[1]).Set("proc", Processes[1], "p_child", Processes[2]);
        Kernel.Variable("practive", Kernel.Word, Processes[2]);
        Kernel.Set("proc", Processes[2], "p_next", Processes[1]).Set("proc", Processes[1], "p_next", p0);
        for (int i = 0; i < threadsEach * Processes.Count; i++) Threads.Add(Thread(i, Processes[i % Processes.Count]));
        for (int i = 0; i < Threads.Count; i++) Link(i, (i + 1) % Threads.Count);
        Kernel.Variable("allthreads", Kernel.Word, Threads[0]);
        for (int i = 0; i < Processes.Count; i++) Own(i);

        ulong boot = Kernel.Variable("boot_cpu", (int)Kernel.Layout("cpu").Size);
        Cpus = [boot, Kernel.New("cpu")];
        for (int i = 0; i < 2; i++) Cpu(i);
        Kernel.Variable("cpu_list", Kernel.Word, Cpus[1]);
        ulong array = Kernel.Variable("cpu", Kernel.Word * 4);
        for (int i = 0; i < 2; i++) Kernel.Put(array + (ulong)(i * Kernel.Word), Cpus[i], Kernel.Word);
    }

    public SmallKernel Kernel { get; }

    public IReadOnlyList<ulong> Processes { get; }

    public List<ulong> Threads { get; } = [];

    public IReadOnlyList<ulong> Cpus { get; }

    /// <summary>Sets a member of a thread.</summary>
    public SmallKernel SetThread(int thread, string member, ulong value) => Kernel.Set("_kthread", Threads[thread], member, value);

    private void Process(int index, string name, string arguments, ulong pid, ulong parent)
    {
        ulong at = Processes[index], id = Kernel.New("pid");
        Kernel.Set("pid", id, "pid_id", pid);
        Kernel.Set("proc", at, "p_pidp", id).Set("proc", at, "p_ppid", parent).Set("proc", at, "p_stat", 2).Set("proc", at, "p_as", 0xd100_0000 + pid).Set("proc", at, "p_lwpcnt", 3);
        Kernel.Text("proc", at, "p_user.u_comm", name).Text("proc", at, "p_user.u_psargs", arguments);
    }

    private ulong Thread(int index, ulong process)
    {
        ulong stack = Kernel.Allocate(256), thread = Kernel.New("_kthread");
        Kernel.Set("_kthread", thread, "t_procp", process).Set("_kthread", thread, "t_state", 1).Set("_kthread", thread, "t_pri", (ulong)(60 + index)).Set("_kthread", thread, "t_tid", (ulong)index);
        Kernel.Set("_kthread", thread, "t_stkbase", stack).Set("_kthread", thread, "t_stk", stack + 256);
        ulong label = Kernel.Layout("_kthread").OffsetOf("t_pcb")!.Value;
        for (int i = 0; i < 3; i++) Kernel.Put(thread + label + (ulong)(i * Kernel.Word), stack + 16 + (ulong)(i * 8), Kernel.Word);
        return thread;
    }

    private void Link(int from, int to)
    {
        SetThread(from, "t_next", Threads[to]);
        SetThread(to, "t_prev", Threads[from]);
    }

    private void Own(int process)
    {
        var own = Threads.Where((_, i) => i % Processes.Count == process).ToArray();
        if (own.Length == 0) return;
        Kernel.Set("proc", Processes[process], "p_tlist", own[0]);
        for (int i = 0; i < own.Length; i++) Kernel.Set("_kthread", own[i], "t_forw", own[(i + 1) % own.Length]);
    }

    private void Cpu(int id)
    {
        ulong at = Cpus[id], dispatcher = Kernel.New("_disp");
        ulong queues = Kernel.Allocate((int)Kernel.Layout("dispq").Size * 10);
        Kernel.Set("_disp", dispatcher, "disp_nrunnable", (ulong)id).Set("_disp", dispatcher, "disp_npri", 10).Set("_disp", dispatcher, "disp_q", queues);
        Kernel.Set("cpu", at, "cpu_id", (ulong)id).Set("cpu", at, "cpu_self", at).Set("cpu", at, "cpu_flags", 0x1b).Set("cpu", at, "cpu_disp", dispatcher);
        Kernel.Set("cpu", at, "cpu_next", Cpus[1 - id]).Set("cpu", at, "cpu_prev", Cpus[1 - id]);
        Kernel.Set("cpu", at, "cpu_thread", Threads[id * 2]).Set("cpu", at, "cpu_idle_thread", Threads[(id * 2) + 3]).Set("cpu", at, "cpu_last_swtch", (ulong)(1000 - id));
        Kernel.Set("cpu", at, "cpu_runrun", (ulong)id).Set("cpu", at, "cpu_intr_stack", 0xd200_0000);
    }
}
