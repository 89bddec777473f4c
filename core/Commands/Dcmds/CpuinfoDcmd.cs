using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::cpuinfo</c>: what each CPU runs, and with <c>-v</c> what waits for it (usr/src/cmd/mdb/common/modules/genunix/genunix.c, cpuinfo_walk_cpu).</summary>
public sealed class CpuinfoDcmd : Dcmd
{
    private const int IdWidth = 3;
    private const int FlagWidth = 9;
    private const int InterruptIndent = 4;

    /// <inheritdoc/>
    public override string Name => "::cpuinfo";

    /// <inheritdoc/>
    public override string Summary => "print CPUs and the threads that run on them";

    /// <inheritdoc/>
    public override string Usage => "[-v]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('v', null, "flags in words, interrupt threads, and the threads that wait")];

    /// <inheritdoc/>
    public override string Details => "The address is a CPU's id, or that of its structure.";

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "cpu_t";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var kernel = KernelThreads.RequireKernel(call.Target);
        bool verbose = call.Arguments.Has('v');
        var cpus = kernel.Cpus.Where(c => !call.HasAddress || (call.Address <= int.MaxValue && c.Id == (int)call.Address) || c.Address.Value == call.Address || c.Self?.Value == call.Address).ToList();
        if (cpus.Count == 0 && call.HasAddress) throw MdbException.OfItem($"{MdbNumbers.Plain(call.Address)} is neither a valid CPU ID nor a valid cpu_t address");
        var table = call.Once(() => Columns(call.Digits));
        if (!verbose) foreach (var line in call.Head(table)) yield return line;
        foreach (var cpu in cpus)
        {
            if (verbose && !call.FeedsPipe) yield return table.Head();
            yield return Row(table, cpu);
            if (verbose && !call.FeedsPipe) foreach (var line in Drawing(call, kernel, cpu)) yield return line;
        }
    }

    private static Table Columns(int digits) => new(
        new("ID", IdWidth), TableColumn.Address("ADDR", digits), new("FLG", 3), new("NRUN", 4), new("BSPL", 4), new("PRI", 3), new("RNRN", 4), new("KRNRN", 5),
        new("SWITCH", 6, Left: true), TableColumn.Address("THREAD", digits), new("PROC", 0, Left: true));

    private static CommandOutput Row(Table table, KernelCpu cpu)
    {
        string? process = cpu.Thread is not { } thread || thread.Value == 0 ? "-" : thread == cpu.IdleThread ? "(idle)" : cpu.Running?.Name ?? "?";
        return table.Row(cpu.Address.Value, Cell.Decimal(cpu.Id), Cell.Hex(cpu.Address.Value), Cell.Hex(cpu.Flags), Cell.Decimal(cpu.Runnable), Cell.Decimal(cpu.BaseSpl),
            Cell.Decimal(cpu.Running?.Priority), Cell.Of(YesOrNo(cpu.RunRun)), Cell.Of(YesOrNo(cpu.KernelRunRun)),
            Cell.Of(cpu.TicksSinceSwitch is { } ticks ? string.Create(CultureInfo.InvariantCulture, $"t-{ticks}") : null), Cell.Hex(cpu.Thread?.Value), Cell.Of(process));
    }

    private static string? YesOrNo(bool? value) => value switch
    {
        true => "yes",
        false => "no",
        _ => null,
    };

    /// <summary>Below a row: the flags on the left, on the right the interrupt threads and the run queue.</summary>
    private static IEnumerable<CommandOutput> Drawing(DcmdCall call, Kernel kernel, KernelCpu cpu)
    {
        int width = IdWidth + call.Digits + 9;
        var flags = new Queue<string>(Flags(call.Digits, width, cpu));
        var queue = cpu.Queues.SelectMany(q => q.Threads.Select(t => (q.Priority, Thread: t.Value))).ToList();
        bool waits = queue.Count > 0 || cpu.Runnable is not (null or 0);
        foreach (var (text, thread) in Interrupts(call, kernel, cpu, waits ? '|' : ' ').Concat(waits ? Waiting(call, kernel, queue) : []))
            yield return CommandOutput.Line((flags.TryDequeue(out string? flag) ? flag : "").PadRight(width) + text, thread);
        foreach (string flag in flags) yield return CommandOutput.Line(flag.TrimEnd());
        yield return CommandOutput.Line("");
    }

    private static IEnumerable<string> Flags(int digits, int width, KernelCpu cpu)
    {
        if (cpu.FlagNames.Count == 0) yield break;
        yield return new string(' ', IdWidth + digits + 4) + "|";
        foreach (string name in cpu.FlagNames)
            yield return (new string(' ', IdWidth + digits - FlagWidth) + name.PadLeft(FlagWidth) + (name == cpu.FlagNames[0] ? " <--+" : "")).PadRight(width);
    }

    private static IEnumerable<(string Text, ulong? Thread)> Interrupts(DcmdCall call, Kernel kernel, KernelCpu cpu, char bar)
    {
        const ulong InterruptFlag = 1;
        var reader = ObjectReader.Of(call.Session, "kthread_t");
        var own = new List<(long Level, KernelThread Thread)>();
        foreach (var thread in kernel.Threads)
        {
            // T_INTR_THREAD of usr/src/uts/common/sys/thread.h, bound to this CPU.
            if (thread.State == KernelThreadState.Free || (thread.Flags & InterruptFlag) != InterruptFlag || thread.BoundCpu is not { } bound || (bound != cpu.Address && bound != cpu.Self)) continue;
            if (reader is not null && reader.Read(thread.Address.Value) && reader.Signed("t_pil") is { } level) own.Add((level, thread));
        }

        if (own.Count == 0) yield break;
        string indent = bar + new string(' ', InterruptIndent);
        yield return (indent + "|", null);
        yield return (indent + "+--> PIL THREAD", null);
        foreach (var (level, thread) in own.OrderByDescending(o => o.Level))
            yield return (string.Create(CultureInfo.InvariantCulture, $"{indent}     {level,3} {Hex(call, thread.Address.Value)}"), thread.Address.Value);
        if (own.MinBy(o => o.Level).Thread.Interrupted is not { } pinned) yield break;
        string name = pinned == cpu.IdleThread ? "(idle)" : kernel.Threads.FirstOrDefault(t => t.Address == pinned)?.Name ?? "?";
        yield return ($"{indent}       - {Hex(call, pinned.Value)} {name}", pinned.Value);
    }

    private static IEnumerable<(string Text, ulong? Thread)> Waiting(DcmdCall call, Kernel kernel, List<(int Priority, ulong Thread)> queue)
    {
        yield return ("|", null);
        yield return ($"+-->  PRI {"THREAD".PadRight(call.Digits)} PROC", null);
        var names = queue.Select(q => q.Thread).ToHashSet();
        var threads = kernel.Threads.Where(t => names.Contains(t.Address.Value)).ToDictionary(t => t.Address.Value);
        foreach (var (priority, thread) in queue)
            yield return (string.Create(CultureInfo.InvariantCulture, $"      {priority,3} {Hex(call, thread)} {threads.GetValueOrDefault(thread)?.Name ?? "?"}"), thread);
    }

    private static string Hex(DcmdCall call, ulong value) => MdbNumbers.Plain(value).PadLeft(call.Digits, '0');
}
