using System.IO.Pipelines;
using System.Text;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.GdbStub.Tests.Support;

/// <summary>A client in the same process: frames packets, acknowledges, and hands back replies as they stand on the wire.</summary>
internal sealed class RspClient : IAsyncDisposable
{
    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Stream _replies;
    private readonly byte[] _buffer = new byte[0x20000];
    private readonly CancellationTokenSource _timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private int _at;
    private int _end;

    public RspClient(DumpTarget target, GdbServerOptions? options = null, CancellationToken cancel = default)
    {
        _timeout.CancelAfter(TimeSpan.FromMinutes(3));
        _replies = _toClient.Reader.AsStream();
        Server = RunAsync(target, options ?? new GdbServerOptions(), cancel);
    }

    /// <summary>Completes when the server is done with the client.</summary>
    public Task Server { get; }

    /// <summary>Set when the test has gone on for too long.</summary>
    public CancellationToken Timeout => _timeout.Token;

    public bool NoAck { get; set; }

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendRawAsync(byte[] bytes)
    {
        await _toServer.Writer.WriteAsync(bytes, Timeout);
    }

    /// <summary>The next byte from the server; -1 at its end.</summary>
    public async Task<int> ReadByteAsync()
    {
        if (_at == _end)
        {
            _end = await _replies.ReadAsync(_buffer, Timeout);
            _at = 0;
            if (_end == 0) return -1;
        }

        return _buffer[_at++];
    }

    /// <summary>Sends a packet; the acknowledgement is taken off the wire and checked.</summary>
    public async Task SendAsync(string text)
    {
        await SendRawAsync(Frame(text));
        if (!NoAck) Assert.Equal('+', await ReadByteAsync());
    }

    /// <summary>The text of the next packet, one char a byte, escapes as they are. The checksum must be right.</summary>
    public async Task<string> ReceiveAsync()
    {
        Assert.Equal('$', await ReadByteAsync());
        var text = new StringBuilder();
        int sum = 0;
        for (int c; (c = await ReadByteAsync()) != '#';)
        {
            Assert.InRange(c, 0, 255);
            text.Append((char)c);
            sum += c;
        }

        string check = $"{(char)await ReadByteAsync()}{(char)await ReadByteAsync()}";
        Assert.Equal($"{sum & 255:x2}", check);
        if (!NoAck) await SendRawAsync("+"u8.ToArray());
        return text.ToString();
    }

    /// <summary>Sends a packet and takes its reply; console packets before it are not expected.</summary>
    public async Task<string> AskAsync(string text)
    {
        await SendAsync(text);
        string reply = await ReceiveAsync();
        if (text == "QStartNoAckMode" && reply == "OK") NoAck = true;
        return reply;
    }

    /// <summary>A framed packet.</summary>
    public static byte[] Frame(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        int sum = bytes.Sum(b => b) & 255;
        return [(byte)'$', .. bytes, .. Encoding.Latin1.GetBytes($"#{sum:x2}")];
    }

    /// <summary>Hangs up and waits for the server to notice.</summary>
    public async ValueTask DisposeAsync()
    {
        await _toServer.Writer.CompleteAsync();
        await Server.WaitAsync(Timeout);
        _timeout.Dispose();
    }

    private async Task RunAsync(DumpTarget target, GdbServerOptions options, CancellationToken cancel)
    {
        await GdbServer.RunAsync(target, _toServer.Reader.AsStream(), _toClient.Writer.AsStream(), options, cancel);
        await _toClient.Writer.CompleteAsync();
    }
}
