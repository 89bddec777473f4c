namespace XenDumpAdapter.Core.Commands.Walkers;

/// <summary>All walkers there are.</summary>
public static class WalkerCatalog
{
    /// <summary>By name.</summary>
    public static IReadOnlyList<Walker> All { get; } =
    [
        new DomainWalker(), new VcpuWalker(), new PcpuWalker(),
        new ListWalker(), new AvlWalker(), new MessageWalker("b_next"), new MessageWalker("b_cont"), new ModctlWalker(), new AsWalker(), new SegWalker(),
        new CpuWalker(), new DispatchQueueWalker(), new ThreadWalker(), new ProcWalker(),
    ];

    /// <summary>The walker of that name; null where there is none.</summary>
    public static Walker? Find(string name) => All.FirstOrDefault(w => w.Name == name);
}
