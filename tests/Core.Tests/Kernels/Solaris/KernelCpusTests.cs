using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

public class KernelCpusTests
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Lists_the_cpus_by_id(bool is64, bool is2007)
    {
        var machine = new SmallMachine(is64, is2007);
        machine.Kernel.Variable("lbolt", machine.Kernel.Word, 1003);
        var cpus = machine.Kernel.Read().Cpus;
        Assert.Equal(machine.Cpus, cpus.Select(c => c.Address.Value));
        var second = cpus[1];
        Assert.Equal((1, 0x1bUL, 1, 0), (second.Id, second.Flags, second.Runnable, second.BaseSpl));
        Assert.Equal(["RUNNING", "READY", "EXISTS", "ENABLE"], second.FlagNames);
        Assert.Equal((true, false, 4L), (second.RunRun, second.KernelRunRun, second.TicksSinceSwitch));
        Assert.Equal(machine.Threads[2], second.Thread!.Value.Value);
        Assert.Equal("sh", second.Running!.Name);
        Assert.Null(second.InterruptThread);
        Assert.Equal(new VirtualAddress(0xd200_0000), second.InterruptStack);
    }

    [Fact]
    public void After_a_panic_the_copy_stands_for_its_cpu()
    {
        var machine = Panicked(cpu: 1);
        var kernel = machine.Kernel.Read();
        Assert.Equal(machine.Kernel.AddressOf("panic_cpu"), kernel.Cpus[1].Address.Value);
        Assert.Equal(machine.Cpus[0], kernel.Cpus[0].Address.Value);
        Assert.Equal(1, kernel.Panic!.CpuId);
    }

    [Fact]
    public void A_copy_that_was_never_made_stands_for_none()
    {
        var machine = Panicked(cpu: 0);
        machine.Kernel.Set("cpu", machine.Kernel.AddressOf("panic_cpu"), "cpu_thread", 0);
        var kernel = machine.Kernel.Read();
        Assert.Equal(machine.Cpus, kernel.Cpus.Select(c => c.Address.Value));
        Assert.Null(kernel.Panic!.CpuId);
    }

    [Theory]
    [InlineData("cpu_next", 0xdead_0000UL)]
    [InlineData("cpu_next", 0UL)]
    [InlineData("cpu_id", 0x7fff_ffffUL)]
    public void What_the_broken_list_does_not_reach_the_array_names(string member, ulong value)
    {
        var machine = new SmallMachine(is64: true);
        machine.Kernel.Set("cpu", machine.Cpus[1], member, value);
        var cpus = machine.Kernel.Read().Cpus;
        Assert.Contains(cpus, c => c.Address.Value == machine.Cpus[0]);
        Assert.Equal(member == "cpu_id" ? 1 : 2, cpus.Count);
    }

    [Fact]
    public void Without_the_list_the_array_is_read()
    {
        var machine = new SmallMachine(is64: true);
        machine.Kernel.Forget("cpu_list");
        Assert.Equal(machine.Cpus, machine.Kernel.Read().Cpus.Select(c => c.Address.Value));
        machine.Kernel.Forget("cpu");
        Assert.Empty(machine.Kernel.Read().Cpus);
        Assert.True(machine.Kernel.Says("solaris/cpus"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispatch_queues_come_highest_priority_first(bool is64)
    {
        var machine = new SmallMachine(is64);
        Queue(machine, priority: 2, machine.Threads[4]);
        Queue(machine, priority: 9, machine.Threads[5], machine.Threads[7]);
        var queues = machine.Kernel.Read().Cpus[1].Queues;
        Assert.Equal([9, 2], queues.Select(q => q.Priority));
        Assert.Equal([machine.Threads[5], machine.Threads[7]], queues[0].Threads.Select(t => t.Value));
        Assert.Empty(machine.Kernel.Read().Cpus[0].Queues);
        Assert.Empty(machine.Kernel.Diagnostics.Items);
    }

    [Fact]
    public void A_dispatch_queue_that_runs_into_itself_ends_with_a_word()
    {
        var machine = new SmallMachine(is64: true);
        Queue(machine, priority: 3, machine.Threads[4], machine.Threads[5]);
        machine.SetThread(5, "t_link", machine.Threads[4]);
        var queue = Assert.Single(machine.Kernel.Read().Cpus[1].Queues);
        Assert.Equal(2, queue.Threads.Count);
        Assert.Contains(machine.Kernel.Diagnostics.Items, d => d.Id == "solaris/dispatch-queue" && d.Text.Contains("stopped: cycle", StringComparison.Ordinal));
    }

    [Fact]
    public void An_absurd_count_of_priorities_is_cut()
    {
        var machine = new SmallMachine(is64: true);
        ulong dispatcher = machine.Kernel.New("_disp");
        machine.Kernel.Set("_disp", dispatcher, "disp_npri", 0x7fff).Set("_disp", dispatcher, "disp_q", machine.Threads[0]).Set("cpu", machine.Cpus[0], "cpu_disp", dispatcher);
        Assert.NotNull(machine.Kernel.Read().Cpus[0].Queues);
        Assert.True(machine.Kernel.Says("solaris/dispatch-queue"));
    }

    private static SmallMachine Panicked(int cpu)
    {
        var machine = new SmallMachine(is64: false);
        machine.Kernel.Variable("panicstr", 4, machine.Kernel.Text("boom"));
        ulong copy = machine.Kernel.Variable("panic_cpu", (int)machine.Kernel.Layout("cpu").Size);
        byte[] original = new byte[(int)machine.Kernel.Layout("cpu").Size];
        Assert.Equal(original.Length, machine.Kernel.Read(new VirtualAddress(machine.Cpus[cpu]), original));
        machine.Kernel.Put(copy, original);
        return machine;
    }

    private static void Queue(SmallMachine machine, int priority, params ulong[] threads)
    {
        ulong dispatcher = Pointer(machine, machine.Cpus[1], "cpu", "cpu_disp"), array = Pointer(machine, dispatcher, "_disp", "disp_q");
        machine.Kernel.Set("dispq", array + ((ulong)priority * machine.Kernel.Layout("dispq").Size), "dq_first", threads[0]);
        for (int i = 0; i + 1 < threads.Length; i++) machine.Kernel.Set("_kthread", threads[i], "t_link", threads[i + 1]);
    }

    private static ulong Pointer(SmallMachine machine, ulong at, string type, string member) =>
        machine.Kernel.Image().At("struct " + type, new VirtualAddress(at))!.Value.Pointer(member)!.Value.Value;
}
