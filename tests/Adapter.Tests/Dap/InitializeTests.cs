using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>initialize, and that every capability that it advertises works.</summary>
public sealed class InitializeTests
{
    /// <summary>For each capability a request that only an adapter which has it can answer so.</summary>
    private static readonly Dictionary<string, Func<DapClient, Task>> Proofs = new(StringComparer.Ordinal)
    {
        // StoppedAsync has sent it and seen the stop that it leads to.
        ["supportsConfigurationDoneRequest"] = _ => Task.CompletedTask,
        ["supportsEvaluateForHovers"] = async c => Assert.Equal("2", (await c.AskAsync("evaluate", """{"expression":"nr_cpus","context":"hover"}""")).Text("result")),
        ["supportsDelayedStackTraceLoading"] = async c => Assert.Equal(1, (await c.AskAsync("stackTrace", """{"threadId":1,"startFrame":1,"levels":1}""")).GetProperty("stackFrames").GetArrayLength()),
        ["supportsModulesRequest"] = async c => Assert.Equal(2, (await c.AskAsync("modules")).Number("totalModules")),
        ["supportsLoadedSourcesRequest"] = async c => Assert.True((await c.AskAsync("loadedSources")).TryGetProperty("sources", out _)),
        ["supportsExceptionInfoRequest"] = async c => Assert.Equal("always", (await c.AskAsync("exceptionInfo", """{"threadId":1}""")).Text("breakMode")),
        ["supportsReadMemoryRequest"] = async c => Assert.Equal("MDE=", (await c.AskAsync("readMemory", """{"memoryReference":"machine:0x1000","count":2}""")).Text("data")),
        ["supportsDisassembleRequest"] = async c => Assert.Equal(3, (await c.AskAsync("disassemble", """{"memoryReference":"xen:0xffff82d040001000","instructionCount":3}""")).GetProperty("instructions").GetArrayLength()),
        ["supportsCancelRequest"] = async c => await c.AskAsync("cancel", """{"requestId":1}"""),
        ["supportsValueFormattingOptions"] = async c => Assert.Equal("0x2", (await c.AskAsync("evaluate", """{"expression":"nr_cpus","format":{"hex":true}}""")).Text("result")),
        ["supportsCompletionsRequest"] = async c => Assert.Equal(["nr_cpus"], (await c.AskAsync("completions", """{"text":"nr_","column":4}""")).GetProperty("targets").Texts("label")),
        ["supportsClipboardContext"] = async c => Assert.Contains("vcpu_id = 7", (await c.AskAsync("evaluate", """{"expression":"**hardware_domain->vcpu","context":"clipboard"}""")).Text("result"), StringComparison.Ordinal),
        ["supportsTerminateRequest"] = async c =>
        {
            await c.AskAsync("terminate");
            await c.EventAsync("terminated");
        },
    };

    [Fact]
    public async Task Every_advertised_capability_works()
    {
        await using var first = new DapClient();
        var capabilities = await first.AskAsync("initialize", DapClient.LikeVsCode);
        var advertised = capabilities.EnumerateObject().Where(p => p.Name != "completionTriggerCharacters").ToList();
        Assert.All(advertised, p => Assert.True(p.Value.GetBoolean(), p.Name));
        Assert.Equal(Proofs.Keys.Order(StringComparer.Ordinal), advertised.Select(p => p.Name).Order(StringComparer.Ordinal));
        await using var client = await DapClient.StoppedAsync();
        foreach (var capability in advertised) await Proofs[capability.Name](client);
    }

    [Fact]
    public async Task Characters_that_begin_a_completion_are_those_before_a_member_a_register_or_a_command()
    {
        await using var client = new DapClient();
        var capabilities = await client.AskAsync("initialize", DapClient.LikeVsCode);
        Assert.Equal([".", ">", "$", ":", "`"], capabilities.GetProperty("completionTriggerCharacters").EnumerateArray().Select(c => c.GetString()!));
    }

    [Fact]
    public async Task A_session_is_initialized_once()
    {
        await using var client = new DapClient();
        await client.AskAsync("initialize", DapClient.LikeVsCode);
        await client.EventAsync("initialized");
        Assert.Equal(1004, (await client.FailAsync("initialize", DapClient.LikeVsCode)).Id);
        Assert.Empty(client.Events);
    }

    [Fact]
    public async Task Lines_and_columns_count_as_the_client_does()
    {
        await using var client = new DapClient();
        await client.AskAsync("initialize", """{"adapterID":"xendump","linesStartAt1":false,"columnsStartAt1":false}""");
        await client.AskAsync("launch", """{"dump":"made-up"}""");
        var frame = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray().Single(f => f.Text("name") == "walk_tree");
        Assert.Equal(50, frame.Number("line"));
        Assert.Equal(0, frame.Number("column"));
        var target = (await client.AskAsync("completions", """{"text":"1+nr_","column":5}""")).GetProperty("targets")[0];
        Assert.Equal(2, target.Number("start"));
    }

    [Fact]
    public async Task A_client_that_shows_no_types_and_no_memory_is_sent_none()
    {
        await using var client = new DapClient();
        await client.AskAsync("initialize", """{"adapterID":"xendump"}""");
        await client.AskAsync("launch", """{"dump":"made-up"}""");
        var value = await client.AskAsync("evaluate", """{"expression":"hardware_domain"}""");
        Assert.False(value.TryGetProperty("type", out _));
        Assert.False(value.TryGetProperty("memoryReference", out _));
    }
}
