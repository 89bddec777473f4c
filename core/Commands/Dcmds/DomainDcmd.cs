using XenDumpAdapter.Core.Commands.Walkers;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::domain</c>: Xen's domains (columns of usr/src/cmd/mdb/i86xpv/modules/xpv/xpv.c).</summary>
public sealed class DomainDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::domain";

    /// <inheritdoc/>
    public override string Summary => "print the hypervisor's domains";

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "struct domain";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var table = call.Once(() => Columns(call.Digits));
        var addresses = call.HasAddress ? [call.Address] : new DomainWalker().Walk(new WalkCall(call.Session, null, call.Cancel));
        foreach (var line in call.Head(table)) yield return line;
        foreach (ulong address in addresses) yield return Row(call, table, address);
    }

    private static Table Columns(int digits) => new(
        TableColumn.Address("ADDR", digits), new("ID", 3), new("TPAGES", 8), new("MPAGES", 8), new("FLAGS", 8), new("HVM", 3),
        TableColumn.Address("VCPU", digits), TableColumn.Address("EVTCHN", digits));

    private static CommandOutput Row(DcmdCall call, Table table, ulong address)
    {
        var domain = call.Target.Domains.FirstOrDefault(d => d.Address.Value == address);
        var value = call.Session.Types.Find("struct domain") is { } type ? TypedValue.At(type, call.Session.SpaceOf(address), address) : null;
        ulong? Number(params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
                if (value?.Member(name) is { } member && member.TryGetUnsigned(out ulong number)) return number;
            return null;
        }

        return table.Row(address, Cell.Hex(address), Cell.Decimal((long?)Number("domain_id") ?? domain?.Id), Cell.Hex(Number("tot_pages") ?? domain?.TotalPages),
            Cell.Hex(Number("max_pages") ?? domain?.MaxPages), Cell.Hex(Number("domain_flags")), Cell.Decimal((long?)Number("is_hvm")),
            Cell.Hex(value?.Member("vcpu")?.Address), Cell.Hex(value?.Member("evtchn")?.Address));
    }
}
