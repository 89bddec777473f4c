using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Runs the commands of a pipe: each value that one prints is dot of a call of the next. Values go through one at a time, so a pipe holds none.</summary>
internal sealed class CommandPipe(MdbSession session, IReadOnlyList<CommandStage> stages)
{
    /// <summary>The lines of the last command, and all errors.</summary>
    public IEnumerable<CommandOutput> Run(bool hasAddress, ulong? count, CancellationToken cancel)
    {
        var output = First(stages[0], hasAddress, count, cancel);
        for (int i = 1; i < stages.Count; i++)
        {
            stages[i].SourceType = stages[i - 1].Dcmd.TypeOfResults(stages[i - 1].Arguments());
            output = Feed(output, stages[i], cancel);
        }

        return output;
    }

    private IEnumerable<CommandOutput> First(CommandStage stage, bool hasAddress, ulong? count, CancellationToken cancel)
    {
        ulong calls = stage.Dcmd.TakesCount ? 1 : count ?? 1;
        bool stopped = false;

        // The commands behind it move dot and the increment while this one is still at work.
        ulong dot = session.Dot;
        for (ulong i = 0; i < calls && !stopped; i++)
        {
            cancel.ThrowIfCancellationRequested();
            (session.Dot, session.Increment) = (dot, 0);
            foreach (var line in Call(stage, hasAddress, i == 0, stage.Dcmd.TakesCount ? count : null, cancel))
            {
                // What is not in the dump would be missed as often as is counted.
                stopped |= line.IsError;
                yield return line;
            }

            dot = i + 1 < calls ? unchecked(session.Dot + session.Increment) : session.Dot;
        }

        foreach (var line in End(stage)) yield return line;
    }

    private IEnumerable<CommandOutput> Feed(IEnumerable<CommandOutput> source, CommandStage stage, CancellationToken cancel)
    {
        bool isFirst = true;
        ulong? last = null;
        var piped = stage.Dcmd.TakesPipe ? new List<ulong>() : null;
        foreach (var line in source)
        {
            cancel.ThrowIfCancellationRequested();
            if (line.IsError) yield return line;
            if (line.IsError || line.IsHeader) continue;
            var upstream = (session.Dot, session.Increment);
            last = session.Dot = line.Value ?? Parsed(line.Text);
            piped?.Add(session.Dot);
            if (piped?.Count > DumpLimits.ListItems) throw new MdbException($"{stage.Spelling} takes at most {DumpLimits.ListItems} addresses from a pipe", stage.Span);
            foreach (var output in piped is null ? Call(stage, true, isFirst, null, cancel, isFed: true) : []) yield return output;
            (session.Dot, session.Increment) = upstream;
            isFirst = false;
            if (stage.IsDone) break;
        }

        if (last is { } fed) session.Dot = fed;
        foreach (var line in piped is { Count: > 0 } ? Call(stage, true, true, null, cancel, isFed: true, piped) : []) yield return line;
        foreach (var line in End(stage)) yield return line;
    }

    private static IEnumerable<CommandOutput> End(CommandStage stage) => stage.LastCall is { } call ? stage.Dcmd.End(call) : [];

    private ulong Parsed(string text)
    {
        try
        {
            return session.Evaluate(text);
        }
        catch (MdbException e)
        {
            throw new MdbException($"a pipe wants addresses, and \"{text}\" is none ({e.Message})");
        }
    }

    /// <summary>One call; what is wrong with its item alone is a line, and the next item follows.</summary>
    private IEnumerable<CommandOutput> Call(CommandStage stage, bool hasAddress, bool isFirst, ulong? count, CancellationToken cancel, bool isFed = false, IReadOnlyList<ulong>? piped = null)
    {
        if (hasAddress && stage.Dcmd.Address == AddressUse.None) throw new MdbException($"{stage.Spelling} takes no address: {DcmdHelp.Usage(stage.Dcmd)}", stage.Span);
        if (!hasAddress && stage.Dcmd.Address == AddressUse.Required) throw new MdbException($"{stage.Spelling} wants an address: {DcmdHelp.Usage(stage.Dcmd)}", stage.Span);
        var call = new DcmdCall(session, stage, cancel) { Arguments = ArgumentsOf(stage), HasAddress = hasAddress, Address = session.Dot, Count = count, IsFirst = isFirst, IsFed = isFed, Piped = piped };
        stage.LastCall = call;
        return CommandLines.Catching(() => stage.Dcmd.Run(call), wrong => wrong.Stops ? throw wrong : [CommandOutput.Error(wrong.Message)]);
    }

    // What is wrong with the words behind a command is a mistake in the line, and is pointed at.
    private static DcmdArguments ArgumentsOf(CommandStage stage)
    {
        try
        {
            return stage.Arguments();
        }
        catch (MdbException e) when (e.At is null && e.Stops)
        {
            throw new MdbException(e.Message, stage.Span);
        }
    }
}
