using System.Text.RegularExpressions;
using XenDumpAdapter.GdbStub;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.EndToEnd.Gdb;

/// <summary>What stock gdb shows. No test has a file unless it says so: registers and memory come from the server alone.</summary>
public sealed class GdbTests
{
    [Fact]
    public async Task Shows_threads_with_names_and_registers_with_the_names_of_their_bits()
    {
        var gdb = DebuggerProgram.Gdb();
        await using var server = new SyntheticServer();
        string said = await gdb.CommandsAsync($"target remote {server.Address}", "info threads", "info registers");
        Assert.Matches(@"\* 1 +Thread 1\.1 ""CPU 0: d0v0 \(panicking\)"" +0xffff82d040200004 in", said);
        Assert.Matches(@"  2 +Thread 1\.2 ""CPU 1: idle <""&>"" +0xffff82d040200005 in", said);
        Assert.Matches(@"\nrax +0x1122334455667788 ", said);
        Assert.Matches(@"\nrbx +<unavailable>\n", said);
        Assert.Matches(@"\neflags +0x46 +\[ PF ZF IOPL=0 \]\n", said);
        Assert.Matches(@"\ncr0 +0x8005003b +\[ PE MP TS ET NE WP AM PG \]\n", said);
        Assert.Matches(@"\nefer +0xd01 +\[ SCE LME LMA NXE \]\n", said);
        Assert.Matches(@"\nk_gs_base +0xffff888000000000 ", said);
    }

