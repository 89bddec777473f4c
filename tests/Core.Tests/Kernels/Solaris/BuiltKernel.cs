using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

/// <summary>Compares what is shown of a kernel with what was built.</summary>
internal static class BuiltKernel
{
    public static void SameKernel(SolarisKernelScenario scenario, DumpTarget target)
    {
        var kernel = target.Kernel!;
        Assert.Equal(scenario.Modules.Select(m => m.Name), kernel.Modules.Select(m => m.Name));
        Assert.Equal(
            scenario.Threads.Select(t => (t.Address, t.Process.Address, (KernelThreadState?)t.State, (int?)t.Priority, t.WaitChannel, t.StackBase, t.StackTop)),
            kernel.Threads.Select(t => (t.Address.Value, t.Process?.Value ?? 0, t.State, t.Priority, t.WaitChannel?.Value ?? 0, t.Stack?.Start.Value ?? 0, t.Stack?.End.Value ?? 0)));
        var idle = scenario.Cpus.Select(c => c.Idle).ToHashSet();
        Assert.Equal(scenario.Threads.Select(t => idle.Contains(t) ? "(idle)" : t.Process.Name), kernel.Threads.Select(t => t.Name));
        Assert.Equal(
            scenario.Processes.OrderBy(p => p.Pid).Select(p => (p.Address, (int?)p.Pid, (int?)(p.Parent?.Pid ?? 0), p.Name, p.Arguments, p.AddressSpace)),
            kernel.Processes.OrderBy(p => p.Pid).Select(p => (p.Address.Value, p.Pid, p.ParentPid, p.Name!, p.Arguments!, p.AddressSpace?.Value ?? 0)));
        Assert.Equal(scenario.Cpus.Select(c => (c.Id, (ulong?)c.Flags, c.Running.Address, c.Idle.Address, (int?)c.Queue.Count)), kernel.Cpus.Select(c => (c.Id, c.Flags, c.Thread?.Value ?? 0, c.IdleThread?.Value ?? 0, c.Runnable)));
        foreach (var (built, shown) in scenario.Cpus.Zip(kernel.Cpus))
            Assert.Equal(built.Queue.GroupBy(t => t.Priority).OrderByDescending(g => g.Key).SelectMany(g => g).Select(t => t.Address), shown.Queues.SelectMany(q => q.Threads).Select(t => t.Value));
    }

    public static void SameStacks(SolarisKernelScenario scenario, DumpTarget target)
    {
        var shown = target.Threads.Concat(target.MoreThreads).ToDictionary(t => t.KernelThread!.Address.Value);
        int compared = 0;
        foreach (var thread in scenario.Threads.Where(t => t.Frames.Count > 0))
        {
            var stack = BuiltDump.StackOf(shown[thread.Address]);
            string[] frames = [.. BuiltDump.Code(stack)];
            if (frames.Length > thread.Frames.Count) frames = frames[1..];
            Assert.Equal(thread.Frames.Select(BuiltDump.Text), frames);
            Assert.True(stack.Complete, $"{thread.Address:x}: {stack.Ended}");
            compared++;
        }

        Assert.True(compared > scenario.Threads.Count / 2);
    }
}
