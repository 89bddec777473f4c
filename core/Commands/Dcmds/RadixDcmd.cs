using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>$d</c>: the radix of numbers without prefix (cmd_radix of mdb_cmds.c).</summary>
public sealed class RadixDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "$d";

    /// <inheritdoc/>
    public override string Summary => "get or set the radix of numbers without prefix";

    /// <inheritdoc/>
    public override string Details => """
        0t10$d    decimal from here on; 0x10$d hexadecimal again
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.HasAddress)
        {
            if (call.Address is < 2 or > 16) throw new MdbException("expected radix from 2 to 16");
            call.Session.Radix = (int)call.Address;
        }

        yield return CommandOutput.Line(string.Create(CultureInfo.InvariantCulture, $"radix = {call.Session.Radix} base ten"));
    }
}
