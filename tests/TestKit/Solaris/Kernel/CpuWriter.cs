namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>Writes <c>cpu_t</c> with its dispatch queues (usr/src/uts/common/sys/cpuvar.h, disp.h), and what leads to it.</summary>
internal sealed class CpuWriter(SolarisKernelBuilder kernel)
{
    private KernelMemory Memory => kernel.Memory;

    public void Write(BuiltCpu cpu, int priorities)
    {
        ulong at = cpu.Address;
        int entry = Memory.Facts["dispq"].Bytes;
        ulong queues = Memory.Allocate(priorities * entry);
        Memory.Set("cpu", at, "cpu_id", (ulong)cpu.Id).Set("cpu", at, "cpu_seqid", (ulong)cpu.Id).Set("cpu", at, "cpu_flags", cpu.Flags).Set("cpu", at, "cpu_self", at);
        Memory.Set("cpu", at, "cpu_thread", cpu.Running.Address).Set("cpu", at, "cpu_dispthread", cpu.Running.Address).Set("cpu", at, "cpu_idle_thread", cpu.Idle.Address);
        Memory.Set("cpu", at, "cpu_disp", cpu.Dispatcher).Set("cpu", at, "cpu_intr_stack", cpu.InterruptStack).Set("cpu", at, "cpu_dispatch_pri", unchecked((ulong)cpu.Running.Priority));
        Memory.Set("_disp", cpu.Dispatcher, "disp_npri", (ulong)priorities).Set("_disp", cpu.Dispatcher, "disp_q", queues).Set("_disp", cpu.Dispatcher, "disp_q_limit", queues + (ulong)(priorities * entry));
        Memory.Set("_disp", cpu.Dispatcher, "disp_cpu", at).Set("_disp", cpu.Dispatcher, "disp_nrunnable", (ulong)cpu.Queue.Count);
        foreach (var level in cpu.Queue.GroupBy(t => t.Priority))
        {
            var threads = level.ToArray();
            ulong queue = queues + (ulong)(level.Key * entry);
            Memory.Set("dispq", queue, "dq_first", threads[0].Address).Set("dispq", queue, "dq_last", threads[^1].Address).Set("dispq", queue, "dq_sruncnt", (ulong)threads.Length);
            for (int i = 0; i + 1 < threads.Length; i++) Memory.Set("_kthread", threads[i].Address, "t_link", threads[i + 1].Address);
        }
    }

    /// <summary>The ring, the array, and the numbers of CPUs.</summary>
    public void Link(IReadOnlyList<BuiltCpu> cpus)
    {
        for (int i = 0; i < cpus.Count; i++)
        {
            ulong next = cpus[(i + 1) % cpus.Count].Address, previous = cpus[(i + cpus.Count - 1) % cpus.Count].Address;
            Memory.Set("cpu", cpus[i].Address, "cpu_next", next).Set("cpu", cpus[i].Address, "cpu_prev", previous).Set("cpu", cpus[i].Address, "cpu_next_onln", next).Set("cpu", cpus[i].Address, "cpu_prev_onln", previous);
        }

        ulong array = kernel.Unix.Variable("cpu", 64 * Memory.Word);
        for (int i = 0; i < cpus.Count; i++) Memory.WordAt(array + (ulong)(i * Memory.Word), cpus[i].Address);
        Memory.WordAt(kernel.Genunix.Variable("cpu_list", Memory.Word), cpus[0].Address);
        Memory.Number(kernel.Genunix.Variable("ncpus", 4), (ulong)cpus.Count, 4);
        Memory.Number(kernel.Genunix.Variable("max_ncpus", 4), (ulong)cpus.Count, 4);
    }
}
