using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::help</c>.</summary>
public sealed class HelpDcmd : Dcmd
{
    private static readonly string[] Introduction =
    [
        "Each line is [address][,count] [command] [| command ...] [! filter].",
        "",
        "  address   hexadecimal unless 0t, 0o or 0i stands before it; a symbol; an expression; space:expression (::spaces)",
        "  ::name    a command; ::dcmds lists them, ::help NAME tells of one",
        "  /X        memory at the address as a 4-byte number; ::formats lists the letters; = shows the value itself",
        "  a | b     runs b for each address that a prints; ::walkers lists what ::walk can walk",
        "  ! grep    filters lines: grep, egrep, head, tail, wc, sort, uniq",
        "",
        "Good first lines: ::status   ::findings   $C   ::stack -u   ::cpuinfo   ::msgbuf   ::domain",
    ];

    /// <inheritdoc/>
    public override string Name => "::help";

    /// <inheritdoc/>
    public override string Summary => "tell of a command, or how lines are written";

    /// <inheritdoc/>
    public override string Usage => "[command]";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override OperandKind Operands => OperandKind.Command;

    /// <inheritdoc/>
    public override bool TakesRawWords => true;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var words = call.Arguments.Operands;
        return (words.Count == 0 ? Introduction : words.SelectMany(w => DcmdHelp.Lines(Find(w)))).Select(line => CommandOutput.Line(line));
    }

    private static Dcmd Find(string word) => DcmdCatalog.Find(word) ?? DcmdCatalog.Find("::" + word)
        ?? throw new MdbException($"unknown command: {word}{NearestName.Hint("::" + word.TrimStart(':'), DcmdCatalog.Names)}");
}
