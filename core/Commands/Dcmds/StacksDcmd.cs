using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::stacks</c>: the different stacks there are, and how many threads have each (usr/src/cmd/mdb/common/modules/genunix/findstack.c, stacks).</summary>
public sealed class StacksDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::stacks";

    /// <inheritdoc/>
    public override string Summary => "print the different stacks of the threads, with how many threads have each";

    /// <inheritdoc/>
    public override string Usage => "[-aiv] [-c function] [-C function] [-m module] [-M module] [-s sobj | -S sobj] [-t state | -T state]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } =
    [
        new('a', null, "every thread of each stack"),
        new('c', "function", "stacks with a frame of this function, or with this return address"),
        new('C', "function", "stacks without one"),
        new('f', null, "as mdb, which then forgets what it has gathered; here nothing is kept"),
        new('i', null, "interesting ones: no threads that are free or wait for a condition variable"),
        new('m', "module", "stacks with a frame of this module"),
        new('M', "module", "stacks without one"),
        new('s', "sobj", "threads that sleep on such an object: cv, mutex, rwlock, sema, shuttle, user, user_pi, all"),
        new('S', "sobj", "threads that do not"),
        new('t', "state", "threads in this state: free, sleep, run, onproc, zomb, stopped, wait, panic"),
        new('T', "state", "threads in another state"),
        new('v', null, "at the end, how many threads and stacks there are"),
    ];

    /// <inheritdoc/>
    public override string Details => """
        With the address of a thread: the stacks of threads like it. In a pipe: the stacks of the threads that come.

        ::stacks -m xdb -t sleep
        ::stacks -c cv_wait | ::findstack
        """;

    /// <inheritdoc/>
    public override bool TakesPipe => true;

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "kthread_t";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var gathered = Gather(call, Filter.Of(call));
        var table = new Table(new("THREAD", call.Digits, Left: true), new("STATE", 8, Left: true), new("SOBJ", call.Digits, Left: true), new("COUNT", 8));
        bool all = call.Arguments.Has('a');
        foreach (var group in gathered)
        {
            if (all || group == gathered[0]) foreach (var line in call.Head(table)) yield return line;
            for (int i = 0; i < (all || call.FeedsPipe ? group.Threads.Count : 1); i++)
                yield return table.Row(group.Threads[i], Cell.Hex(group.Threads[i]), Cell.Of(group.State), Cell.Of(group.Object), i == 0 ? Cell.Decimal(group.Threads.Count) : Cell.Of("-"));
            if (call.FeedsPipe) continue;
            if (group.Failed is { } failed) yield return CommandOutput.Line($"{new string(' ', call.Digits)} <{failed}>");
            foreach (string frame in group.Frames) yield return CommandOutput.Line($"{new string(' ', call.Digits)} {frame}");
            yield return CommandOutput.Line("");
        }

        if (call.Arguments.Has('v') && !call.FeedsPipe) yield return CommandOutput.Line($"{gathered.Count} unique stacks / {gathered.Sum(g => g.Threads.Count)} threads");
    }

    /// <summary>Threads with one stack.</summary>
    private sealed record Group(ulong StateNumber, string State, string Object, IReadOnlyList<string> Frames, string? Failed, bool IsPanic)
    {
        public List<ulong> Threads { get; } = [];
    }

    private static List<Group> Gather(DcmdCall call, Filter filter)
    {
        var threads = new KernelThreads(call.Target);
        var wanted = call.Piped?.ToHashSet();
        var groups = new Dictionary<string, Group>(StringComparer.Ordinal);
        string? alike = null;
        foreach (var thread in threads.Kernel.Threads)
        {
            call.Cancel.ThrowIfCancellationRequested();
            if (wanted is not null && !wanted.Contains(thread.Address.Value)) continue;
            var target = threads.Target(thread);
            bool panics = target?.IsPanicking == true;
            string state = panics ? "PANIC" : ThreadStates.Text(thread)?.ToUpperInvariant() ?? "?", kind = ObjectName(thread);
            if (!filter.TakesThread(state, kind, panics)) continue;
            var stack = target?.WalkStack(call.Cancel);
            if (!filter.TakesStack(stack)) continue;
            string[] frames = stack is null ? [] : [.. stack.Frames.Skip(FindstackDcmd.Hidden(target!, stack)).Where(f => !f.Inline && f.Exception is null).Select(call.Session.Stacks.Name)];
            string key = string.Join('\n', [state, kind, .. frames]);
            if (!groups.TryGetValue(key, out var group)) groups[key] = group = new Group(thread.RawState ?? ulong.MaxValue, state, kind, frames, frames.Length == 0 ? Reason(target, stack) : null, panics);
            group.Threads.Add(thread.Address.Value);
            if (call.HasAddress && wanted is null && thread.Address.Value == call.Address) alike = key;
        }

        if (call.HasAddress && wanted is null)
            return alike is not null ? [groups[alike]] : throw MdbException.OfItem($"couldn't read thread at {MdbNumbers.Plain(call.Address)}");

        // What panicked comes last, as it is what everything else is compared with.
        return [.. groups.Values.OrderBy(g => g.IsPanic).ThenByDescending(g => g.Threads.Count).ThenBy(g => g.StateNumber).ThenBy(g => g.Failed is not null).ThenBy(g => string.Join('\n', g.Frames), StringComparer.Ordinal)];
    }

    private static string Reason(TargetThread? thread, Unwinding.StackTrace? stack) => thread?.Registers is null ? "no saved registers" : stack?.Ended ?? "no stack is known";

    private static string ObjectName(KernelThread thread) => thread.WaitsFor switch
    {
        null => "<NONE>",
        "condition variable" => "CV",
        "semaphore" => "SEMA",
        "user object" => "USER",
        "user mutex" => "USER_PI",
        var other => other.ToUpperInvariant(),
    };

    /// <summary>Which threads are wanted.</summary>
    private sealed record Filter(Place? With, Place? Without, Module? In, Module? NotIn, string? Object, string? NotObject, string? State, string? NotState, bool KeepsPanic)
    {
        private static readonly string[] Objects = ["CV", "MUTEX", "RWLOCK", "SEMA", "SHUTTLE", "USER", "USER_PI", "ALL"];

        public static Filter Of(DcmdCall call)
        {
            var given = call.Arguments;
            bool interesting = given.Has('i');
            if (interesting && "sStT".Any(given.Has)) throw new MdbException("-i is incompatible with -[sStT]");
            if (given.Has('s') && given.Has('S')) throw new MdbException("only one of -s and -S can be specified");
            if (given.Has('t') && given.Has('T')) throw new MdbException("only one of -t and -T can be specified");
            if (given.Operands.Count > 0) throw new MdbException($"usage: {DcmdHelp.Usage(new StacksDcmd())}");
            return new Filter(Place.Of(call, 'c'), Place.Of(call, 'C'), ModuleOf(call, 'm'), ModuleOf(call, 'M'), Named(call, 's', Objects), interesting ? "CV" : Named(call, 'S', Objects),
                Named(call, 't', States), interesting ? "FREE" : Named(call, 'T', States), interesting);
        }

        private static string[] States => [.. ThreadStates.All.Select(s => s.ToUpperInvariant()), "PANIC"];

        public bool TakesThread(string state, string kind, bool panics) =>
            (Object is null || Matches(Object, kind)) && (NotObject is null || !Matches(NotObject, kind) || (KeepsPanic && panics)) && (State is null || State == state) && (NotState is null || NotState != state);

        public bool TakesStack(Unwinding.StackTrace? stack)
        {
            var pcs = (stack?.Frames ?? []).Where(f => f.Exception is null).Select(f => f.Pc).ToList();
            return (With is null || pcs.Any(p => With.Contains(p.Value))) && (Without is null || !pcs.Any(p => Without.Contains(p.Value)))
                && (In is null || pcs.Any(In.Covers)) && (NotIn is null || !pcs.Any(NotIn.Covers));
        }

        private static bool Matches(string wanted, string kind) => wanted == "ALL" ? kind != "<NONE>" : wanted == kind;

        private static string? Named(DcmdCall call, char option, string[] names)
        {
            if (call.Arguments.Text(option) is not { } text) return null;
            string upper = text.ToUpperInvariant();
            return names.Contains(upper) ? upper : throw new MdbException($"-{option} {text}: there is {string.Join(", ", names.Select(n => n.ToLowerInvariant()))}");
        }

        private static Module? ModuleOf(DcmdCall call, char option)
        {
            if (call.Arguments.Text(option) is not { } name) return null;
            var modules = call.Session.Symbols.Modules;
            return modules.FirstOrDefault(m => m.Name == name) ?? throw new MdbException($"stacks: module \"{name}\" is unknown{NearestName.Hint(name, modules.Select(m => m.Name))}");
        }
    }

    /// <summary>A function's code, or one address.</summary>
    private sealed record Place(ulong Start, ulong Length)
    {
        public bool Contains(ulong pc) => unchecked(pc - Start) < Length;

        public static Place? Of(DcmdCall call, char option)
        {
            if (call.Arguments.Text(option) is not { } text) return null;
            ulong at = call.Session.Evaluate(text);
            return call.Session.Symbols.At(at) is var (_, symbol) && symbol.Address.Value == at ? new Place(at, Math.Max(1, symbol.Size)) : new Place(at, 1);
        }
    }
}
