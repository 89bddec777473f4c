using System.Globalization;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>CPUs, threads and processes of built kernels of both widths: what was written comes out, in mdb's columns.</summary>
public class ThreadCommandTests
{
    public static TheoryData<int, bool, int> Kernels => new() { { 32, false, 11 }, { 32, true, 12 }, { 64, false, 13 }, { 64, true, 14 }, { 64, false, 15 } };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Cpus_are_those_that_were_written(int wordSize, bool is2007, int seed)
    {
        var kernel = Built(wordSize, is2007, seed);
        using var dump = MdbDump.Of(kernel);
        int w = wordSize / 4;
        string[] lines = dump.Lines("::cpuinfo");
        Assert.Equal($" ID {"ADDR".PadRight(w)} FLG NRUN BSPL PRI RNRN KRNRN SWITCH {"THREAD".PadRight(w)} PROC", lines[0]);
        Assert.Equal(kernel.Cpus.Count, lines.Length - 1);
        foreach (var (cpu, line) in kernel.Cpus.Zip(lines.Skip(1)))
        {
            string[] words = Words(line);
            Assert.Equal(cpu.Id.ToString(CultureInfo.InvariantCulture), words[0]);
            Assert.Equal(cpu.Flags.ToString("x", CultureInfo.InvariantCulture), words[2]);
            Assert.Equal(cpu.Queue.Count.ToString(CultureInfo.InvariantCulture), words[3]);
            Assert.Equal(cpu.Running.Priority.ToString(CultureInfo.InvariantCulture), words[5]);
            Assert.Equal(Hex(cpu.Running.Address, w), words[9]);
            Assert.Equal(cpu.Running == cpu.Idle ? "(idle)" : cpu.Running.Process.Name, words[10]);
            Assert.Equal(cpu.Queue.Select(t => $"0x{t.Address:x}").Order(), dump.Lines($"0x{words[1]}::walk cpu_dispq").Order());
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_drawing_of_a_cpu_has_its_flags_and_who_waits(int wordSize, bool is2007, int seed)
    {
        var kernel = Built(wordSize, is2007, seed);
        using var dump = MdbDump.Of(kernel);
        int w = wordSize / 4;
        string column = new(' ', 3 + w + 9);
        foreach (var cpu in kernel.Cpus)
        {
            string[] lines = dump.Lines($"0t{cpu.Id}::cpuinfo -v");
            Assert.Equal($"{new string(' ', 3 + w + 4)}|", lines[2][..(3 + w + 5)]);
            Assert.StartsWith("RUNNING <--+", lines[3].TrimStart(), StringComparison.Ordinal);
            Assert.Equal("", lines[^1]);
            Assert.Equal(cpu.Queue.Count > 0, lines.Any(l => l.Contains($"+-->  PRI {"THREAD".PadRight(w)} PROC", StringComparison.Ordinal)));
            foreach (var waiting in cpu.Queue)
                Assert.Contains(lines, l => l.Length > column.Length && l[column.Length..] == string.Create(CultureInfo.InvariantCulture, $"      {waiting.Priority,3} {Hex(waiting.Address, w)} {waiting.Process.Name}"));
        }

        Assert.Contains(kernel.Cpus, c => c.Queue.Count > 0);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Threads_have_their_states_and_priorities(int wordSize, bool is2007, int seed)
    {
        var kernel = Built(wordSize, is2007, seed);
        using var dump = MdbDump.Of(kernel);
        int w = wordSize / 4;
        string[] lines = dump.Lines("::thread");
        string more = wordSize == 32 ? " DISPTIME BOUND PR" : "";
        Assert.Equal($"{"ADDR".PadLeft(w)}    STATE  FLG PFLG SFLG   PRI  EPRI PIL {"INTR".PadLeft(w)}{more}", lines[0]);
        var built = kernel.Threads.ToDictionary(t => Hex(t.Address, w));
        Assert.Equal(built.Count, lines.Length - 1);
        foreach (string line in lines.Skip(1))
        {
            var thread = built[line[..w]];
            Assert.Equal(StateOf(thread).PadRight(8), line.Substring(w + 1, 8));
            Assert.Equal(thread.Priority.ToString(CultureInfo.InvariantCulture).PadLeft(5), line.Substring(w + 25, 5));
        }

        Assert.Equal(kernel.Threads.Count(t => t.State != BuiltThreadState.Free), dump.Lines("::thread -f").Length - 1);
        foreach (var thread in kernel.Threads.Where(t => t.WaitChannel != 0).Take(3))
            Assert.Equal($"{Hex(thread.Address, w)} {Plain(thread.WaitChannel).PadLeft(w)}", dump.Lines($"0x{thread.Address:x}::thread -b")[1][..(2 * w + 1)]);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_list_of_threads_says_who_each_is_and_where(int wordSize, bool is2007, int seed)
    {
        var kernel = Built(wordSize, is2007, seed);
        using var dump = MdbDump.Of(kernel);
        int w = wordSize / 4;
        var alive = kernel.Threads.Where(t => t.State != BuiltThreadState.Free).ToList();
        Assert.Equal(
            alive.Select(t => $"{Hex(t.Address, w)} {Plain(t.Process.Address).PadLeft(w)} {Plain(t.Lwp).PadLeft(w)}").Order(),
            dump.Lines("::threadlist").Skip(1).Select(l => l[..(3 * w + 2)]).Order());
        foreach (var thread in alive.Where(t => t.Tid != 0).Take(4))
        {
            Assert.EndsWith($" {thread.Process.Name}/{thread.Tid}", dump.Lines($"0x{thread.Address:x}::threadlist")[1], StringComparison.Ordinal);
            Assert.EndsWith($"    CMD: {thread.Process.Arguments}", dump.Lines($"0x{thread.Address:x}::threadlist -v")[2], StringComparison.Ordinal);
        }

        foreach (var thread in alive.Where(t => t.Tid == 0 && t.Start != 0).Take(4))
            Assert.EndsWith($" {dump.Session.Symbols.Text(thread.Start)}()", dump.Lines($"0x{thread.Address:x}::threadlist")[1], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Stacks_are_grouped_and_none_is_lost(int wordSize, bool is2007, int seed)
    {
        var kernel = Built(wordSize, is2007, seed);
        using var dump = MdbDump.Of(kernel);
        int w = wordSize / 4;
        var heads = dump.Run("::stacks -a").Where(l => l.Row is not null).ToList();
        Assert.Equal(kernel.Threads.Select(t => t.Address).Order(), heads.Select(h => h.Value!.Value).Order());
        var counts = heads.Select(h => h.Text[(2 * w + 11)..].Trim()).Where(c => c != "-").Select(c => int.Parse(c, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(kernel.Threads.Count, counts.Sum());
        Assert.EndsWith($"{counts.Count} unique stacks / {kernel.Threads.Count} threads", dump.Lines("::stacks -v")[^1], StringComparison.Ordinal);

        // What panicked is last; before it the count goes down.
        Assert.Equal(counts[..^1].OrderDescending(), counts[..^1]);
        Assert.Equal([kernel.Panicking!.Address], dump.Run("::stacks -t panic").Where(l => l.Row is not null).Select(l => l.Value!.Value));
        int sleeping = kernel.Threads.Count(t => t.State == BuiltThreadState.Sleep), shown = dump.Lines("::stacks -t sleep | ::thread").Length - 1, others = dump.Lines("::stacks -T sleep | ::thread").Length - 1;
        Assert.Equal((sleeping, kernel.Threads.Count - sleeping), (shown, others));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Processes_are_listed_found_and_drawn_as_a_tree(int wordSize, bool is2007, int seed)
    {
        var kernel = Built(wordSize, is2007, seed);
        using var dump = MdbDump.Of(kernel);
        int w = wordSize / 4;
        string[] lines = dump.Lines("::ps -f");
        Assert.Equal($"S    PID   PPID   PGID    SID    UID      FLAGS {"ADDR".PadLeft(w)} NAME", lines[0]);
        foreach (var process in kernel.Processes)
        {
            string line = Assert.Single(lines, l => l.Contains($" {Hex(process.Address, w)} ", StringComparison.Ordinal));
            Assert.Equal(process.Pid.ToString(CultureInfo.InvariantCulture), Words(line)[1]);
            Assert.EndsWith(process.Arguments, line, StringComparison.Ordinal);
            Assert.Equal($"{process.Address:x}", dump.Line($"0t{process.Pid}::pid2proc"));
            Assert.Contains(dump.Run($"::pgrep -x {process.Name}"), l => l.Value == process.Address);
            Assert.Equal(process.Threads.Select(t => $"0x{t.Address:x}").Order(), dump.Lines($"0x{process.Address:x}::walk thread").Order());
        }

        string[] tree = dump.Lines("::ptree");
        Assert.Equal(kernel.Processes.Count, tree.Length);
        foreach (var process in kernel.Processes)
        {
            int depth = 0;
            for (var at = process.Parent; at is not null; at = at.Parent) depth++;
            Assert.Contains($"{new string(' ', depth * 5)}{Hex(process.Address, w)}  {process.Name}", tree);
        }
    }

    [Fact]
    public void What_was_asked_for_first_is_there_before_the_rest_is_read()
    {
        using var dump = MdbDump.Of(Built(64, false, 13));
        using var stop = new CancellationTokenSource();
        int lines = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var line in dump.Session.Run("::threadlist -v", stop.Token))
            {
                Assert.True(++lines < 40, line.Text);
                if (lines == 3) stop.Cancel();
            }
        });
        Assert.InRange(lines, 3, 39);
    }

    private static SolarisKernelScenario Built(int wordSize, bool is2007, int seed) =>
        PlainPanics.Called(new SolarisKernelOptions { WordSize = wordSize, Is2007 = is2007, Seed = seed, Threads = 60, Cpus = 3, Processes = 8 });

    private static string StateOf(BuiltThread thread) => thread.State switch
    {
        BuiltThreadState.Free => "free",
        BuiltThreadState.Sleep => "sleep",
        BuiltThreadState.Run => "run",
        BuiltThreadState.OnProc => "onproc",
        BuiltThreadState.Zombie => "zomb",
        _ => "stopped",
    };

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Plain(ulong value) => value.ToString("x", CultureInfo.InvariantCulture);

    private static string Hex(ulong value, int digits) => Plain(value).PadLeft(digits, '0');
}
