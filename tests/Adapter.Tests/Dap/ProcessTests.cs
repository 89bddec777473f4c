using System.Diagnostics;
using System.Text;
using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary><c>xendump dap</c> as a process of its own: what goes over its standard input and output, and how it ends.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task A_session_over_standard_input_and_output_ends_with_its_process()
    {
        using var server = new Server();
        await server.SendAsync(DapClient.Request(1, "initialize", DapClient.LikeVsCode));
        await server.SendAsync(DapClient.Request(2, "launch", """{"dump":"sample:overflow"}"""));
        await server.SendAsync(DapClient.Request(3, "configurationDone"));
        await server.SendAsync(DapClient.Request(4, "stackTrace", """{"threadId":1}"""));
        await server.SendAsync(DapClient.Request(5, "disconnect"));
        var messages = await server.AllAsync();
        Assert.Equal([1, 2, 3, 4, 5], messages.Where(m => m.Text("type") == "response").Select(m => (int)m.Number("request_seq")));
        Assert.All(messages.Where(m => m.Text("type") == "response"), m => Assert.True(m.GetProperty("success").GetBoolean()));
        Assert.Equal(Enumerable.Range(1, messages.Count), messages.Select(m => (int)m.Number("seq")));
        Assert.Equal("disconnect", messages[^1].Text("command"));
        Assert.Equal((0, ""), await server.EndAsync());
    }

    [Fact]
    public async Task The_end_of_standard_input_is_the_end()
    {
        using var server = new Server();
        await server.SendAsync(DapClient.Request(1, "initialize", DapClient.LikeVsCode));
        await server.SendAsync(DapClient.Request(2, "launch", """{"dump":"sample:overflow"}"""));
        server.Close();
        var messages = await server.AllAsync();
        Assert.Equal("launch", messages.Last(m => m.Text("type") == "response").Text("command"));
        Assert.Equal((0, ""), await server.EndAsync());
    }

    [Fact]
    public async Task Garbage_does_not_end_the_process_and_only_messages_come_out()
    {
        using var server = new Server();
        await server.SendRawAsync([.. "Content-Length: 3\r\n\r\n{]}Content-Length: -5\r\n\r\n"u8, 0xff, 0xfe, 0x0a, 0x0a]);
        await server.SendAsync(DapClient.Request(1, "threads"));
        server.Close();
        var messages = await server.AllAsync();
        Assert.Equal("threads", messages.Single(m => m.Text("type") == "response").Text("command"));
        Assert.All(messages.Where(m => m.Text("type") == "event"), m => Assert.Equal("output", m.Text("event")));
        Assert.Equal((0, ""), await server.EndAsync());
    }

    /// <summary>The executable that was built with these tests.</summary>
    private sealed class Server : IDisposable
    {
        private readonly CancellationTokenSource _timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        private readonly Process _process;
        private readonly Task<string> _error;

        public Server()
        {
            _timeout.CancelAfter(TimeSpan.FromMinutes(3));
            string path = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "xendump.exe" : "xendump");
            _process = Process.Start(new ProcessStartInfo(path, "dap") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            _error = _process.StandardError.ReadToEndAsync(_timeout.Token);
        }

        public Task SendAsync(string json) => SendRawAsync(DapClient.Framed(json));

        public async Task SendRawAsync(byte[] bytes)
        {
            await _process.StandardInput.BaseStream.WriteAsync(bytes, _timeout.Token);
            await _process.StandardInput.BaseStream.FlushAsync(_timeout.Token);
        }

        public void Close() => _process.StandardInput.Close();

        /// <summary>Every message until the end; anything else on standard output is a failure.</summary>
        public async Task<List<JsonElement>> AllAsync()
        {
            using var all = new MemoryStream();
            await _process.StandardOutput.BaseStream.CopyToAsync(all, _timeout.Token);
            var messages = new List<JsonElement>();
            for (ReadOnlyMemory<byte> rest = all.ToArray(); !rest.IsEmpty;)
            {
                int end = rest.Span.IndexOf("\r\n\r\n"u8);
                Assert.True(end > 0, Encoding.UTF8.GetString(rest.Span));
                string header = Encoding.ASCII.GetString(rest.Span[..end]);
                Assert.Matches(@"\AContent-Length: \d+\z", header);
                int length = int.Parse(header.AsSpan("Content-Length: ".Length), null);
                messages.Add(JsonDocument.Parse(rest.Slice(end + 4, length)).RootElement);
                Assert.Empty(ProtocolSchema.Published?.CheckMessage(messages[^1]) ?? []);
                rest = rest[(end + 4 + length)..];
            }

            return messages;
        }

        /// <summary>Its exit code and what it said on standard error.</summary>
        public async Task<(int Code, string Error)> EndAsync()
        {
            await _process.WaitForExitAsync(_timeout.Token);
            return (_process.ExitCode, await _error);
        }

        public void Dispose()
        {
            if (!_process.HasExited) _process.Kill();
            _process.Dispose();
            _timeout.Dispose();
        }
    }
}
