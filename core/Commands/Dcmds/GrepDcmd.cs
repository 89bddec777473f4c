namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::grep</c>: those addresses of a pipe for which an expression is not zero (cmd_grep of mdb_cmds.c).</summary>
public sealed class GrepDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::grep";

    /// <inheritdoc/>
    public override string Summary => "print the address if an expression in which . is the address is not 0";

    /// <inheritdoc/>
    public override string Usage => "expression";

    /// <inheritdoc/>
    public override bool TakesRawWords => true;

    /// <inheritdoc/>
    public override string Details => """
        ::walk vcpu | ::grep ".!=ffbe1100"
        ::walk vcpu | ::grep "*/i/.==0"
        Lines of text are filtered by ! grep.
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var value = call.Once(() => new DotExpression(this, call));
        foreach (var line in value.Errors(call)) yield return line;
        if (value.Of(call) != 0) yield return CommandOutput.Line(Language.MdbNumbers.Plain(call.Address, call.Session.Radix), call.Address);
    }
}
