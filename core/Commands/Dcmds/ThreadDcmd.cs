using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::thread</c>: members of threads, in sets (usr/src/cmd/mdb/common/modules/genunix/thread.c, thread).</summary>
public sealed class ThreadDcmd : Dcmd
{
    private const string Sets = "pibsd";

    /// <inheritdoc/>
    public override string Name => "::thread";

    /// <inheritdoc/>
    public override string Summary => "print threads";

    /// <inheritdoc/>
    public override string Usage => "[-bdfimps]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } =
    [
        new('b', null, "what it waits for"),
        new('d', null, "dispatching"),
        new('f', null, "no threads that are free"),
        new('i', null, "state and priority (the default)"),
        new('m', null, "all sets on one line"),
        new('p', null, "process and lwp"),
        new('s', null, "signals"),
    ];

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "kthread_t";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var plan = call.Once(() => new Plan(call));
        foreach (var table in plan.Tables)
            foreach (var line in call.Head(table)) yield return line;
        foreach (var thread in plan.Threads.Named(call.HasAddress ? call.Address : null))
        {
            call.Cancel.ThrowIfCancellationRequested();
            if (plan.SkipsFree && thread.State == KernelThreadState.Free) continue;
            var reader = plan.Reader?.Read(thread.Address.Value) == true ? plan.Reader : null;
            for (int i = 0; i < plan.Tables.Count; i++)
                yield return plan.Tables[i].Row(i == 0 ? thread.Address.Value : null, [i == 0 ? Cell.Hex(thread.Address.Value) : Cell.Of(""), .. plan.Sets[i].SelectMany(s => Cells(call, reader, thread, s))]);
        }
    }

    /// <summary>What all calls of a pipe share: the sets, merged or each with a line of its own.</summary>
    private sealed class Plan
    {
        public Plan(DcmdCall call)
        {
            Threads = new KernelThreads(call.Target);
            Reader = ObjectReader.Of(call.Session, "kthread_t");
            SkipsFree = call.Arguments.Has('f');
            string wanted = string.Concat(ThreadDcmd.Sets.Where(s => call.Arguments.Has(s)));
            bool merges = call.Arguments.Has('m') || wanted.Length == 0;
            if (wanted.Length == 0) wanted = call.Digits == 16 ? "i" : "id";
            Sets = merges ? [wanted] : [.. wanted.Select(s => s.ToString())];
            Tables = [.. Sets.Select((set, i) => new Table([new TableColumn(i == 0 ? "ADDR" : "", call.Digits, Zeros: i == 0, HeadLeft: false), .. set.SelectMany(s => Columns(s, call.Digits))]))];
        }

        public KernelThreads Threads { get; }

        public ObjectReader? Reader { get; }

        public bool SkipsFree { get; }

        public IReadOnlyList<string> Sets { get; }

        public IReadOnlyList<Table> Tables { get; }
    }

    private static IEnumerable<TableColumn> Columns(char set, int digits) => set switch
    {
        'p' => [new("PROC", digits), new("LWP", digits), new("CRED", digits)],
        'i' => [new("STATE", 8, Left: true, HeadLeft: false), new("FLG", 4), new("PFLG", 4), new("SFLG", 4), new("PRI", 5), new("EPRI", 5), new("PIL", 3), new("INTR", digits)],
        'b' => [new("WCHAN", digits), new("TS", digits), new("PITS", digits), new("SOBJ OPS", 11)],
        's' => [new("SIGQUEUE", digits), new("SIG PEND", 16, Zeros: true, HeadLeft: false), new("SIG HELD", 16, Zeros: true, HeadLeft: false)],
        _ => [new("DISPTIME", digits), new("BOUND", 5), new("PR", 2)],
    };

    private static IEnumerable<Cell> Cells(DcmdCall call, ObjectReader? r, KernelThread thread, char set) => set switch
    {
        'p' => [Cell.Hex(thread.Process?.Value), Cell.Hex(r?.Number("t_lwp") ?? thread.Lwp?.Value), Cell.Hex(r?.Number("t_cred"))],
        'i' =>
        [
            Cell.Of(ThreadStates.Text(thread)), Cell.Hex(r?.Number("t_flag") ?? thread.Flags), Cell.Hex(r?.Number("t_proc_flag")), Cell.Hex(r?.Number("t_schedflag")),
            Cell.Decimal(thread.Priority), Cell.Decimal(r?.Signed("t_epri")), Cell.Unsigned(r?.Number("t_pil")),
            r?.Number("t_intr") is { } pinned ? pinned == 0 ? Cell.Of("n/a") : Cell.Hex(pinned) : thread.Interrupted is { } other ? Cell.Hex(other.Value) : default,
        ],
        'b' => [Cell.Hex(thread.WaitChannel?.Value ?? r?.Number("t_lwpchan.lc_wchan", "t_wchan", "t_lwpchan")), Cell.Hex(r?.Number("t_ts")), Cell.Hex(r?.Number("t_prioinv")), Cell.Of(Cut(r?.Number("t_sobj_ops") is { } ops ? call.Session.Symbols.Text(ops) : null))],
        's' => [Cell.Hex(r?.Number("t_sigqueue")), Cell.Hex(r?.Number("t_sig")), Cell.Hex(r?.Number("t_hold"))],
        _ => [Cell.Hex(r?.Number("t_disp_time")), Cell.Decimal(r?.Signed("t_bind_cpu")), Cell.Decimal(r?.Signed("t_preempt"))],
    };

    private static string? Cut(string? text) => text is { Length: > 11 } ? text[..11] : text;
}
