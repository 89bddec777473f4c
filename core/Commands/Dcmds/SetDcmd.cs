using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::set</c>: shows the settings; they have commands of their own.</summary>
public sealed class SetDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::set";

    /// <inheritdoc/>
    public override string Summary => "show the settings";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override bool TakesRawWords => true;

    /// <inheritdoc/>
    public override string Details => """
        $d sets the radix, $w the characters of a line.
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.Arguments.Operands.Count > 0) throw new MdbException("::set only shows: the radix is set by $d, the characters of a line by $w");
        yield return CommandOutput.Line(string.Create(CultureInfo.InvariantCulture, $"         radix: {call.Session.Radix} base ten ($d)"));
        yield return CommandOutput.Line(string.Create(CultureInfo.InvariantCulture, $"    page width: {call.Session.Columns} ($w)"));
    }
}
