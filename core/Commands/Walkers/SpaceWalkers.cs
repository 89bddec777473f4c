using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Walkers;

/// <summary><c>::walk modctl</c>: the kernel's modules.</summary>
public sealed class ModctlWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "modctl";

    /// <inheritdoc/>
    public override string Summary => "walk the list of modules";

    /// <inheritdoc/>
    public override string? TypeName => "struct modctl";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call) => KernelThreads.RequireKernel(call.Session.Target).ModuleList.Select(m => m.Address.Value);
}

/// <summary><c>::walk as</c>: the address spaces, the kernel's first.</summary>
public sealed class AsWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "as";

    /// <inheritdoc/>
    public override string Summary => "walk the address spaces of the kernel and of processes";

    /// <inheritdoc/>
    public override string? TypeName => "struct as";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call)
    {
        var kernel = KernelThreads.RequireKernel(call.Session.Target);
        var own = call.Session.Symbols.Find("kas") is var (_, symbol) ? new[] { symbol.Address.Value } : [];
        return own.Concat(kernel.Processes.Select(p => p.AddressSpace?.Value ?? 0)).Where(a => a != 0).Distinct();
    }
}

/// <summary><c>::walk seg</c>: the segments of an address space, in order (illumos: <c>a_segtree</c> of usr/src/uts/common/vm/as.h).</summary>
public sealed class SegWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "seg";

    /// <inheritdoc/>
    public override string Summary => "walk the segments of the address space (struct as) at the address, or of the kernel's";

    /// <inheritdoc/>
    public override string? TypeName => "struct seg";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call)
    {
        var space = ObjectReader.Require(call.Session, "struct as");
        ulong at = call.Address ?? (call.Session.Symbols.Find("kas") is var (_, symbol) ? symbol.Address.Value : throw MdbException.OfDump("failed to perform walk: the kernel's address space (kas) is not known"));
        if (!space.Read(at) || space.AddressOf("a_segtree") is not { } tree) throw MdbException.OfItem($"failed to read struct as at {MdbNumbers.Prefixed(at)}");
        return new AvlWalker().Walk(call with { Address = tree });
    }
}
