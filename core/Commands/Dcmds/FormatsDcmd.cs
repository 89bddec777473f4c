using XenDumpAdapter.Core.Commands.Formats;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::formats</c>: the letters behind <c>/ \ ? @ =</c> (cmd_formats of usr/src/cmd/mdb/common/mdb/mdb_fmt.c).</summary>
public sealed class FormatsDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::formats";

    /// <inheritdoc/>
    public override string Summary => "list the format letters of / \\ ? @ =";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        foreach (var letter in FormatLetter.All)
        {
            string kind = letter.Kind switch
            {
                FormatKind.Write => "write ",
                FormatKind.Search => "match ",
                _ => "",
            };
            int size = letter.Size < 0 ? -1 : letter.BytesOf(call.Session.PointerSize);
            string bytes = size switch
            {
                < 0 => "",
                0 => " (variable size)",
                1 => " (1 byte)",
                _ => $" ({size} bytes)",
            };
            yield return CommandOutput.Line($"{letter.Letter} - {kind}{letter.Help}{bytes}");
        }
    }
}
