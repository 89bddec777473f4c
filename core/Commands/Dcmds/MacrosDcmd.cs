namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>$M</c>: the macros of <c>$&lt;</c> (cmd_macalias_list of mdb_macalias.c).</summary>
public sealed class MacrosDcmd : Dcmd
{
    private static readonly Table Columns = new(new TableColumn("MACRO", 20, Left: true), new TableColumn("NATIVE EQUIVALENT", 0, Left: true));

    /// <inheritdoc/>
    public override string Name => "$M";

    /// <inheritdoc/>
    public override string Summary => "list the macros of $<";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call) =>
        call.Head(Columns).Concat(MacroDcmd.Macros.Select(m => Columns.Row(null, Cell.Of(m.Name), Cell.Of(m.Commands))));
}
