namespace XenDumpAdapter.EndToEnd.Gdb;

/// <summary>What lldb shows after <c>gdb-remote</c>.</summary>
public sealed class LldbTests
{
    [Fact]
    public async Task Connects_and_shows_threads_registers_and_memory()
    {
        var lldb = DebuggerProgram.Lldb();
        await using var server = new SyntheticServer();
        string said = await lldb.RunAsync(["-x", "-b", "-o", $"gdb-remote {server.Address}", "-o", "thread list", "-o", "register read", "-o", "register read cr0",
            "-o", "memory read 0xffff82d040200000 -c 8", "-o", "disassemble --pc -c 2", "-o", "process plugin packet monitor stack", "-o", "continue"]);
        Assert.Matches(@"thread #1: tid = 0x0001, 0xffff82d040200004, stop reason = signal SIGSEGV", said);
        Assert.Matches(@"thread #2: tid = 0x0002, 0xffff82d040200005", said);
        Assert.Matches(@" rax = 0x1122334455667788\n", said);
        Assert.Matches(@" cr0 = 0x000000008005003b", said);
        Assert.DoesNotContain("0xcccc", said, StringComparison.Ordinal);
        Assert.Contains("0xffff82d040200000: 55 48 89 e5 f4 eb fd 0f", said, StringComparison.Ordinal);
        Assert.Matches(@"->  0xffff82d040200004: +hlt", said);
        Assert.Contains("monitor was asked: stack", said, StringComparison.Ordinal);
        Assert.Contains("this is a crash dump: nothing can run", said, StringComparison.Ordinal);
    }
}