    [Fact]
    public async Task Reads_memory_where_there_is_some_and_says_so_where_there_is_none()
    {
        var gdb = DebuggerProgram.Gdb();
        await using var server = new SyntheticServer();
        string said = await gdb.CommandsAsync($"target remote {server.Address}", "x/3i $pc", "x/2xb 0xffff82d0402003fe", "x/2gx 0x10", "x/4xb 0xfffffffffffffffc",
            "find /b 0xffff830000007000, +0x200, 0x07, 0x0e, 0x15");
        Assert.Contains("=> 0xffff82d040200004:\thlt", said, StringComparison.Ordinal);
        Assert.Contains("0xffff82d0402003fe:\t0x00\t0x00", said, StringComparison.Ordinal);
        Assert.Contains("Cannot access memory at address 0x10", said, StringComparison.Ordinal);
        Assert.Contains("0xfffffffffffffffc:\t0x38\t0x39\t0x61\t0x62", said, StringComparison.Ordinal);
        Assert.Contains("0xffff830000007001\n0xffff830000007101\n2 patterns found.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_hangs_nor_moves_when_it_is_told_to_run()
    {
        var gdb = DebuggerProgram.Gdb();
        await using var server = new SyntheticServer();
        string said = await gdb.CommandsAsync($"target remote {server.Address}", "thread 2", "stepi", "continue", "thread 1", "stepi", "until *0xffff82d040200007", "break *0xffff82d040200007", "continue", "info threads");
        Assert.Equal(3, Regex.Count(said, "this is a crash dump: nothing can run\n"));
        Assert.Equal(3, Regex.Count(said, "\" stopped.\n"));
        Assert.Contains("Cannot insert breakpoint", said, StringComparison.Ordinal);
        Assert.DoesNotContain("SIG", said, StringComparison.Ordinal);
        Assert.Matches(@"\* 1 +Thread 1\.1 .* 0xffff82d040200004 in", said);
    }

    [Fact]
    public async Task Refuses_to_change_anything()
    {
        var gdb = DebuggerProgram.Gdb();
        await using var server = new SyntheticServer();
        string said = await gdb.CommandsAsync($"target remote {server.Address}", "set $rax = 1", "set var *(char *)0xffff82d040200000 = 1", "p/x $rax", "x/xb 0xffff82d040200000");
        Assert.Contains("registers of a crash dump cannot be changed", said, StringComparison.Ordinal);
        Assert.Contains("Cannot access memory at address 0xffff82d040200000", said, StringComparison.Ordinal);
        Assert.Contains("= 0x1122334455667788", said, StringComparison.Ordinal);
        Assert.Contains("0xffff82d040200000:\t0x55", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prints_what_monitor_commands_say()
    {
        var gdb = DebuggerProgram.Gdb();
        await using var server = new SyntheticServer();
        Assert.Contains("monitor was asked: stack 1\na second line\n", await gdb.CommandsAsync($"target remote {server.Address}", "monitor stack 1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_a_32_bit_dom0_with_its_own_registers_and_memory()
    {
        var gdb = DebuggerProgram.Gdb();
        await using var server = new SyntheticServer(options: new GdbServerOptions { View = GdbView.Guest });
        AssertDom0(await gdb.CommandsAsync($"target remote {server.Address}", "info threads", "info registers", "x/i $pc", "show architecture"));
    }

    [Fact]
    public async Task Attaches_to_dom0_beside_the_hypervisor()
    {
        var gdb = DebuggerProgram.Gdb();
        await using var server = new SyntheticServer();
        string said = await gdb.CommandsAsync($"target extended-remote {server.Address}", "info os processes", "add-inferior", "inferior 2", "attach 2",
            "info threads", "info registers", "x/i $pc", "show architecture", "inferior 1", "p/x $rax", "x/i $pc");
        Assert.Matches(@"\n2 +dom0 +2 +i386", said);
        AssertDom0(said);
        Assert.Contains("= 0x1122334455667788", said, StringComparison.Ordinal);
        Assert.Contains("=> 0xffff82d040200004:\thlt", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_a_cpu_without_registers_as_unavailable()
    {
        var gdb = DebuggerProgram.Gdb();
        await using var server = new SyntheticServer(new SyntheticTarget { SecondCpuRegisters = false });
        string said = await gdb.CommandsAsync($"target remote {server.Address}", "info threads", "thread 2", "bt");
        Assert.Matches(@"  2 +Thread 1\.2 .*<unavailable> in", said);
        Assert.Contains("#0  <unavailable> in", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Loads_the_symbol_file_that_it_is_told_of(bool served)
    {
        var gdb = DebuggerProgram.Gdb();
        string folder = Directory.CreateTempSubdirectory("xendump-gdb").FullName;
        string path = Path.Combine(folder, "xen-syms");
        await File.WriteAllBytesAsync(path, new TestKit.ElfWriter { Type = 2 }
            .Section(".text", 1, new byte[0x400], flags: 6, address: SyntheticTarget.XenText)
            .Symbol("machine_halt", SyntheticTarget.XenText, 0x10, 2, true, ".text").Build(), TestContext.Current.CancellationToken);
        try
        {
            await using var server = new SyntheticServer(new SyntheticTarget { XenSyms = path }, new GdbServerOptions { ServeFiles = served });
            string said = await gdb.CommandsAsync($"target remote {server.Address}", "info inferiors", "x/i $pc");
            Assert.Matches(served ? @"target:\S*/xen-syms" : @" /\S*/xen-syms", said);
            Assert.Contains("=> 0xffff82d040200004 <machine_halt+4>:\thlt", said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AssertDom0(string said)
    {
        Assert.Matches(@"Thread 2\.1 ""d0v0 \(on CPU 0, panicking\)"" +0xc0100006 in", said);
        Assert.Matches(@"Thread 2\.2 ""d0v1 \(offline\)"" +0xc010000b in", said);
        Assert.Matches(@"\neip +0xc0100006 ", said);
        Assert.Matches(@"\nesp +0xc0301000 ", said);
        Assert.Matches(@"\ncr2 +0xc0300ffc ", said);
        Assert.Contains("=> 0xc0100006:\tcall   0xc0100000", said, StringComparison.Ordinal);
        Assert.Contains("(currently \"i386\")", said, StringComparison.Ordinal);
    }
}
