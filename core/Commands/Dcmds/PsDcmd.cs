using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::ps</c>: processes.</summary>
public sealed class PsDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::ps";

    /// <inheritdoc/>
    public override string Summary => "list processes";

    /// <inheritdoc/>
    public override string Usage => "[-flPtTz]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } =
    [
        new('f', null, "the command line, not the name alone"),
        new('l', null, "its lwps"),
        new('P', null, "the project's id"),
        new('t', null, "its threads"),
        new('T', null, "the task's id"),
        new('z', null, "the zone's id"),
    ];

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "proc_t";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var kernel = KernelThreads.RequireKernel(call.Target);
        var rows = call.Once(() => new ProcessRows(call));
        var processes = call.HasAddress ? kernel.Processes.Where(p => p.Address.Value == call.Address).Take(1).ToList() : kernel.Processes;
        if (processes.Count == 0 && call.HasAddress) throw MdbException.OfItem($"there is no process at {MdbNumbers.Prefixed(call.Address)}");
        foreach (var line in call.Head(rows.Table)) yield return line;
        ILookup<ulong, KernelThread>? threads = null;
        foreach (var process in processes)
        {
            call.Cancel.ThrowIfCancellationRequested();
            yield return rows.Row(process);
            if (call.FeedsPipe || !(call.Arguments.Has('t') || call.Arguments.Has('l'))) continue;
            threads ??= kernel.Threads.Where(t => t.Process is not null).ToLookup(t => t.Process!.Value.Value);
            foreach (var thread in threads[process.Address.Value])
                foreach (var line in Threads(call, thread)) yield return line;
        }
    }

    private static IEnumerable<CommandOutput> Threads(DcmdCall call, KernelThread thread)
    {
        if (call.Arguments.Has('t'))
            yield return CommandOutput.Line($"\tT  {call.Session.Symbols.Text(thread.Address.Value).PadLeft(call.Digits)} <{StateName(thread)}>", thread.Address.Value);
        if (call.Arguments.Has('l'))
            yield return CommandOutput.Line(string.Create(CultureInfo.InvariantCulture, $"\tL  {call.Session.Symbols.Text(thread.Lwp?.Value ?? 0).PadLeft(call.Digits)} ID: {thread.Tid?.ToString(CultureInfo.InvariantCulture) ?? "?"}"), thread.Lwp?.Value);
    }

    private static string StateName(KernelThread thread) => thread.State is null ? "?" : "TS_" + ThreadStates.Text(thread)!.ToUpperInvariant();
}

/// <summary><c>::pgrep</c>: processes by name.</summary>
public sealed class PgrepDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::pgrep";

    /// <inheritdoc/>
    public override string Summary => "list processes whose name matches a regular expression";

    /// <inheritdoc/>
    public override string Usage => "[-nox] pattern";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('n', null, "the newest alone"), new('o', null, "the oldest alone"), new('x', null, "the whole name must match")];

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "proc_t";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var words = call.Arguments.Operands;
        bool newest = call.Arguments.Has('n'), oldest = call.Arguments.Has('o');
        if (words.Count != 1 || (newest && oldest)) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        var pattern = Filters.Patterns.Extended(call.Arguments.Has('x') ? $"^({words[0]})$" : words[0]) ?? throw new MdbException($"{words[0]} is no regular expression that can be used here");
        var found = KernelThreads.RequireKernel(call.Target).Processes.Where(p => p.Name is { } name && pattern.IsMatch(name));
        if (newest || oldest) found = Extreme(call, found, newest);
        var rows = call.Once(() => new ProcessRows(call));
        return [.. call.Head(rows.Table), .. found.Select(rows.Row)];
    }

    private static IEnumerable<KernelProcess> Extreme(DcmdCall call, IEnumerable<KernelProcess> processes, bool newest)
    {
        var reader = ObjectReader.Of(call.Session, "proc_t", "struct proc");
        (long Seconds, long Nanoseconds)? best = null;
        KernelProcess? found = null;
        foreach (var process in processes)
        {
            if (reader?.Read(process.Address.Value) != true || reader.Signed("p_user.u_start.tv_sec", "p_mstart") is not { } seconds) continue;
            var start = (seconds, reader.Signed("p_user.u_start.tv_nsec") ?? 0);
            if (best is not null && (newest ? start.CompareTo(best.Value) <= 0 : start.CompareTo(best.Value) >= 0)) continue;
            (best, found) = (start, process);
        }

        return found is null ? [] : [found];
    }
}

/// <summary><c>::pid2proc</c>: the process with an id.</summary>
public sealed class Pid2procDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::pid2proc";

    /// <inheritdoc/>
    public override string Summary => "print the address of the process with the id that the address is";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.Required;

    /// <inheritdoc/>
    public override string Details => "0t1234::pid2proc | ::ps -f";

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "proc_t";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var process = KernelThreads.RequireKernel(call.Target).Processes.FirstOrDefault(p => call.Address <= int.MaxValue && p.Pid == (int)call.Address)
            ?? throw MdbException.OfItem($"PID 0t{MdbNumbers.Plain(call.Address, 10)} not found");
        return [CommandOutput.Line(MdbNumbers.Plain(process.Address.Value), process.Address.Value)];
    }
}

/// <summary><c>::ptree</c>: processes by who started whom.</summary>
public sealed class PtreeDcmd : Dcmd
{
    private const int Step = 5;

    /// <inheritdoc/>
    public override string Name => "::ptree";

    /// <inheritdoc/>
    public override string Summary => "print the tree of processes, or the line through one";

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "proc_t";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var tree = new ProcessTree(KernelThreads.RequireKernel(call.Target));
        var lines = call.HasAddress ? Through(tree, call.Address) : tree.Whole;
        return lines.Select(l => CommandOutput.Line($"{new string(' ', Math.Min(l.Depth, 100) * Step)}{MdbNumbers.Plain(l.Process.Address.Value).PadLeft(call.Digits, '0')}  {l.Process.Name ?? "?"}", l.Process.Address.Value));
    }

    private static IEnumerable<(KernelProcess Process, int Depth)> Through(ProcessTree tree, ulong address)
    {
        var below = tree.Below(address).ToList();
        return tree.Ancestors(below[0].Process).Select((p, i) => (p, i)).Concat(below);
    }
}
