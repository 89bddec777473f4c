using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::eval</c>: runs its words as commands, once for each address of a pipe.</summary>
public sealed class EvalDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::eval";

    /// <inheritdoc/>
    public override string Summary => "run commands, for each address of a pipe";

    /// <inheritdoc/>
    public override string Usage => "commands";

    /// <inheritdoc/>
    public override bool TakesRawWords => true;

    /// <inheritdoc/>
    public override string Details => """
        Quotes keep signs together that would end the command: ; | ! and blanks. Dot is the address.

        ::walk vcpu v | ::eval "<v=Kn"
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.Arguments.Operands.Count == 0) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        return call.Session.RunWithin(string.Join(' ', call.Arguments.Operands), hasAddress: false, call.Cancel);
    }
}
