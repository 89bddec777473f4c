using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::head</c>: the first addresses of a pipe; nothing behind them is computed.</summary>
public sealed class HeadDcmd : Dcmd
{
    private const long Usual = 10;

    /// <inheritdoc/>
    public override string Name => "::head";

    /// <inheritdoc/>
    public override string Summary => "the first addresses of a pipe";

    /// <inheritdoc/>
    public override string Usage => "[-count | -n count]";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.Required;

    /// <inheritdoc/>
    public override bool TakesRawWords => true;

    /// <inheritdoc/>
    public override string Details => """
        The count is decimal; 10 without one.

        ::walk thread | ::head -3 | ::findstack
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (!call.IsFed) throw new MdbException("::head stands behind a |");
        var left = call.Once(() => new Left { Count = Count(call.Arguments.Operands) });
        if (--left.Count <= 0) call.TakeNoMore();
        return left.Count < 0 ? [] : [CommandOutput.Line(MdbNumbers.Plain(call.Address), call.Address)];
    }

    private long Count(IReadOnlyList<string> words)
    {
        string? text = words switch
        {
            [] => Usual.ToString(CultureInfo.InvariantCulture),
            ["-n", var number] => number,
            [var word] when word.Length > 1 && word[0] == '-' => word[1..],
            _ => null,
        };
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
    }

    private sealed class Left
    {
        public long Count { get; set; }
    }
}
