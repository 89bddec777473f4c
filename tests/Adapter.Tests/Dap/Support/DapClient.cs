using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Adapter.Tests.Dap.Support;

/// <summary>
/// A client in the same process. Whatever the server sends is held against the protocol's published schema where that is here, and must not show anything of
/// the program's inside.
/// </summary>
internal sealed class DapClient : IAsyncDisposable
{
    /// <summary>What VS Code says of itself.</summary>
    public const string LikeVsCode = """{"clientID":"vscode","adapterID":"xendump","linesStartAt1":true,"columnsStartAt1":true,"pathFormat":"path","supportsVariableType":true,"supportsVariablePaging":true,"supportsMemoryReferences":true,"supportsProgressReporting":true}""";

    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Stream _received;
    private readonly CancellationTokenSource _timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Queue<JsonElement> _events = new();
    private int _seq;
    private int _theirSeq;

    /// <summary>A client of a new server.</summary>
    /// <param name="open">Opens what launch names; null for <see cref="Open"/>.</param>
    /// <param name="cancel">Ends the server.</param>
    public DapClient(Func<OpenOptions, IProgress<OpenProgress>?, CancellationToken, DumpTarget>? open = null, CancellationToken cancel = default)
    {
        _timeout.CancelAfter(TimeSpan.FromMinutes(3));
        _received = _toClient.Reader.AsStream();
        Server = ServeAsync(open ?? Open, cancel);
    }

    /// <summary>Completes when the server is done with this client.</summary>
    public Task Server { get; }

    /// <summary>Set when the test has gone on for too long.</summary>
    public CancellationToken Timeout => _timeout.Token;

    /// <summary>Events that came while something else was waited for, oldest first.</summary>
    public IReadOnlyCollection<JsonElement> Events => _events;

    /// <summary>The targets of tests: a made-up host, a synthetic target with a 32-bit dom0, and whatever else is a real path or sample.</summary>
    public static DumpTarget Open(OpenOptions options, IProgress<OpenProgress>? progress, CancellationToken cancel) => options.Dump switch
    {
        "made-up" => new CrashedHost().Open(),
        "synthetic" => new SyntheticTarget().Build(),
        _ => DumpOpener.Open(options, progress, cancel),
    };

    /// <summary>A client that has opened the made-up host and seen it stop.</summary>
    public static async Task<DapClient> StoppedAsync(string dump = "made-up", Func<OpenOptions, IProgress<OpenProgress>?, CancellationToken, DumpTarget>? open = null)
    {
        var client = new DapClient(open);
        await client.AskAsync("initialize", LikeVsCode);
        await client.AskAsync("launch", $$"""{"dump":{{JsonSerializer.Serialize(dump)}}}""");
        await client.AskAsync("configurationDone");
        await client.EventAsync("stopped");
        client._events.Clear();
        return client;
    }

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendRawAsync(byte[] bytes) => await _toServer.Writer.WriteAsync(bytes, Timeout);

    /// <summary>Sends a text as one message.</summary>
    public Task SendTextAsync(string json) => SendRawAsync(Framed(json));

    /// <summary>Sends a request; the result is its number.</summary>
    public async Task<int> SendAsync(string command, string? arguments = null)
    {
        int seq = ++_seq;
        await SendTextAsync(Request(seq, command, arguments));
        return seq;
    }

    /// <summary>Sends a request and takes its response, which must be a success; the result is its body.</summary>
    public async Task<JsonElement> AskAsync(string command, string? arguments = null)
    {
        var response = await ExchangeAsync(command, arguments);
        Assert.True(response.GetProperty("success").GetBoolean(), $"{command} {arguments}: {response}");
        return response.TryGetProperty("body", out var body) ? body : default;
    }

    /// <summary>Sends a request and takes its response, which must be an error; the result is its number and sentence.</summary>
    public async Task<(int Id, string Text)> FailAsync(string command, string? arguments = null) => ErrorOf(await ExchangeAsync(command, arguments));

    /// <summary>Sends a request and takes its response.</summary>
    public async Task<JsonElement> ExchangeAsync(string command, string? arguments = null)
    {
        int seq = await SendAsync(command, arguments);
        var response = await ResponseAsync(seq);
        Assert.Equal(command, response.GetProperty("command").GetString());
        return response;
    }

