using System.Net;
using System.Net.Sockets;
using System.Text;
using XenDumpAdapter.GdbStub.Tests.Support;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.GdbStub.Tests;

public sealed class ListenerTests
{
    [Fact]
    public async Task Many_clients_are_served_at_once_each_with_its_own_selection()
    {
        var timeout = TestContext.Current.CancellationToken;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(timeout);
        using var listener = GdbListener.Start(new SyntheticTarget().Build(), new IPEndPoint(IPAddress.Loopback, 0), new GdbServerOptions());
        var running = listener.RunAsync(cancel.Token);
        var clients = new List<TcpClient>();
        for (int i = 0; i < 20; i++)
        {
            clients.Add(new TcpClient());
            await clients[i].ConnectAsync(listener.EndPoint, timeout);
        }

        // Select first, in all of them; ask afterwards.
        for (int i = 0; i < clients.Count; i++) Assert.Equal("+$OK#9a", await AskAsync(clients[i], $"Hg{1 + i % 2}", 7));
        for (int i = 0; i < clients.Count; i++) Assert.Equal($"+$QC{1 + i % 2}#", (await AskAsync(clients[i], "qC", 8))[..6]);

        // One goes without a word, one in the middle of a packet: the others do not notice.
        clients[0].Client.Close(0);
        await clients[1].GetStream().WriteAsync("$qfThr"u8.ToArray(), timeout);
        clients[1].Dispose();
        Assert.Equal("+$QC1#", (await AskAsync(clients[2], "qC", 8))[..6]);

        await cancel.CancelAsync();
        await running.WaitAsync(TimeSpan.FromMinutes(1), timeout);
        foreach (var client in clients) client.Dispose();
    }

    [Theory]
    [InlineData("1234", "127.0.0.1:1234")]
    [InlineData(":1234", "127.0.0.1:1234")]
    [InlineData("localhost:1234", "127.0.0.1:1234")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("[::1]:1234", "[::1]:1234")]
    [InlineData("0.0.0.0:1234", "0.0.0.0:1234")]
    public void Reads_where_to_listen_and_stays_on_the_loopback_address_unless_told_otherwise(string text, string expected) =>
        Assert.Equal(expected, GdbListener.ParseEndPoint(text)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("host:1234")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("::1:1234")]
    [InlineData("[127.0.0.1:1234")]
    public void Refuses_what_is_no_address_to_listen_on(string text) => Assert.Null(GdbListener.ParseEndPoint(text));

    private static async Task<string> AskAsync(TcpClient client, string packet, int length)
    {
        await client.GetStream().WriteAsync(RspClient.Frame(packet), TestContext.Current.CancellationToken);
        var reply = new byte[length];
        await client.GetStream().ReadExactlyAsync(reply, TestContext.Current.CancellationToken);
        return Encoding.Latin1.GetString(reply);
    }
}
