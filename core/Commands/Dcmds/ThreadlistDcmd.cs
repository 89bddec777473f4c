using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::threadlist</c>: threads with who they are, and with <c>-v</c> their stacks (usr/src/cmd/mdb/common/modules/genunix/thread.c, threadlist).</summary>
public sealed class ThreadlistDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::threadlist";

    /// <inheritdoc/>
    public override string Summary => "list threads, with -v and their stacks";

    /// <inheritdoc/>
    public override string Usage => "[-tv] [arguments]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } =
    [
        new('t', null, "no threads of task queues"),
        new('v', null, "what each does and its stack; the number is how many arguments of a frame are shown, 0 unless given"),
    ];

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "kthread_t";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var plan = call.Once(() => new Plan(call));
        foreach (var line in call.Head(plan.Table)) yield return line;
        foreach (var thread in plan.Threads.Named(call.HasAddress ? call.Address : null))
        {
            call.Cancel.ThrowIfCancellationRequested();
            if (thread.State == KernelThreadState.Free) continue;
            var reader = plan.Reader?.Read(thread.Address.Value) == true ? plan.Reader : null;
            string? queue = QueueOf(plan, reader);
            if (queue is not null && call.Arguments.Has('t')) continue;
            yield return plan.IsVerbose ? Verbose(plan.Table, reader, thread) : Short(call, plan.Table, reader, thread, queue);
            if (!plan.IsVerbose || call.FeedsPipe) continue;
            foreach (var line in Stack(call, plan, thread, queue)) yield return line;
        }
    }

    private sealed class Plan
    {
        public Plan(DcmdCall call)
        {
            Threads = new KernelThreads(call.Target);
            Reader = ObjectReader.Of(call.Session, "kthread_t");
            Queues = ObjectReader.Of(call.Session, "taskq_t", "struct taskq");
            IsVerbose = call.Arguments.Has('v');
            var words = call.Arguments.Operands;
            if (words.Count > 1 || (words.Count == 1 && !IsVerbose)) throw new MdbException($"usage: {DcmdHelp.Usage(new ThreadlistDcmd())}");
            Arguments = words.Count == 0 ? 0 : (int)Math.Min(call.Session.Evaluate(words[0]), int.MaxValue);
            int w = call.Digits;
            Table = IsVerbose
                ? new Table(new TableColumn("ADDR", w, Zeros: true, HeadLeft: false), new("PROC", w), new("LWP", w), new("CLS", 3), new("PRI", 3), new("WCHAN", w))
                : new Table(new TableColumn("ADDR", w, Zeros: true, HeadLeft: false), new("PROC", w), new("LWP", w), new("CMD/LWPID", 0, Left: true));
        }

        public KernelThreads Threads { get; }

        public ObjectReader? Reader { get; }

        public ObjectReader? Queues { get; }

        public bool IsVerbose { get; }

        public int Arguments { get; }

        public Table Table { get; }
    }

    private static CommandOutput Verbose(Table table, ObjectReader? reader, KernelThread thread) => table.Row(
        thread.Address.Value, Cell.Hex(thread.Address.Value), Cell.Hex(thread.Process?.Value), Cell.Hex(thread.Lwp?.Value ?? reader?.Number("t_lwp")),
        Cell.Unsigned(reader?.Number("t_cid")), Cell.Decimal(thread.Priority), Cell.Hex(thread.WaitChannel?.Value ?? reader?.Number("t_lwpchan.lc_wchan", "t_wchan", "t_lwpchan")));

    private static CommandOutput Short(DcmdCall call, Table table, ObjectReader? reader, KernelThread thread, string? queue) => table.Row(
        thread.Address.Value, Cell.Hex(thread.Address.Value), Cell.Hex(thread.Process?.Value), Cell.Hex(thread.Lwp?.Value ?? reader?.Number("t_lwp")), Cell.Of(Who(call, thread, queue)));

    private static string Who(DcmdCall call, KernelThread thread, string? queue)
    {
        if (thread.Tid is not (null or 0)) return string.Create(CultureInfo.InvariantCulture, $"{thread.Name ?? "?"}/{thread.Tid}");
        return queue is not null ? "tq:" + queue : $"{(thread.Start is { } start ? call.Session.Symbols.Text(start.Value) : "0")}()";
    }

    private static IEnumerable<CommandOutput> Stack(DcmdCall call, Plan plan, KernelThread thread, string? queue)
    {
        string pc = thread.SavedRegisters?.Pc is { } at ? call.Session.Symbols.Text(at.Value) : "?";
        yield return CommandOutput.Line($"  PC: {pc}    {What(call, plan, thread, queue)}");
        if (plan.Threads.Target(thread) is { } target)
            foreach (var line in FindstackDcmd.Lines(call, target, target.WalkStack(call.Cancel), new StackLayout(FramePointers: false, plan.Arguments, Indent: 4), indent: 2)) yield return line;
        yield return CommandOutput.Line("");
    }

    private static string What(DcmdCall call, Plan plan, KernelThread thread, string? queue)
    {
        if (thread.Tid is not (null or 0)) return $"CMD: {plan.Threads.Arguments(thread) ?? thread.Name ?? "?"}";
        return queue is not null ? $"TASKQ: {queue}" : $"THREAD: {(thread.Start is { } start ? call.Session.Symbols.Text(start.Value) : "0")}()";
    }

    /// <summary>The name of the task queue that a thread serves; null where it serves none.</summary>
    private static string? QueueOf(Plan plan, ObjectReader? reader) =>
        reader?.Number("t_taskq") is { } queue and not 0 && plan.Queues?.Read(queue) == true && plan.Queues.Text("tq_name") is { Length: > 0 } name ? name : null;
}
