using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary>What stands behind <c>::map</c> and <c>::grep</c>: an expression, read once; or commands that leave their answer in dot.</summary>
internal sealed class DotExpression
{
    private readonly string _text;
    private readonly MdbExpression? _expression;

    public DotExpression(Dcmd dcmd, DcmdCall call)
    {
        _text = string.Join(' ', call.Arguments.Operands);
        if (_text.Length == 0) throw new MdbException($"usage: {DcmdHelp.Usage(dcmd)}");
        try
        {
            var parser = new MdbParser(_text, call.Session.PointerSize);
            if (parser.Next() is { Address: { } expression, Count: null, Pipeline.Count: 0, Filter: null } && parser.Next() is null) _expression = expression;
        }
        catch (MdbException e)
        {
            throw new MdbException(e.Message);
        }
    }

    /// <summary>Runs the commands, and lets through what they have to complain of.</summary>
    public IEnumerable<CommandOutput> Errors(DcmdCall call) =>
        _expression is null ? call.Session.RunWithin(_text, hasAddress: false, call.Cancel).Where(line => line.IsError || !call.FeedsPipe) : [];

    /// <summary>The answer for the address of a call.</summary>
    public ulong Of(DcmdCall call)
    {
        if (_expression is null) return call.Session.Dot;
        try
        {
            return call.Session.Evaluate(_expression);
        }
        catch (MdbException e)
        {
            throw new MdbException(e.Message, stops: e.Stops);
        }
    }
}
