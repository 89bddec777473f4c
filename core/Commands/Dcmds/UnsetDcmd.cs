using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::unset</c>: forgets variables.</summary>
public sealed class UnsetDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::unset";

    /// <inheritdoc/>
    public override string Summary => "forget variables";

    /// <inheritdoc/>
    public override string Usage => "variable ...";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.Arguments.Operands.Count == 0) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        foreach (string name in call.Arguments.Operands)
            if (!call.Session.Variables.Remove(name)) yield return CommandOutput.Error($"variable '{name}' not defined");
    }
}
