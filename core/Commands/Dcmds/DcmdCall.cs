using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary>One call of a command: what was typed around it.</summary>
public sealed class DcmdCall
{
    private readonly CommandStage _stage;

    internal DcmdCall(MdbSession session, CommandStage stage, CancellationToken cancel) => (Session, _stage, Cancel) = (session, stage, cancel);

    /// <summary>The session: dot, variables, symbols.</summary>
    public MdbSession Session { get; }

    /// <summary>The dump.</summary>
    public DumpTarget Target => Session.Target;

    /// <summary>How the command was typed: <c>$C</c> or <c>::stack</c>.</summary>
    public string Spelling => _stage.Spelling;

    /// <summary>The list of formats of <c>/ \ ? @ =</c>; null for other commands.</summary>
    public FormatCommand? Formats => _stage.Formats;

    /// <summary>Its words.</summary>
    public required DcmdArguments Arguments { get; init; }

    /// <summary>Whether an address was given, typed or through a pipe; else <see cref="Address"/> is where dot is.</summary>
    public required bool HasAddress { get; init; }

    /// <summary>The address.</summary>
    public required ulong Address { get; init; }

    /// <summary>All that came through the pipe, for a command that takes it at once; null without a pipe.</summary>
    public IReadOnlyList<ulong>? Piped { get; init; }

    /// <summary>The count before the command; null where there is none, or it was used up by running it that often.</summary>
    public ulong? Count { get; init; }

    /// <summary>Whether this is the first call of a loop or a pipe: where heads of tables are printed.</summary>
    public required bool IsFirst { get; init; }

    /// <summary>Whether the address came through a pipe.</summary>
    public bool IsFed { get; init; }

    /// <summary>Whether another command takes what this one says: then it says numbers alone.</summary>
    public bool FeedsPipe => _stage.FeedsPipe;

    /// <summary>The type of the things whose addresses come through the pipe; null where unknown.</summary>
    public string? SourceType => _stage.SourceType;

    /// <summary>Stops it.</summary>
    public CancellationToken Cancel { get; }

    /// <summary>Digits of an address: 8 or 16, mdb's <c>%?</c>.</summary>
    public int Digits => Session.PointerSize * 2;

    /// <summary>The address space that the address is in.</summary>
    public AddressSpace Space => Session.SpaceOf(Address);

    /// <summary>The head of a table, where it is wanted here.</summary>
    public IEnumerable<CommandOutput> Head(Table table) => IsFirst && !FeedsPipe ? [table.Head()] : [];

    /// <summary>Makes something once for all calls of a loop or a pipe: the type that was named, a table.</summary>
    public T Once<T>(Func<T> make)
        where T : class => (T)(_stage.Kept ??= make());

    /// <summary>Ends the pipe before this command: nothing that it would still print is wanted.</summary>
    public void TakeNoMore() => _stage.IsDone = true;
}
