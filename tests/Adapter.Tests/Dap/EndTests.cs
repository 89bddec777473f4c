using System.IO.Pipelines;
using System.Net.Sockets;
using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>How sessions end: terminate, disconnect, and clients that vanish.</summary>
public sealed class EndTests
{
    [Fact]
    public async Task Disconnect_ends_the_session_and_its_response_is_the_last_message()
    {
        await using var client = await DapClient.StoppedAsync();
        await client.AskAsync("disconnect", """{"terminateDebuggee":true}""");
        Assert.Equal(["terminated"], client.Events.Select(e => e.Text("event")));
        Assert.Null(await client.TryReceiveAsync());
        await client.Server.WaitAsync(client.Timeout);
    }

    [Fact]
    public async Task Terminate_is_followed_by_the_event_and_the_session_goes_on_until_disconnect()
    {
        await using var client = await DapClient.StoppedAsync();
        await client.AskAsync("terminate");
        Assert.Empty(client.Events);
        await client.EventAsync("terminated");
        await client.AskAsync("threads");
        await client.AskAsync("terminate");
        await client.AskAsync("disconnect");
        Assert.Empty(client.Events);
        Assert.Null(await client.TryReceiveAsync());
    }

    [Fact]
    public async Task Disconnect_works_before_anything_else()
    {
        await using var client = new DapClient();
        await client.AskAsync("disconnect");
        Assert.Null(await client.TryReceiveAsync());
    }

    [Fact]
    public async Task What_was_sent_after_disconnect_is_not_answered()
    {
        await using var client = await DapClient.StoppedAsync();
        int disconnect = await client.SendAsync("disconnect");
        await client.SendAsync("threads");
        await client.ResponseAsync(disconnect);
        Assert.Null(await client.TryReceiveAsync());
    }

    [Fact]
    public async Task A_client_that_ends_its_stream_is_still_answered()
    {
        await using var client = new DapClient();
        int launch = await client.SendAsync("launch", """{"dump":"made-up"}""");
        int threads = await client.SendAsync("threads");
        await client.HangUpAsync();
        Assert.True((await client.ResponseAsync(launch)).GetProperty("success").GetBoolean());
        Assert.True((await client.ResponseAsync(threads)).GetProperty("success").GetBoolean());
        Assert.Null(await client.TryReceiveAsync());
    }

    [Fact]
    public async Task A_client_that_vanishes_while_a_dump_is_opened_ends_the_session()
    {
        var opening = new CancelTests.SlowOpening();
        await using var client = new DapClient((_, _, cancel) => opening.Open(cancel));
        await client.SendAsync("launch", """{"dump":"x"}""");
        await opening.Begun.WaitAsync(client.Timeout);
        await client.HangUpAsync();
        await client.StopReadingAsync();
        opening.Finish();
        await client.Server.WaitAsync(client.Timeout);
    }

    [Fact]
    public async Task A_client_that_no_longer_reads_ends_the_session()
    {
        var toServer = new Pipe();
        var server = DapServer.RunAsync(toServer.Reader.AsStream(), new BrokenStream(), DapClient.Open, TestContext.Current.CancellationToken);
        for (int i = 1; i <= 3; i++) await toServer.Writer.WriteAsync(DapClient.Framed(DapClient.Request(i, "threads")), TestContext.Current.CancellationToken);
        await server.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_session_that_is_cancelled_from_outside_ends()
    {
        using var cancel = new CancellationTokenSource();
        var client = new DapClient(cancel: cancel.Token);
        await client.AskAsync("launch", """{"dump":"made-up"}""");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Server.WaitAsync(client.Timeout));
    }

    /// <summary>A pipe whose reader has gone.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("Broken pipe", new SocketException((int)SocketError.ConnectionReset));
    }
}
