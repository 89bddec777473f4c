namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::dcmds</c>: all commands, one a line.</summary>
public sealed class DcmdsDcmd : Dcmd
{
    private const int NameWidth = 24;

    /// <inheritdoc/>
    public override string Name => "::dcmds";

    /// <inheritdoc/>
    public override string Summary => "list the commands";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call) =>
        DcmdCatalog.All.SelectMany(d => d.Aliases.Prepend(d.Name).Select(name => (Name: name.StartsWith("::", StringComparison.Ordinal) ? name[2..] : name, d.Summary)))
            .OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => CommandOutput.Line($"{d.Name.PadRight(NameWidth)} - {d.Summary}"));
}
