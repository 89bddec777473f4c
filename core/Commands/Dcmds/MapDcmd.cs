namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::map</c>: the value of an expression for each address of a pipe, which is dot in it (cmd_map of mdb_cmds.c).</summary>
public sealed class MapDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::map";

    /// <inheritdoc/>
    public override string Summary => "print the value of an expression in which . is the address";

    /// <inheritdoc/>
    public override string Usage => "expression";

    /// <inheritdoc/>
    public override bool TakesRawWords => true;

    /// <inheritdoc/>
    public override string Details => """
        ::walk vcpu | ::map .+8 | ::print int
        ::walk vcpu | ::map "*(.+10)"
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var value = call.Once(() => new DotExpression(this, call));
        foreach (var line in value.Errors(call)) yield return line;
        ulong number = value.Of(call);
        yield return CommandOutput.Line(Language.MdbNumbers.Plain(number, call.Session.Radix), number);
    }
}
