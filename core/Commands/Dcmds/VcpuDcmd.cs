using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::vcpu</c>: Xen's vcpus. Not in mdb's xpv module, which prints them through <c>::print struct vcpu</c> alone.</summary>
public sealed class VcpuDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::vcpu";

    /// <inheritdoc/>
    public override string Summary => "print the hypervisor's vcpus";

    /// <inheritdoc/>
    public override string Details => """
        All of them; with an address, the vcpu whose struct vcpu is there, or those of the domain whose struct domain is there.
        CPU is the physical CPU that runs it or that it is placed on; PC where it was when it last left a CPU: stale for one that runs.

        ::vcpu    ffbe4100::vcpu    ::walk vcpu | ::vcpu
        """;

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "struct vcpu";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.Target.Hypervisor is null) throw MdbException.OfDump("this dump has no hypervisor");
        var table = call.Once(() => new Table(
            new("ADDR", call.Digits), new("DOM", 5), new("ID", 4), new("CPU", 4), new("STATE", 8, Left: true), new("DOMAIN", call.Digits), new("CR3", call.Digits), new("PC", 0, Left: true)));
        var vcpus = call.HasAddress ? At(call) : call.Target.Domains.SelectMany(d => d.Vcpus);
        foreach (var line in call.Head(table)) yield return line;
        foreach (var vcpu in vcpus) yield return Row(call, table, vcpu);
    }

    private static IEnumerable<Vcpu> At(DcmdCall call)
    {
        var domains = call.Target.Domains;
        if (domains.FirstOrDefault(d => d.Address.Value == call.Address) is { } domain) return domain.Vcpus;
        return [domains.SelectMany(d => d.Vcpus).FirstOrDefault(v => v.Address.Value == call.Address)
            ?? throw MdbException.OfItem($"there is no vcpu and no domain at {MdbNumbers.Prefixed(call.Address)}")];
    }

    private static CommandOutput Row(DcmdCall call, Table table, Vcpu vcpu) => table.Row(
        vcpu.Address.Value,
        Cell.Hex(vcpu.Address.Value),
        Cell.Decimal(vcpu.Domain.Id),
        Cell.Decimal(vcpu.Id),
        Cell.Decimal(vcpu.RunningOn?.Id ?? vcpu.Processor),
        Cell.Of(vcpu.State?.ToString().ToLowerInvariant()),
        Cell.Hex(vcpu.Domain.Address.Value),
        Cell.Hex(vcpu.PageTables?.Value),
        Cell.Of(vcpu.SavedRegisters?.Pc is { } pc ? call.Session.Symbols.Text(pc.Value) : null));
}
