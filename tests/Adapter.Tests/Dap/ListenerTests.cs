using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>Many clients over TCP.</summary>
public sealed class ListenerTests
{
    [Fact]
    public async Task Two_sessions_look_at_one_dump_at_once_and_do_not_know_of_each_other()
    {
        await using var listening = await Listening.StartAsync();
        using var one = await listening.ConnectAsync();
        using var two = await listening.ConnectAsync();
        foreach (var client in (TcpClient[])[one, two])
        {
            await SendAsync(client, DapClient.Request(1, "launch", """{"dump":"sample:overflow"}"""));
            Assert.True((await ResponseAsync(client, 1)).GetProperty("success").GetBoolean());
        }

        for (int i = 2; i < 50; i++)
        {
            await SendAsync(one, DapClient.Request(i, "stackTrace", """{"threadId":1}"""));
            await SendAsync(two, DapClient.Request(i, "stackTrace", """{"threadId":1}"""));
            Assert.Equal((await ResponseAsync(one, i)).GetProperty("body").GetRawText(), (await ResponseAsync(two, i)).GetProperty("body").GetRawText());
        }

        await SendAsync(one, DapClient.Request(100, "disconnect"));
        await ResponseAsync(one, 100);
        await SendAsync(two, DapClient.Request(100, "threads"));
        Assert.True((await ResponseAsync(two, 100)).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task A_client_that_vanishes_does_not_disturb_the_others()
    {
        await using var listening = await Listening.StartAsync();
        for (int i = 0; i < 100; i++)
        {
            using var gone = await listening.ConnectAsync();
            await gone.GetStream().WriteAsync(DapClient.Framed(DapClient.Request(1, "launch", """{"dump":"made-up"}""")), listening.Timeout);
            gone.Client.LingerState = new LingerOption(true, 0);
        }

        using var client = await listening.ConnectAsync();
        await SendAsync(client, DapClient.Request(1, "threads"));
        Assert.False((await ResponseAsync(client, 1)).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task When_it_ends_all_sessions_end()
    {
        var listening = await Listening.StartAsync();
        using var client = await listening.ConnectAsync();
        await SendAsync(client, DapClient.Request(1, "launch", """{"dump":"made-up"}"""));
        await ResponseAsync(client, 1);
        await listening.DisposeAsync();
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    private static async Task SendAsync(TcpClient client, string json) => await client.GetStream().WriteAsync(DapClient.Framed(json), TestContext.Current.CancellationToken);

    private static async Task<JsonElement> ResponseAsync(TcpClient client, int seq)
    {
        var stream = client.GetStream();
        for (; ; )
        {
            var header = new StringBuilder();
            byte[] one = new byte[1];
            while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                await stream.ReadExactlyAsync(one, TestContext.Current.CancellationToken);
                header.Append((char)one[0]);
            }

            byte[] body = new byte[int.Parse(header.ToString().AsSpan("Content-Length: ".Length).Trim(), null)];
            await stream.ReadExactlyAsync(body, TestContext.Current.CancellationToken);
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.TryGetProperty("request_seq", out var request) && request.GetInt32() == seq) return document.RootElement.Clone();
        }
    }

    private sealed class Listening : IAsyncDisposable
    {
        private readonly CancellationTokenSource _cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        private readonly TaskCompletionSource<IPEndPoint> _at = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task _running = Task.CompletedTask;

        public CancellationToken Timeout => _cancel.Token;

        public static async Task<Listening> StartAsync()
        {
            var listening = new Listening();
            listening._running = DapListener.RunAsync(new IPEndPoint(IPAddress.Loopback, 0), DapClient.Open, listening._at.SetResult, listening._cancel.Token);
            await listening._at.Task.WaitAsync(TimeSpan.FromMinutes(1), listening.Timeout);
            return listening;
        }

        public async Task<TcpClient> ConnectAsync()
        {
            var client = new TcpClient();
            await client.ConnectAsync(await _at.Task, Timeout);
            return client;
        }

        public async ValueTask DisposeAsync()
        {
            await _cancel.CancelAsync();
            await _running.WaitAsync(TimeSpan.FromMinutes(1));
            _cancel.Dispose();
        }
    }
}
