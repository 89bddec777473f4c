using XenDumpAdapter.Adapter.Tests.Dap.Support;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>cancel, which overtakes what it is about.</summary>
public sealed class CancelTests
{
    [Fact]
    public async Task A_running_request_ends_as_cancelled_and_may_be_sent_again()
    {
        var opening = new SlowOpening();
        await using var client = new DapClient((_, _, cancel) => opening.Open(cancel));
        int launch = await client.SendAsync("launch", """{"dump":"x"}""");
        await opening.Begun.WaitAsync(client.Timeout);
        await CancelAsync(client, $$"""{"requestId":{{launch}}}""", launch);
        opening.Finish();
        await client.AskAsync("launch", """{"dump":"x"}""");
    }

    [Fact]
    public async Task Opening_can_be_cancelled_by_its_progress()
    {
        var opening = new SlowOpening();
        await using var client = new DapClient((_, _, cancel) => opening.Open(cancel));
        await client.AskAsync("initialize", DapClient.LikeVsCode);
        int launch = await client.SendAsync("launch", """{"dump":"x"}""");
        string id = (await client.EventAsync("progressStart")).Text("progressId");
        await opening.Begun.WaitAsync(client.Timeout);
        await CancelAsync(client, $$"""{"progressId":"{{id}}"}""", launch);
        Assert.Equal("progressEnd", client.Events.Last().Text("event"));
    }

    [Fact]
    public async Task A_waiting_request_is_cancelled_without_having_begun()
    {
        var opening = new SlowOpening();
        await using var client = new DapClient((_, _, cancel) => opening.Open(cancel));
        int launch = await client.SendAsync("launch", """{"dump":"x"}""");
        int first = await client.SendAsync("threads");
        int second = await client.SendAsync("threads");
        await opening.Begun.WaitAsync(client.Timeout);
        int cancel = await client.SendAsync("cancel", $$"""{"requestId":{{first}}}""");
        Assert.True((await client.ResponseAsync(cancel)).GetProperty("success").GetBoolean());
        opening.Finish();
        Assert.True((await client.ResponseAsync(launch)).GetProperty("success").GetBoolean());
        Assert.Equal("cancelled", (await client.ResponseAsync(first)).Text("message"));
        Assert.True((await client.ResponseAsync(second)).GetProperty("success").GetBoolean());
    }

    [Theory]
    [InlineData("""{"progressId":"another"}""")]
    [InlineData("""{"requestId":77}""")]
    [InlineData("""{"requestId":77,"progressId":"another"}""")]
    [InlineData("{}")]
    [InlineData(null)]
    public async Task What_names_nothing_that_runs_is_understood_and_cancels_nothing(string? arguments)
    {
        var opening = new SlowOpening();
        await using var client = new DapClient((_, _, cancel) => opening.Open(cancel));
        int launch = await client.SendAsync("launch", """{"dump":"x"}""");
        await opening.Begun.WaitAsync(client.Timeout);
        await client.AskAsync("cancel", arguments);
        opening.Finish();
        Assert.True((await client.ResponseAsync(launch)).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task A_request_that_has_been_answered_cannot_be_cancelled_any_more()
    {
        await using var client = await DapClient.StoppedAsync();
        for (int i = 1; i < 300; i++)
        {
            int threads = await client.SendAsync("threads");
            int cancel = await client.SendAsync("cancel", $$"""{"requestId":{{threads}}}""");

            // The two race: both are answered, in either order, and the session lives.
            var answers = new[] { await client.ReceiveAsync(), await client.ReceiveAsync() };
            Assert.Equal([threads, cancel], answers.Select(a => (int)a.Number("request_seq")).Order());
        }
    }

    [Theory]
    [InlineData("""{"requestId":"1"}""")]
    [InlineData("""{"progressId":1}""")]
    [InlineData("[]")]
    public async Task Wrong_arguments_are_named_as_such(string arguments)
    {
        await using var client = new DapClient();
        Assert.Equal(1002, (await client.FailAsync("cancel", arguments)).Id);
        Assert.Equal(1003, (await client.FailAsync("threads")).Id);
    }

    [Fact]
    public async Task A_stack_that_is_being_walked_can_be_left_and_is_whole_when_asked_for_again()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gate = new ManualResetEventSlim();
        bool first = true;
        await using var client = new DapClient((_, _, _) => new SyntheticTarget
        {
            OnWalk = () =>
            {
                if (!first) return;
                first = false;
                begun.SetResult();
                gate.Wait(TestContext.Current.CancellationToken);
                throw new OperationCanceledException();
            },
        }.Build());
        await client.AskAsync("launch", """{"dump":"x"}""");
        int walk = await client.SendAsync("stackTrace", """{"threadId":1}""");
        await begun.Task.WaitAsync(client.Timeout);
        int cancel = await client.SendAsync("cancel", $$"""{"requestId":{{walk}}}""");
        await client.ResponseAsync(cancel);
        gate.Set();
        Assert.Equal("cancelled", (await client.ResponseAsync(walk)).Text("message"));
        Assert.Equal(5, (await client.AskAsync("stackTrace", """{"threadId":1}""")).Number("totalFrames"));
    }

    private static async Task CancelAsync(DapClient client, string arguments, int cancelled)
    {
        int cancel = await client.SendAsync("cancel", arguments);
        Assert.True((await client.ResponseAsync(cancel)).GetProperty("success").GetBoolean());
        var response = await client.ResponseAsync(cancelled);
        Assert.Equal("cancelled", response.Text("message"));
        Assert.Equal(1005, DapClient.ErrorOf(response).Id);
    }

    /// <summary>Opens the made-up host when it is allowed to finish.</summary>
    internal sealed class SlowOpening
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void Finish() => _finish.TrySetResult();

        public DumpTarget Open(CancellationToken cancel)
        {
            _begun.TrySetResult();
            _finish.Task.Wait(cancel);
            return new CrashedHost().Open();
        }
    }
}
