using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

public class KernelProcessesTests
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Lists_children_after_their_parents(bool is64, bool is2007)
    {
        var machine = new SmallMachine(is64, is2007);
        var processes = machine.Kernel.Read().Processes;
        Assert.Equal([("sched", 0, 0), ("init", 1, 0), ("sh", 7, 1)], processes.Select(p => (p.Name!, p.Pid!.Value, p.ParentPid!.Value)));
        Assert.Equal("/sbin/init -v", processes[1].Arguments);
        Assert.Equal(("run", 3), (processes[1].State, processes[1].LwpCount));
        Assert.Equal(machine.Threads[1], processes[1].FirstThread!.Value.Value);
        Assert.Equal(0xd100_0001UL, processes[1].AddressSpace!.Value.Value);
        Assert.Empty(machine.Kernel.Diagnostics.Items);
    }

    [Fact]
    public void What_the_tree_has_lost_the_list_names()
    {
        var machine = new SmallMachine(is64: true);
        machine.Kernel.Set("proc", machine.Processes[1], "p_child", 0xdead_beef);
        Assert.Equal(["sched", "init", "sh"], machine.Kernel.Read().Processes.Select(p => p.Name));
        Assert.True(machine.Kernel.Says("solaris/process-unreadable"));
    }

    [Fact]
    public void A_child_that_is_its_own_ancestor_ends_the_tree()
    {
        var machine = new SmallMachine(is64: true);
        machine.Kernel.Set("proc", machine.Processes[2], "p_child", machine.Processes[1]);
        Assert.Equal(3, machine.Kernel.Read().Processes.Count);
        Assert.Contains(machine.Kernel.Diagnostics.Items, d => d.Id == "solaris/processes-cycle" && d.Text.Contains("cycle", StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_that_runs_into_itself_ends_with_a_word()
    {
        var machine = new SmallMachine(is64: true);
        machine.Kernel.Forget("p0");
        machine.Kernel.Set("proc", machine.Processes[1], "p_next", machine.Processes[2]);
        Assert.Equal(["sh", "init"], machine.Kernel.Read().Processes.Select(p => p.Name));
        Assert.Contains(machine.Kernel.Diagnostics.Items, d => d.Id == "solaris/processes-cycle" && d.Text.Contains("stopped: cycle", StringComparison.Ordinal));
    }

    [Fact]
    public void Memory_that_is_no_process_is_shown_as_none()
    {
        var machine = new SmallMachine(is64: false);
        ulong noise = machine.Kernel.Allocate(4096);
        for (ulong i = 0; i < 4096; i += 4) machine.Kernel.Put(noise + i, 0xfeed_0000 + i, 4);
        machine.Kernel.Set("proc", machine.Processes[1], "p_sibling", noise);
        Assert.Equal(3, machine.Kernel.Read().Processes.Count);
        Assert.True(machine.Kernel.Says("solaris/process-unreadable"));
    }

    [Fact]
    public void A_name_that_is_no_text_is_absent()
    {
        var machine = new SmallMachine(is64: true);
        machine.Kernel.Text("proc", machine.Processes[1], "p_user.u_comm", "in\u0001it");
        Assert.Null(machine.Kernel.Read().Processes[1].Name);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void A_kernel_without_types_is_read_with_the_table_that_it_agrees_with(bool is64, bool is2007)
    {
        // What the version of the dump says is the other way round, so that only the memory can tell.
        var machine = new SmallMachine(is64, is2007, typed: false);
        machine.Kernel.DumpVersion = is2007 ? 10u : 9u;
        var kernel = machine.Kernel.Read();
        Assert.Equal(["sched", "init", "sh"], kernel.Processes.Select(p => p.Name));
        Assert.Equal(9, kernel.Threads.Count);
        Assert.Equal(2, kernel.Cpus.Count);
        Assert.Contains(machine.Kernel.Diagnostics.Items, d => d.Id == "solaris/types-guessed" && d.Text.Contains(is2007 ? "2007" : "2015", StringComparison.Ordinal));
    }

    [Fact]
    public void Types_that_do_not_agree_with_the_memory_are_not_believed()
    {
        // The types of the wrong width of pointer put every member elsewhere.
        var machine = new SmallMachine(is64: true);
        machine.Kernel.Types = LayoutTable.ForSolaris(is64: false, is2007: true);
        var kernel = machine.Kernel.Read();
        Assert.Equal(["sched", "init", "sh"], kernel.Processes.Select(p => p.Name));
        Assert.Equal((9, 2), (kernel.Threads.Count, kernel.Cpus.Count));
        Assert.True(machine.Kernel.Says("solaris/types-damaged"));
    }
}
