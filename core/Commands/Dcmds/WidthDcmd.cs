using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>$w</c>: characters of a line, where formats wrap (cmd_pgwidth of mdb_cmds.c).</summary>
public sealed class WidthDcmd : Dcmd
{
    private const int Least = 20;
    private const int Most = 8192;

    /// <inheritdoc/>
    public override string Name => "$w";

    /// <inheritdoc/>
    public override string Summary => "get or set the characters of a line";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.HasAddress)
        {
            if (call.Address is < Least or > Most) throw new MdbException($"a line has {Least} to {Most} characters");
            call.Session.Columns = (int)call.Address;
        }

        yield return CommandOutput.Line(string.Create(CultureInfo.InvariantCulture, $"output page width = {call.Session.Columns}"));
    }
}
