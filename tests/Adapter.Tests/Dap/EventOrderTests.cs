using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Dap.Support;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>In which order events and responses come.</summary>
public sealed class EventOrderTests
{
    [Fact]
    public async Task Initialized_comes_after_the_response_to_initialize()
    {
        await using var client = new DapClient();
        await client.SendAsync("initialize", DapClient.LikeVsCode);
        Assert.Equal("response", (await client.ReceiveAsync()).Text("type"));
        Assert.Equal("initialized", (await client.ReceiveAsync()).Text("event"));
    }

    [Theory]
    [InlineData("launch", "configurationDone")]
    [InlineData("configurationDone", "launch")]
    [InlineData("configurationDone", "attach")]
    public async Task The_stop_comes_after_all_output_when_both_have_been_answered(string first, string second)
    {
        await using var client = new DapClient();
        await client.AskAsync(first, Arguments(first));
        Assert.Empty(client.Events);
        await client.SendAsync(second, Arguments(second));
        Assert.Equal(second, (await client.ReceiveAsync()).Text("command"));
        var names = new List<string>();
        JsonElement last;
        do
        {
            last = await client.ReceiveAsync();
            names.Add(last.Text("event"));
        }
        while (names[^1] != "stopped");
        Assert.True(names.Count > 2);
        Assert.All(names[..^1], n => Assert.Equal("output", n));
        var body = last.GetProperty("body");
        Assert.Equal("exception", body.Text("reason"));
        Assert.Equal(1, body.Number("threadId"));
        Assert.True(body.GetProperty("allThreadsStopped").GetBoolean());
        Assert.Contains("dom0 crashed", body.Text("description"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stops_once()
    {
        await using var client = await DapClient.StoppedAsync();
        await client.AskAsync("configurationDone");
        await client.AskAsync("threads");
        Assert.Empty(client.Events);
    }

    [Fact]
    public async Task What_is_wrong_with_the_dump_is_said_first()
    {
        var host = new CrashedHost();
        host.Diagnostics.Error("symbols/mismatch", "xen-syms is not of the Xen in this dump.");
        await using var client = new DapClient((_, _, _) => host.Open());
        await client.AskAsync("launch", """{"dump":"x"}""");
        await client.AskAsync("configurationDone");
        var first = await client.EventAsync("output");
        Assert.Equal("important", first.Text("category"));
        Assert.Equal("xen-syms is not of the Xen in this dump.\n", first.Text("output"));
        await client.EventAsync("stopped");
    }

    [Fact]
    public async Task It_stops_even_where_the_stacks_cannot_be_walked()
    {
        await using var client = new DapClient((_, _, _) => new SyntheticTarget { OnWalk = () => throw new InvalidOperationException("a defect") }.Build());
        await client.AskAsync("launch", """{"dump":"x"}""");
        await client.AskAsync("configurationDone");
        await client.EventAsync("stopped");
        Assert.Equal("important", (await client.EventAsync("output")).Text("category"));
        Assert.Equal(1000, (await client.FailAsync("stackTrace", """{"threadId":1}""")).Id);
        await client.AskAsync("threads");
    }

    [Fact]
    public async Task Progress_of_opening_begins_goes_on_and_ends_before_the_response()
    {
        await using var client = new DapClient((_, progress, _) =>
        {
            for (int i = 0; i < 50; i++) progress!.Report(new OpenProgress("stage", $"step {i}"));
            return new CrashedHost().Open();
        });
        await client.AskAsync("initialize", DapClient.LikeVsCode);
        await client.EventAsync("initialized");
        int seq = await client.SendAsync("launch", """{"dump":"x"}""");
        var start = await NextAsync(client, "progressStart");
        Assert.True(start.GetProperty("cancellable").GetBoolean());
        Assert.Equal(seq, start.Number("requestId"));
        string id = start.Text("progressId");
        for (int i = 0; i < 50; i++)
        {
            var update = await NextAsync(client, "progressUpdate");
            Assert.Equal(id, update.Text("progressId"));
            Assert.Equal($"step {i}", update.Text("message"));
        }

        Assert.Equal(id, (await NextAsync(client, "progressEnd")).Text("progressId"));
        Assert.Equal("launch", (await client.ReceiveAsync()).Text("command"));
    }

    [Fact]
    public async Task Progress_ends_where_opening_fails()
    {
        await using var client = new DapClient();
        await client.AskAsync("initialize", DapClient.LikeVsCode);
        await client.EventAsync("initialized");
        await client.FailAsync("launch", """{"dump":"/no/such/vmcore"}""");
        Assert.Equal("progressStart", client.Events.First().Text("event"));
        Assert.Equal("progressEnd", client.Events.Last().Text("event"));
    }

    [Fact]
    public async Task A_client_that_shows_no_progress_is_sent_none()
    {
        await using var client = new DapClient();
        await client.AskAsync("initialize", """{"adapterID":"xendump"}""");
        await client.EventAsync("initialized");
        await client.AskAsync("launch", """{"dump":"sample:overflow"}""");
        Assert.Empty(client.Events);
    }

    private static string? Arguments(string command) => command == "configurationDone" ? null : """{"dump":"made-up"}""";

    private static async Task<JsonElement> NextAsync(DapClient client, string name)
    {
        var message = await client.ReceiveAsync();
        Assert.Equal(name, message.Text("event"));
        return message.GetProperty("body");
    }
}
