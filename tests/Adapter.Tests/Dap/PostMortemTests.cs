using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>Breakpoints, running and stepping, which a dump does not do.</summary>
public sealed class PostMortemTests
{
    [Theory]
    [InlineData("setBreakpoints", """{"source":{"path":"/a.c"},"breakpoints":[{"line":7},{"line":9,"condition":"x"}]}""", 2)]
    [InlineData("setBreakpoints", """{"source":{"path":"/a.c"},"lines":[7,8,9]}""", 3)]
    [InlineData("setBreakpoints", """{"source":{"path":"/a.c"}}""", 0)]
    [InlineData("setBreakpoints", """{"source":{"path":"/a.c"},"breakpoints":[null]}""", 1)]
    [InlineData("setFunctionBreakpoints", """{"breakpoints":[{"name":"main"}]}""", 1)]
    [InlineData("setInstructionBreakpoints", """{"breakpoints":[{"instructionReference":"0x1000"}]}""", 1)]
    [InlineData("setDataBreakpoints", """{"breakpoints":[{"dataId":"x"}]}""", 1)]
    [InlineData("setExceptionBreakpoints", """{"filters":[]}""", 0)]
    [InlineData("setExceptionBreakpoints", """{"filters":["all","uncaught"],"filterOptions":[{"filterId":"x"}]}""", 3)]
    public async Task Each_breakpoint_is_answered_as_never_hit_also_before_launch(string command, string arguments, int count)
    {
        await using var client = new DapClient();
        var breakpoints = (await client.AskAsync(command, arguments)).GetProperty("breakpoints").EnumerateArray().ToList();
        Assert.Equal(count, breakpoints.Count);
        Assert.All(breakpoints, b => Assert.False(b.GetProperty("verified").GetBoolean()));
        Assert.All(breakpoints, b => Assert.Contains("does not run", b.Text("message"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Breakpoints_keep_their_lines()
    {
        await using var client = new DapClient();
        var breakpoints = (await client.AskAsync("setBreakpoints", """{"source":{"path":"/a.c"},"breakpoints":[{"line":9},{"line":7}]}""")).GetProperty("breakpoints");
        Assert.Equal([9, 7], breakpoints.EnumerateArray().Select(b => b.Number("line")));
    }

    [Theory]
    [InlineData("continue")]
    [InlineData("next")]
    [InlineData("stepIn")]
    [InlineData("stepOut")]
    [InlineData("stepBack")]
    [InlineData("reverseContinue")]
    [InlineData("pause")]
    public async Task Running_is_refused_and_the_thread_is_said_to_stand_still(string command)
    {
        await using var client = await DapClient.StoppedAsync();
        var response = await client.ExchangeAsync(command, """{"threadId":1}""");
        var (id, text) = DapClient.ErrorOf(response);
        Assert.Equal(2004, id);
        Assert.Contains("crash dump", text, StringComparison.Ordinal);
        Assert.True(response.GetProperty("body").GetProperty("error").GetProperty("showUser").GetBoolean());
        var stopped = await client.EventAsync("stopped");
        Assert.Equal(1, stopped.Number("threadId"));
        Assert.Equal("exception", stopped.Text("reason"));
        Assert.Contains("dom0 crashed", stopped.Text("description"), StringComparison.Ordinal);
        Assert.True(stopped.GetProperty("preserveFocusHint").GetBoolean());
        Assert.True(stopped.GetProperty("allThreadsStopped").GetBoolean());
        await client.AskAsync("stackTrace", """{"threadId":1}""");
    }

    [Fact]
    public async Task A_thread_that_did_not_crash_is_said_to_have_been_stopped()
    {
        await using var client = await DapClient.StoppedAsync();
        await client.FailAsync("next", """{"threadId":2,"granularity":"instruction"}""");
        var stopped = await client.EventAsync("stopped");
        Assert.Equal(2, stopped.Number("threadId"));
        Assert.Equal("pause", stopped.Text("reason"));
    }

    [Theory]
    [InlineData("restartFrame", """{"frameId":10001}""")]
    [InlineData("goto", """{"threadId":1,"targetId":1}""")]
    [InlineData("continue", """{"threadId":"one"}""")]
    [InlineData("continue", null)]
    public async Task It_is_refused_whatever_the_arguments(string command, string? arguments)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(2004, (await client.FailAsync(command, arguments)).Id);
        Assert.Equal(1, (await client.EventAsync("stopped")).Number("threadId"));
    }

    [Fact]
    public async Task Before_the_first_stop_no_other_is_said()
    {
        await using var client = new DapClient();
        Assert.Equal(2004, (await client.FailAsync("continue", """{"threadId":1}""")).Id);
        await client.AskAsync("launch", """{"dump":"made-up"}""");
        Assert.Equal(2004, (await client.FailAsync("continue", """{"threadId":1}""")).Id);
        Assert.Equal(1001, (await client.FailAsync("restart")).Id);
        Assert.Empty(client.Events);
    }
}
