using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>Messages that are whole but not as the protocol says.</summary>
public sealed class MessageTests
{
    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("not JSON at all", "not JSON")]
    [InlineData("{\"seq\":1,\"type\":\"request\",\"command\":\"threads\"} trailing", "not JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("[{\"seq\":1,\"type\":\"request\",\"command\":\"threads\"}]", "no JSON object")]
    [InlineData("17", "no JSON object")]
    [InlineData("null", "no JSON object")]
    [InlineData("{}", "without a type")]
    [InlineData("{\"seq\":1,\"type\":7,\"command\":\"threads\"}", "without a type")]
    [InlineData("{\"seq\":1,\"type\":\"\\ud800\",\"command\":\"threads\"}", "")]
    [InlineData("{\"type\":\"request\",\"command\":\"threads\"}", "without a number")]
    [InlineData("{\"seq\":\"1\",\"type\":\"request\",\"command\":\"threads\"}", "without a number")]
    [InlineData("{\"seq\":1.5,\"type\":\"request\",\"command\":\"threads\"}", "without a number")]
    [InlineData("{\"seq\":0,\"type\":\"request\",\"command\":\"threads\"}", "without a number")]
    [InlineData("{\"seq\":-3,\"type\":\"request\",\"command\":\"threads\"}", "without a number")]
    [InlineData("{\"seq\":99999999999,\"type\":\"request\",\"command\":\"threads\"}", "without a number")]
    public async Task What_is_no_request_is_said_and_the_session_lives(string json, string complaint)
    {
        await using var client = new DapClient();
        await client.SendTextAsync(json);
        var output = await client.EventAsync("output");
        Assert.Contains(complaint, output.GetProperty("output").GetString(), StringComparison.Ordinal);
        await LivesAsync(client);
    }

    [Fact]
    public async Task Nesting_without_end_is_said_and_the_session_lives()
    {
        await using var client = new DapClient();
        await client.SendTextAsync($"{{\"seq\":1,\"type\":\"request\",\"command\":\"launch\",\"arguments\":{new string('[', 1 << 20)}");
        await client.EventAsync("output");
        await LivesAsync(client);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_said_and_the_session_lives()
    {
        await using var client = new DapClient();
        byte[] message = DapClient.Framed("""{"seq":1,"type":"request","command":"thr_ads"}""");
        message[Array.IndexOf(message, (byte)'_')] = 0xff;
        await client.SendRawAsync(message);
        await client.EventAsync("output");
        await LivesAsync(client);
    }

    [Fact]
    public async Task Responses_and_events_of_a_client_are_passed_over_silently()
    {
        await using var client = new DapClient();
        await client.SendTextAsync("""{"seq":1,"type":"response","request_seq":1,"success":true,"command":"runInTerminal"}""");
        await client.SendTextAsync("""{"seq":2,"type":"event","event":"hello"}""");
        await LivesAsync(client);
        Assert.Empty(client.Events);
    }

    [Theory]
    [InlineData("""{"seq":7,"type":"request","command":"fly"}""", "'fly'")]
    [InlineData("""{"seq":7,"type":"request","command":"Threads"}""", "'Threads'")]
    [InlineData("""{"seq":7,"type":"request","command":""}""", "''")]
    [InlineData("""{"seq":7,"type":"request"}""", "''")]
    [InlineData("""{"seq":7,"type":"request","command":{}}""", "''")]
    public async Task An_unknown_command_gets_an_error(string json, string named)
    {
        await using var client = new DapClient();
        await client.SendTextAsync(json);
        var (id, text) = DapClient.ErrorOf(await client.ResponseAsync(7));
        Assert.Equal(1001, id);
        Assert.Contains(named, text, StringComparison.Ordinal);
        await LivesAsync(client);
    }

    [Fact]
    public async Task A_command_of_no_valid_characters_gets_an_error_too()
    {
        await using var client = new DapClient();
        await client.SendTextAsync("""{"seq":7,"type":"request","command":"\ud800"}""");
        await client.EventAsync("output");
        await LivesAsync(client);
    }

    [Theory]
    [InlineData("stackTrace", "{}")]
    [InlineData("stackTrace", """{"threadId":"1"}""")]
    [InlineData("stackTrace", """{"threadId":1e40}""")]
    [InlineData("stackTrace", """{"threadId":null}""")]
    [InlineData("stackTrace", "[]")]
    [InlineData("stackTrace", "7")]
    [InlineData("stackTrace", """{"threadId":1,"format":{"hex":"yes"}}""")]
    [InlineData("scopes", "{}")]
    [InlineData("scopes", """{"frameId":{}}""")]
    [InlineData("variables", "{}")]
    [InlineData("variables", """{"variablesReference":true}""")]
    [InlineData("variables", """{"variablesReference":1,"filter":"some"}""")]
    [InlineData("evaluate", "{}")]
    [InlineData("evaluate", """{"expression":null}""")]
    [InlineData("evaluate", """{"expression":"1","frameId":"top"}""")]
    [InlineData("completions", "{}")]
    [InlineData("completions", """{"text":"a"}""")]
    [InlineData("completions", """{"column":1}""")]
    [InlineData("readMemory", "{}")]
    [InlineData("readMemory", """{"memoryReference":"0x0"}""")]
    [InlineData("readMemory", """{"count":1}""")]
    [InlineData("readMemory", """{"memoryReference":null,"count":1}""")]
    [InlineData("readMemory", """{"memoryReference":"0x0","count":1e40}""")]
    [InlineData("readMemory", """{"memoryReference":"0x0","count":1,"offset":99999999999999999999}""")]
    [InlineData("disassemble", "{}")]
    [InlineData("disassemble", """{"memoryReference":"0x0"}""")]
    [InlineData("disassemble", """{"memoryReference":7,"instructionCount":1}""")]
    [InlineData("modules", """{"startModule":"first"}""")]
    [InlineData("source", """{"source":7}""")]
    [InlineData("exceptionInfo", "{}")]
    [InlineData("setBreakpoints", """{"breakpoints":7}""")]
    [InlineData("threads", "[]")]
    [InlineData("initialize", """{"linesStartAt1":"yes"}""")]
    public async Task Wrong_arguments_are_named_as_such(string command, string arguments)
    {
        await using var client = await DapClient.StoppedAsync();
        var (id, text) = await client.FailAsync(command, arguments);
        Assert.Equal(1002, id);
        Assert.Contains(command, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("threads", null)]
    [InlineData("threads", "null")]
    [InlineData("threads", """{"more":{"than":["the","protocol","has"]}}""")]
    [InlineData("stackTrace", """{"threadId":1,"startFrame":null,"levels":null,"format":null}""")]
    [InlineData("modules", null)]
    [InlineData("disassemble", """{"memoryReference":"0x0","instructionCount":1,"resolveSymbols":true,"granularity":"line"}""")]
    public async Task Arguments_that_are_absent_null_or_unknown_do_not_matter_where_they_are_optional(string command, string? arguments)
    {
        await using var client = await DapClient.StoppedAsync();
        await client.AskAsync(command, arguments);
    }

    [Fact]
    public async Task A_defect_is_an_error_that_shows_nothing_of_the_inside()
    {
        await using var client = new DapClient((_, _, _) => throw new InvalidOperationException("secret at XenDumpAdapter.Core.Secret"));
        var (id, text) = await client.FailAsync("launch", """{"dump":"x"}""");
        Assert.Equal(1000, id);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        await LivesAsync(client);
    }

    [Theory]
    [InlineData("threads")]
    [InlineData("stackTrace", """{"threadId":1}""")]
    [InlineData("scopes", """{"frameId":10000}""")]
    [InlineData("variables", """{"variablesReference":1}""")]
    [InlineData("evaluate", """{"expression":"1","context":"repl"}""")]
    [InlineData("completions", """{"text":"a","column":1}""")]
    [InlineData("readMemory", """{"memoryReference":"0x0","count":1}""")]
    [InlineData("disassemble", """{"memoryReference":"0x0","instructionCount":1}""")]
    [InlineData("modules")]
    [InlineData("loadedSources")]
    [InlineData("exceptionInfo", """{"threadId":1}""")]
    public async Task Before_launch_what_needs_a_dump_says_so(string command, string? arguments = null)
    {
        await using var client = new DapClient();
        Assert.Equal(1003, (await client.FailAsync(command, arguments)).Id);
    }

    private static async Task LivesAsync(DapClient client)
    {
        await client.SendTextAsync(DapClient.Request(500, "initialize", """{"adapterID":"xendump"}"""));
        Assert.True((await client.ResponseAsync(500)).GetProperty("success").GetBoolean());
        await client.EventAsync("initialized");
    }
}
