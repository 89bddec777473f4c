using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Cli;
using XenDumpAdapter.Adapter.Tests.Dap.Support;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>The mdb language in the debug console.</summary>
public sealed class MdbConsoleTests
{
    /// <summary>Lines that a debug console, gdb's monitor and the command line must answer alike. The end-to-end test of gdb has the same.</summary>
    public static TheoryData<string> Lines => [.. TalkLines.All];

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Answers_what_the_command_line_prints(string line)
    {
        await using var client = await DapClient.StoppedAsync("sample:goldcloth");
        var run = new CliRun();
        await run.RunAsync("mdb", "sample:goldcloth", "-e", line);
        Assert.Equal("", run.Error);
        Assert.Equal(run.Out.TrimEnd('\n'), (await TypeAsync(client, line)).TrimEnd('\n'));
    }

    [Fact]
    public async Task Remembers_dot_and_variables_from_line_to_line()
    {
        await using var client = await DapClient.StoppedAsync("sample:goldcloth");
        await TypeAsync(client, "ffbe1100::print struct vcpu vcpu_id");
        await TypeAsync(client, "ffbe4100>dom ; c5a0ade0/X");
        Assert.Equal("                ffbe4100", await TypeAsync(client, "<dom=K"));
        Assert.Equal("domain_id = 0", await TypeAsync(client, "<dom::print struct domain domain_id"));
    }

    [Fact]
    public async Task Leads_to_the_memory_that_a_line_is_about()
    {
        await using var client = await DapClient.StoppedAsync("sample:goldcloth");
        var answer = await client.AskAsync("evaluate", Repl("ffbf3fc8,4/X"));
        string reference = answer.GetProperty("memoryReference").GetString()!;
        var memory = await client.AskAsync("readMemory", $$"""{"memoryReference":"{{reference}}","count":4}""");
        Assert.Equal("HJCgxQ==", memory.GetProperty("data").GetString());
    }

    [Fact]
    public async Task Shows_the_stack_of_the_selected_thread()
    {
        await using var client = await DapClient.StoppedAsync("sample:goldcloth");
        var frames = (await client.AskAsync("stackTrace", """{"threadId":4}""")).GetProperty("stackFrames");
        int frame = frames.EnumerateArray().First(f => f.GetProperty("name").GetString() == "idle").GetProperty("id").GetInt32();
        var answer = await client.AskAsync("evaluate", $$"""{"expression":"$c","context":"repl","frameId":{{frame}}}""");
        Assert.Equal("resume_return()\nidle+0x64(0, 0)\nthread_start+8()", answer.GetProperty("result").GetString());
    }

    [Theory]
    [InlineData("::foo", "mdb: invalid command '::foo': unknown dcmd name\n    ::foo\n    ^^^^^")]
    [InlineData("ffbe1100::print struct vcpu vcpu_idd", "mdb: failed to find member vcpu_idd of struct vcpu; did you mean vcpu_id?")]
    public async Task Says_what_is_wrong(string line, string expected)
    {
        await using var client = await DapClient.StoppedAsync("sample:goldcloth");
        Assert.Equal(expected, (await client.FailAsync("evaluate", Repl(line))).Text);
    }

    [Theory]
    [InlineData("::cpui", "::cpuinfo")]
    [InlineData("::walk vc", "vcpu")]
    [InlineData("::print struct vc", "vcpu_runstate_info")]
    [InlineData("ffbe1100::print struct vcpu arch.guest_context.us", "arch.guest_context.user_regs")]
    [InlineData("utsname::print node", "nodename")]
    [InlineData("f4c76e9d::dis -", "-n")]
    [InlineData("::xpvbuf ! eg", "egrep")]
    [InlineData("$", "$C")]
    [InlineData("$ei", "$eip")]
    public async Task Completes(string typed, string expected)
    {
        await using var client = await DapClient.StoppedAsync("sample:goldcloth");
        var targets = (await client.AskAsync("completions", JsonSerializer.Serialize(new { text = typed, column = typed.Length + 1 }))).GetProperty("targets");
        var found = targets.EnumerateArray().Single(t => t.GetProperty("label").GetString() == expected);
        int start = found.GetProperty("start").GetInt32() - 1, length = found.GetProperty("length").GetInt32();
        Assert.StartsWith(typed[start..(start + length)], expected, StringComparison.Ordinal);
        Assert.Equal(typed.Length, start + length);
    }

    [Fact]
    public async Task Stays_with_C_elsewhere()
    {
        await using var client = await DapClient.StoppedAsync("sample:goldcloth");
        Assert.Equal("5", (await client.AskAsync("evaluate", Repl("10/2"))).GetProperty("result").GetString());
        Assert.NotEmpty((await client.FailAsync("evaluate", """{"expression":"::cpuinfo","context":"watch"}""")).Text);
    }

    private static string Repl(string line) => JsonSerializer.Serialize(new { expression = line, context = "repl" });

    private static async Task<string> TypeAsync(DapClient client, string line) => (await client.AskAsync("evaluate", Repl(line))).GetProperty("result").GetString()!;
}
