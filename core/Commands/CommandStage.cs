using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands;

/// <summary>A command in its pipe, while the pipe runs.</summary>
internal sealed class CommandStage(MdbSession session, MdbCommand command, Dcmd dcmd, bool feedsPipe)
{
    private DcmdArguments? _arguments;

    /// <summary>The command.</summary>
    public Dcmd Dcmd { get; } = dcmd;

    /// <summary>As it was typed.</summary>
    public string Spelling { get; } = command is DcmdCommand typed ? typed.Name : ((FormatCommand)command).Verb.ToString();

    /// <summary>The list of formats; null for a command with words.</summary>
    public FormatCommand? Formats { get; } = command as FormatCommand;

    /// <summary>Whether another command takes what this one says.</summary>
    public bool FeedsPipe { get; } = feedsPipe;

    /// <summary>The type of what comes through the pipe; null where unknown.</summary>
    public string? SourceType { get; set; }

    /// <summary>What the command made for all its calls.</summary>
    public object? Kept { get; set; }

    /// <summary>Its last call so far; null before the first.</summary>
    public DcmdCall? LastCall { get; set; }

    /// <summary>Whether it wants nothing more of the pipe.</summary>
    public bool IsDone { get; set; }

    /// <summary>Where it stands.</summary>
    public TextSpan Span { get; } = command.Span;

    /// <summary>Its words, with <c>$[…]</c> computed: once, unless such are among them.</summary>
    public DcmdArguments Arguments()
    {
        if (_arguments is not null) return _arguments;
        var words = command is DcmdCommand dcmd ? dcmd.Arguments : [];
        var parsed = DcmdArguments.Parse(Dcmd, [.. words.Select(Word)], session.Radix);
        if (words.All(w => w.Expression is null)) _arguments = parsed;
        return parsed;
    }

    private string Word(MdbArgument argument)
    {
        if (argument.Text is { } text) return text;
        ulong value = session.Evaluate(argument.Expression!);
        return Dcmd.WritesNumbersPlain ? MdbNumbers.Plain(value, session.Radix) : MdbNumbers.Prefixed(value);
    }
}
