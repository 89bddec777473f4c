namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::echo</c>: prints its words; numbers of <c>$[...]</c> in the current radix.</summary>
public sealed class EchoDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::echo";

    /// <inheritdoc/>
    public override string Summary => "print words";

    /// <inheritdoc/>
    public override string Usage => "[word ...]";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override bool TakesRawWords => true;

    /// <inheritdoc/>
    public override bool WritesNumbersPlain => true;

    /// <inheritdoc/>
    public override string Details => """
        ::echo dom0 has $[*dom0_nrpages] pages
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        yield return CommandOutput.Line(string.Join(' ', call.Arguments.Operands));
    }
}
