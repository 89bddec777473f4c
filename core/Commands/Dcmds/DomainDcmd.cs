using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Walkers;
using XenDumpAdapter.Core.Target;
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
    public override string Details => """
        With an address, the domain whose struct domain is there. ADDR is what ::walk vcpu and ::print struct domain take; VCPU and EVTCHN are the addresses of these
        members. A member that this version of Xen does not have is -: domain_flags since 3.1.

        ::domain    ffbe4100::domain    ::domain | ::print struct domain tot_pages
        """;

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
        new("ADDR", digits), new("ID", 3), new("TPAGES", 8), new("MPAGES", 8), new("FLAGS", 8), new("HVM", 3),
        new("VCPU", digits), new("EVTCHN", digits));

    /// <summary>Of a Xen without <c>is_hvm</c>: what kind of domain the model found it to be. Xen's own domains are neither.</summary>
    private static long? IsHvm(Domain? domain) => domain?.Kind switch
    {
        DomainKind.Hvm => 1,
        DomainKind.Pv => 0,
        _ => null,
    };

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

        if (domain is null && Number("domain_id") is null) throw MdbException.OfItem($"failed to read struct domain at {MdbNumbers.Prefixed(address)}: {call.Session.SpaceOf(address).Explain(address).Text}");
        return table.Row(address, Cell.Hex(address), Number("domain_id") is { } id ? Cell.Unsigned(id) : Cell.Decimal(domain?.Id), Cell.Hex(Number("tot_pages") ?? domain?.TotalPages),
            Cell.Hex(Number("max_pages") ?? domain?.MaxPages), Cell.Hex(Number("domain_flags")), Number("is_hvm") is { } hvm ? Cell.Unsigned(hvm) : Cell.Decimal(IsHvm(domain)),
            Cell.Hex(value?.Member("vcpu")?.Address), Cell.Hex(value?.Member("evtchn")?.Address));
    }
}
