using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

public class KernelThreadsTests
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Lists_every_thread_in_the_kernels_order(bool is64, bool is2007)
    {
        var machine = new SmallMachine(is64, is2007);
        machine.Kernel.Put(machine.Kernel.Variable("cv_sobj_ops", 16), 3, 4);
        machine.SetThread(1, "t_sobj_ops", machine.Kernel.AddressOf("cv_sobj_ops"));
        machine.SetThread(1, "t_lwpchan.lc_wchan", 0xd300_0000).Set("_kthread", machine.Threads[1], "t_pri", 0xffff);
        var threads = machine.Kernel.Read().Threads;
        Assert.Equal(machine.Threads, threads.Select(t => t.Address.Value));
        Assert.Equal(["sched", "init", "sh", "(idle)", "init", "(idle)", "sched", "init", "sh"], threads.Select(t => t.Name));
        var second = threads[1];
        Assert.Equal((1, 1, KernelThreadState.Sleep, -1), (second.Pid, second.Tid, second.State, second.Priority));
        Assert.Equal(("condition variable", new VirtualAddress(0xd300_0000)), (second.WaitsFor, second.WaitChannel));
        Assert.Equal(256UL, second.Stack!.Value.Length);
        Assert.Equal(second.Stack.Value.Start + 16, second.SavedRegisters!.Pc);
        Assert.Equal(second.Stack.Value.Start + 24, second.SavedRegisters.Sp);
        Assert.Equal(second.Stack.Value.Start + 32, second.SavedRegisters.Fp);
        Assert.Null(second.Lwp);
        Assert.Null(second.BoundCpu);
        Assert.Empty(machine.Kernel.Diagnostics.Items);
    }

    [Fact]
    public void Says_cycle_and_shows_the_rest_where_the_ring_runs_into_itself()
    {
        var machine = new SmallMachine(is64: true);
        machine.SetThread(5, "t_next", machine.Threads[2]);
        var threads = machine.Kernel.Read().Threads;
        Assert.Equal(machine.Threads.Order(), threads.Select(t => t.Address.Value).Order());
        Assert.Contains(machine.Kernel.Diagnostics.Items, d => d.Id == "solaris/threads-cycle" && d.Text.Contains("stopped: cycle", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(8UL)]
    [InlineData(0xdead_beefUL)]
    [InlineData(ulong.MaxValue)]
    public void Goes_on_from_the_other_side_where_a_link_leads_nowhere(ulong link)
    {
        var machine = new SmallMachine(is64: true);
        machine.SetThread(3, "t_next", link);
        var threads = machine.Kernel.Read().Threads;
        Assert.Equal(machine.Threads.Order(), threads.Select(t => t.Address.Value).Order());
        Assert.True(machine.Kernel.Says("solaris/threads-cut"));
    }

    [Fact]
    public void Invents_no_thread_where_a_link_leads_into_other_memory()
    {
        var machine = new SmallMachine(is64: false);
        ulong noise = machine.Kernel.Allocate(1024);
        for (ulong i = 0; i < 1024; i += 4) machine.Kernel.Put(noise + i, 0x6b8b_4567 + i, 4);
        machine.SetThread(3, "t_next", noise);
        Assert.Equal(machine.Threads.Order(), machine.Kernel.Read().Threads.Select(t => t.Address.Value).Order());
        Assert.True(machine.Kernel.Says("solaris/threads-cut"));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x1234UL)]
    public void Shows_what_cpus_and_processes_name_where_the_list_is_lost(ulong head)
    {
        var machine = new SmallMachine(is64: true);
        machine.Kernel.Put(machine.Kernel.AddressOf("allthreads"), head, 8);
        var threads = machine.Kernel.Read().Threads;
        Assert.Equal(machine.Threads.Order(), threads.Select(t => t.Address.Value).Order());
        Assert.Contains(machine.Kernel.Diagnostics.Items, d => d.Id.StartsWith("solaris/threads", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stack_of_absurd_size_is_none_and_an_unknown_state_stays_a_number()
    {
        var machine = new SmallMachine(is64: true);
        machine.SetThread(2, "t_stkbase", 0x1000);
        machine.SetThread(2, "t_state", 77);
        machine.SetThread(4, "t_stk", 16);
        var threads = machine.Kernel.Read().Threads;
        Assert.Null(threads[2].Stack);
        Assert.Null(threads[2].State);
        Assert.Equal(77UL, threads[2].RawState);
        Assert.Null(threads[4].Stack);
    }

    [Fact]
    public void A_thread_whose_process_is_not_in_the_dump_has_no_name()
    {
        var machine = new SmallMachine(is64: true);
        machine.SetThread(4, "t_procp", 0xffff_ff09_0000_0000);
        var thread = machine.Kernel.Read().Threads[4];
        Assert.Null(thread.Name);
        Assert.Null(thread.Pid);
        Assert.Equal(new VirtualAddress(0xffff_ff09_0000_0000), thread.Process);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lwps_have_the_registers_of_their_process(bool is64)
    {
        var machine = new SmallMachine(is64);
        var kernel = machine.Kernel;
        ulong lwp = kernel.New("_klwp"), stray = kernel.New("_klwp"), regs = kernel.Allocate(240);
        kernel.Put(regs + (is64 ? 200UL : 64), 0x805_1234, kernel.Word);
        kernel.Set("_klwp", lwp, "lwp_thread", machine.Threads[2]).Set("_klwp", lwp, "lwp_state", 1).Set("_klwp", lwp, "lwp_regs", regs).Set("_klwp", lwp, "lwp_cursig", 11);
        kernel.Set("_klwp", stray, "lwp_thread", machine.Threads[5]);
        machine.SetThread(2, "t_lwp", lwp);
        machine.SetThread(3, "t_lwp", stray);
        machine.SetThread(4, "t_lwp", 0xdead_0000);
        var read = kernel.Read();
        var only = Assert.Single(read.Lwps);
        Assert.Equal((machine.Threads[2], lwp, true, 11), (only.Thread.Address.Value, only.Address.Value, only.InUser, only.Signal));
        Assert.Equal(0x805_1234UL, only.UserRegisters!.Pc!.Value.Value);
    }

    [Fact]
    public void Twenty_thousand_threads_are_listed_at_once()
    {
        var machine = new SmallMachine(is64: true, threadsEach: 7000);
        var kernel = machine.Kernel.Read();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(21_000, kernel.Threads.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 64 << 20);
    }
}
