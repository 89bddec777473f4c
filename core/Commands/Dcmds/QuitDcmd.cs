namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::quit</c>.</summary>
public sealed class QuitDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::quit";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["$q"];

    /// <inheritdoc/>
    public override string Summary => "end";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        call.Session.IsEnded = true;
        return [];
    }
}
