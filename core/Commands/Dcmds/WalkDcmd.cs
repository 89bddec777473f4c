using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Walkers;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::walk</c>: the addresses that a walker finds, one a line.</summary>
public sealed class WalkDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::walk";

    /// <inheritdoc/>
    public override string Summary => "walk a data structure";

    /// <inheritdoc/>
    public override string Usage => "walker [variable]";

    /// <inheritdoc/>
    public override OperandKind Operands => OperandKind.Walker;

    /// <inheritdoc/>
    public override string Details => """
        Prints the address of each thing; with an address, of the things that belong to that one. ::walkers lists the walkers.
        A variable holds the address while the rest of the pipe runs.

        ::walk thread | ::findstack
        ffbe4100::walk vcpu | ::print struct vcpu runstate.state
        """;

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => arguments.Operands.Count > 0 ? WalkerCatalog.Find(arguments.Operands[0])?.TypeName : null;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var words = call.Arguments.Operands;
        if (words.Count is 0 or > 2) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        var walker = WalkerCatalog.Find(words[0]) ?? throw new MdbException($"failed to perform walk: unknown walk name {words[0]}{NearestName.Hint(words[0], WalkerCatalog.All.Select(w => w.Name))}");
        foreach (ulong address in walker.Walk(new WalkCall(call.Session, call.HasAddress ? call.Address : null, call.Cancel)))
        {
            call.Cancel.ThrowIfCancellationRequested();
            if (words.Count == 2) call.Session.Variables.Set(words[1], address);
            yield return CommandOutput.Number(address);
        }
    }
}
