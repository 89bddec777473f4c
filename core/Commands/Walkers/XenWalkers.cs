using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Walkers;

/// <summary><c>::walk domain</c>: Xen's domains, in the order of its list.</summary>
public sealed class DomainWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "domain";

    /// <inheritdoc/>
    public override string Summary => "walk the hypervisor's domains";

    /// <inheritdoc/>
    public override string? TypeName => "struct domain";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call) =>
        call.Session.Target.Hypervisor is null ? throw MdbException.OfDump("failed to perform walk: this dump has no hypervisor")
        : call.Session.Target.Domains.Where(d => d.Kind is Target.DomainKind.Pv or Target.DomainKind.Hvm).Select(d => d.Address.Value);
}

/// <summary><c>::walk vcpu</c>: the vcpus of the domain at the address, or of all.</summary>
public sealed class VcpuWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "vcpu";

    /// <inheritdoc/>
    public override string Summary => "walk a domain's vcpus, or those of all";

    /// <inheritdoc/>
    public override string? TypeName => "struct vcpu";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call)
    {
        var target = call.Session.Target;
        if (target.Hypervisor is null) throw MdbException.OfDump("failed to perform walk: this dump has no hypervisor");
        var domains = call.Address is { } at ? target.Domains.Where(d => d.Address.Value == at).ToList() : [.. target.Domains];
        if (domains.Count == 0) throw MdbException.OfItem($"failed to perform walk: there is no domain at {MdbNumbers.Prefixed(call.Address ?? 0)}");
        return domains.SelectMany(d => d.Vcpus).Select(v => v.Address.Value);
    }
}

/// <summary><c>::walk pcpu</c>: the physical CPUs, by the <c>struct cpu_info</c> at the top of their stacks; those whose stack is not known are left out.</summary>
public sealed class PcpuWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "pcpu";

    /// <inheritdoc/>
    public override string Summary => "walk the physical CPUs whose stacks are known, by their struct cpu_info";

    /// <inheritdoc/>
    public override string? TypeName => "struct cpu_info";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call)
    {
        if (call.Address is not null) throw new MdbException("walk pcpu takes no address");
        return call.Session.Target.Cpus.Where(c => c.CpuInfo is not null).Select(c => c.CpuInfo!.Value.Value);
    }
}
