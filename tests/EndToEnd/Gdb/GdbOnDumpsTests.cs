using System.Text.RegularExpressions;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.EndToEnd.Gdb;

/// <summary>Stock gdb on real dumps, through the executable.</summary>
public sealed partial class GdbOnDumpsTests
{
    private static readonly (string Dump, string XenSyms, string? Kernel)[] Known =
    [
        ("m64-dbg/elf.core", "xen-syms-4.17-dbg", "mini64-nofp.elf"),
        ("m64-420/elf.core", "xen-syms-4.20", "mini64-nofp.elf"),
        ("m64-420/zlib.core", "xen-syms-4.20", "mini64-nofp.elf"),
        ("m32-dbg/elf.core", "xen-syms-4.17-dbg", "mini32-nofp.elf"),
        ("k64-rel/vmcore", "xen-syms-4.17-rel", "mini64-fp.elf"),
        ("k64-deb417/vmcore", "xen-syms-4.17-debian-nodwarf", "mini64-nofp.elf"),
        ("h-nmi-dbg/elf.core", "xen-syms-4.17-dbg", null),
        ("h-nmi-dbg/paging.core", "xen-syms-4.17-dbg", null),
    ];

    public static TheoryData<string> Dumps => [.. Known.Select(k => k.Dump)];

    public static TheoryData<string> DumpsWithGuest => [.. Known.Where(k => k.Kernel is not null).Select(k => k.Dump)];

    [Theory]
    [MemberData(nameof(Dumps))]
    public async Task Shows_threads_registers_code_and_the_one_stack(string dump)
    {
        var gdb = DebuggerProgram.Gdb();
        string said = await gdb.CommandsAsync($"target remote | {Serve(dump)} --stdio", "info threads", "info registers", "x/8i $pc", "monitor stack", "bt");
        Assert.Matches(@"\* 1 +Thread 1\.1 ""CPU 0", said);
        Assert.Matches(@"\nrip +0xffff82d0[0-9a-f]{8} ", said);
        Assert.Matches(@"\ncr3 +0x[0-9a-f]+000 ", said);
        Assert.Equal(8, Regex.Count(said, @"^(=>|  ) 0xffff82d0[0-9a-f]+[ :].*\t", RegexOptions.Multiline));
        Assert.Matches(@"\n--- hypervisor ---\n", said);
        Assert.Contains("end of stack", said, StringComparison.Ordinal);
        Assert.Matches(@"\n#1 +(0xffff82d0[0-9a-f]+ in )?\w+", said);
    }

    [Theory]
    [MemberData(nameof(DumpsWithGuest))]
    public async Task Walks_dom0_s_stack_as_gdb_does_on_a_core_of_the_guest_alone(string dump)
    {
        var gdb = DebuggerProgram.Gdb();
        string folder = dump[..dump.IndexOf('/', StringComparison.Ordinal)];
        string expected = await File.ReadAllTextAsync(Needed($"oracle/{folder}.gdb-guest"), TestContext.Current.CancellationToken);
        string said = await gdb.CommandsAsync($"target remote | {Serve(dump)} --guest --stdio", "bt", "p/x $cr2");
        Assert.Equal(Calls(expected).Distinct(), Calls(said));
        Assert.NotEmpty(Calls(said));

        // The machine beside it: the same chain by attaching.
        string attached = await gdb.CommandsAsync($"target extended-remote | {Serve(dump)} --stdio", "add-inferior", "inferior 2", "attach 2", "bt", "inferior 1", "x/i $pc");
        Assert.Equal(Calls(said), Calls(attached[..attached.IndexOf("Switching to inferior 1", StringComparison.Ordinal)]));
        Assert.Matches(@"=> 0xffff82d0[0-9a-f]+ <", attached);
    }

    [Fact]
    public async Task Does_not_step_for_ever_within_a_source_line()
    {
        var gdb = DebuggerProgram.Gdb();
        string said = await gdb.CommandsAsync($"target remote | {Serve("m32-dbg/elf.core")} --guest --stdio", "next", "step", "finish", "p $pc");
        Assert.Equal(2, Regex.Count(said, "this is a crash dump: nothing can run\n"));
        Assert.Contains("Cannot insert breakpoint", said, StringComparison.Ordinal);
        Assert.Matches(@"= .* 0xc0102148 <walk_tree\+88>", said);
    }

    private static string Serve(string dump)
    {
        var (_, xenSyms, kernel) = Known.Single(k => k.Dump == dump);
        string folder = dump[..dump.IndexOf('/', StringComparison.Ordinal)];
        string named = kernel is null ? "" : $" --kernel {Needed($"dumps/{folder}/{kernel}")}";
        return $"{Xendump.Path} gdb {Needed($"dumps/{dump}")} --xen-syms {Needed($"symbols/{xenSyms}")}{named}";
    }

    private static string Needed(string file)
    {
        string? path = Lab.Find(file);
        if (path is null) Assert.Skip(Lab.IsHere ? $"the lab has no {file}" : Lab.Absent);
        return path!;
    }

    /// <summary>Frames of a backtrace as <c>#level function</c>.</summary>
    private static IEnumerable<string> Calls(string text)
    {
        // gdb prints frame 0 on connecting too, without a level.
        foreach (Match m in Call().Matches(text)) yield return $"#{m.Groups[1].Value} {m.Groups[2].Value}";
    }

    [GeneratedRegex(@"^#(\d+) +(?:0x[0-9a-f]+ in )?(\w+)", RegexOptions.Multiline)]
    private static partial Regex Call();
}
