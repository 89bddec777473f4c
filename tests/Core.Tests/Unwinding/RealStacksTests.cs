using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>The walks on every real dump that is here, against what Xen itself printed and what must hold of any stack.</summary>
public sealed partial class RealStacksTests
{
    public static TheoryData<string> Dumps => new(Lab.Dumps().DefaultIfEmpty(""));

    [Theory]
    [MemberData(nameof(Dumps))]
    public void Every_stack_ends_at_its_end_without_a_guess(string dump)
    {
        using var target = Open(dump);
        Assert.NotEmpty(target.Threads);
        foreach (var thread in target.Threads)
        {
            var trace = thread.Stack(TestContext.Current.CancellationToken);
            Assert.True(trace.Complete, $"{thread.Name}: {trace.Ended} after {trace.Names()}");
            Assert.All(trace.Frames, f => Assert.NotEqual(FoundBy.Scan, f.FoundBy));
            Assert.All(trace.Frames, f => Assert.True(f.Exception is not null || f.Function is not null, $"{thread.Name}: {f.Pc} has no name"));
        }
    }

    [Theory]
    [MemberData(nameof(Dumps))]
    public void A_crash_of_dom0_goes_through_its_page_fault_into_its_kernel(string dump)
    {
        using var target = Open(dump);
        if (dump[0] is not ('m' or 'k')) return;
        var frames = target.Threads[0].Stack(TestContext.Current.CancellationToken).Frames;
        int record = frames.ToList().FindIndex(f => f.Exception is not null);
        Assert.Contains(frames.Take(record), f => f.Function == "asm_domain_crash_synchronous");
        var exception = frames[record].Exception!;
        Assert.Equal((14U, dump[1] == '3' ? 2U : 6U), (exception.Vector, exception.ErrorCode));
        Assert.Equal("walk_tree", frames[record + 1].Function);
        Assert.Equal(FoundBy.GuestFrame, frames[record + 1].FoundBy);
        Assert.Equal("_start", frames[^1].Function);
        Assert.Equal(exception.FaultAddress!.Value.Value & ~0xfffUL, exception.Sp.Value - 8 & ~0xfffUL);
    }

    [Theory]
    [MemberData(nameof(Dumps))]
    public void What_an_NMI_interrupted_is_what_the_console_says(string dump)
    {
        using var target = Open(dump);
        string? serial = Lab.Find($"dumps/{Path.GetDirectoryName(dump)}/serial.log");
        var printed = serial is null ? [] : Trace().Matches(File.ReadAllText(serial)).Select(m => (Pc: Convert.ToUInt64(m.Groups["pc"].Value, 16), How: m.Groups["how"].Value)).ToList();
        if (printed.Count == 0) return;
        var frames = target.Threads[0].Stack(TestContext.Current.CancellationToken).Frames;
        int record = frames.ToList().FindIndex(f => f.Exception is not null);
        Assert.Equal("NMI", frames[record].Exception!.Name);
        var shown = frames.Skip(record + 1).Where(f => !f.Inline).Select(f => f.Pc.Value).ToList();

        // R is the register, F found by frame pointers; S are words that only look like return addresses, among which the true ones are.
        if (printed.TrueForAll(p => p.How != "S")) Assert.Equal(printed.Select(p => p.Pc), shown);
        else Assert.Equal(shown, printed.Select(p => p.Pc).Where(shown.Contains));
    }

    [Theory]
    [MemberData(nameof(Dumps))]
    public void The_other_CPU_was_stopped_in_its_idle_loop(string dump)
    {
        using var target = Open(dump);
        if (target.Threads.FirstOrDefault(t => t.Cpu is { Id: 1 }) is not { } thread) return;
        var frames = thread.Stack(TestContext.Current.CancellationToken).Frames;
        Assert.Contains(frames[0].Function, (string[])["__machine_halt", "elf_core_save_regs", "kexec_crash_save_cpu", "do_nmi_crash", "machine_halt"]);
        int last = frames.ToList().FindLastIndex(f => f.Exception is not null);
        Assert.True(last > 0);
        Assert.Contains("idle_loop", frames.Skip(last + 1).Select(f => f.Function));
        Assert.Contains(frames[^1].Function, (string[])["continue_running", "context_switch", "idle_loop"]);
    }

    private static DumpTarget Open(string dump)
    {
        Assert.SkipUnless(dump.Length > 0, Lab.Absent);
        string host = Path.GetDirectoryName(dump)!;
        string kernel = Directory.EnumerateFiles(Path.GetDirectoryName(Lab.Find($"dumps/{host}/serial.log"))!, "mini*.elf").Single();
        return DumpOpener.Open(new OpenOptions { Dump = Lab.Find($"dumps/{dump}")!, XenSyms = Lab.Find($"symbols/{SymbolsOf(host)}"), Kernel = kernel });
    }

    private static string SymbolsOf(string host) =>
        host.EndsWith("420", StringComparison.Ordinal) ? "xen-syms-4.20"
        : host.EndsWith("dbg", StringComparison.Ordinal) || host == "h-key32" ? "xen-syms-4.17-dbg"
        : host.EndsWith("deb417", StringComparison.Ordinal) ? "xen-syms-4.17-debian-nodwarf"
        : "xen-syms-4.17-rel";

    [GeneratedRegex(@"\[<(?<pc>[0-9a-f]{16})>\] (?<how>[RFS]) ")]
    private static partial Regex Trace();
}
