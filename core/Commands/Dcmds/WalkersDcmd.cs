using XenDumpAdapter.Core.Commands.Walkers;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::walkers</c>: what <c>::walk</c> can walk, one a line.</summary>
public sealed class WalkersDcmd : Dcmd
{
    private const int NameWidth = 24;

    /// <inheritdoc/>
    public override string Name => "::walkers";

    /// <inheritdoc/>
    public override string Summary => "list what ::walk can walk";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call) =>
        WalkerCatalog.All.OrderBy(w => w.Name, StringComparer.Ordinal).Select(w => CommandOutput.Line($"{w.Name.PadRight(NameWidth)} - {w.Summary}"));
}