    /// <summary>The number and sentence of an error response.</summary>
    public static (int Id, string Text) ErrorOf(JsonElement response)
    {
        Assert.False(response.GetProperty("success").GetBoolean(), response.ToString());
        var error = response.GetProperty("body").GetProperty("error");
        return (error.GetProperty("id").GetInt32(), error.GetProperty("format").GetString()!);
    }

    /// <summary>The response to the request with that number; events before it are kept.</summary>
    public async Task<JsonElement> ResponseAsync(int seq)
    {
        for (; ; )
        {
            var message = await ReceiveAsync();
            if (IsEvent(message)) _events.Enqueue(message);
            else if (message.GetProperty("request_seq").GetInt32() == seq) return message;
            else Assert.Fail($"expected the response to {seq}, not {message}");
        }
    }

    /// <summary>The body of the next event of that name; others before it are dropped.</summary>
    public async Task<JsonElement> EventAsync(string name)
    {
        for (; ; )
        {
            var message = _events.Count > 0 ? _events.Dequeue() : await ReceiveAsync();
            Assert.True(IsEvent(message), $"expected the event {name}, not {message}");
            if (message.GetProperty("event").GetString() == name) return message.TryGetProperty("body", out var body) ? body : default;
        }
    }

    /// <summary>The next message, whatever it is.</summary>
    public async Task<JsonElement> ReceiveAsync() => await TryReceiveAsync() ?? throw new EndOfStreamException("the server has ended the session");

    /// <summary>The next message; null where the server has ended the session.</summary>
    public async Task<JsonElement?> TryReceiveAsync()
    {
        if (await LengthAsync() is not { } length) return null;
        byte[] body = new byte[length];
        await _received.ReadExactlyAsync(body, Timeout);
        using var document = JsonDocument.Parse(body);
        var message = document.RootElement.Clone();
        Assert.Equal(++_theirSeq, message.GetProperty("seq").GetInt32());
        Assert.Empty(ProtocolSchema.Published?.CheckMessage(message) ?? []);
        Assert.DoesNotMatch(@"(?m)^\s+at [\w.]+\(|System\.|XenDumpAdapter\.|\.cs:line", Encoding.UTF8.GetString(body));
        return message;
    }

    /// <summary>A message as it goes over the wire.</summary>
    public static byte[] Framed(string json)
    {
        byte[] body = Encoding.UTF8.GetBytes(json);
        return [.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body];
    }

    /// <summary>A request as JSON.</summary>
    public static string Request(int seq, string command, string? arguments = null) =>
        $$"""{"seq":{{seq.ToString(CultureInfo.InvariantCulture)}},"type":"request","command":"{{command}}"{{(arguments is null ? "" : $",\"arguments\":{arguments}")}}}""";

    /// <summary>Ends the client's side.</summary>
    public ValueTask HangUpAsync() => _toServer.Writer.CompleteAsync();

    /// <summary>Stops reading, as a client that has died.</summary>
    public ValueTask StopReadingAsync() => _toClient.Reader.CompleteAsync();

    /// <summary>Hangs up and waits for the server to notice.</summary>
    public async ValueTask DisposeAsync()
    {
        await _toServer.Writer.CompleteAsync();
        await Server.WaitAsync(TimeSpan.FromMinutes(1));
        _timeout.Dispose();
    }

    private static bool IsEvent(JsonElement message) => message.GetProperty("type").ValueEquals("event");

    private async Task<int?> LengthAsync()
    {
        var header = new StringBuilder();
        byte[] one = new byte[1];
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await _received.ReadAsync(one, Timeout) == 0)
            {
                Assert.Equal("", header.ToString());
                return null;
            }

            header.Append((char)one[0]);
        }

        Assert.Matches(@"\AContent-Length: \d+\r\n\r\n\z", header.ToString());
        return int.Parse(header.ToString().AsSpan("Content-Length: ".Length).Trim(), CultureInfo.InvariantCulture);
    }

    private async Task ServeAsync(Func<OpenOptions, IProgress<OpenProgress>?, CancellationToken, DumpTarget> open, CancellationToken cancel)
    {
        try
        {
            await DapServer.RunAsync(_toServer.Reader.AsStream(), _toClient.Writer.AsStream(), open, cancel);
        }
        finally
        {
            await _toClient.Writer.CompleteAsync();
        }
    }
}
