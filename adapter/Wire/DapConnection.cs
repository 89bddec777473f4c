using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace XenDumpAdapter.Adapter.Wire;

/// <summary>Messages over a pair of streams: the one file that knows how they go over the wire. Sending is safe from any thread.</summary>
internal sealed class DapConnection(Stream input, Stream output) : IAsyncDisposable
{
    private readonly DapFraming _framing = new(PipeReader.Create(input, new StreamPipeReaderOptions(leaveOpen: true)));
    private readonly SemaphoreSlim _sending = new(1, 1);
    private int _seq;

    /// <summary>The next request, or a sentence about what came instead; null at the end.</summary>
    public async ValueTask<(IncomingRequest? Request, string? Problem)?> ReadAsync(CancellationToken cancel)
    {
        if (await _framing.ReadAsync(cancel).ConfigureAwait(false) is not { } framed) return null;
        return framed.Body is { } body ? Parse(body) : (null, framed.Problem);
    }

    /// <summary>Sends a response with a body of a known type.</summary>
    public Task RespondAsync<T>(IncomingRequest request, T body, JsonTypeInfo<T> type) =>
        SendAsync(seq => new ResponseMessage
        {
            Seq = seq,
            RequestSeq = request.Seq,
            Success = true,
            Command = request.Command,
            Body = JsonSerializer.SerializeToElement(body, type),
        });

    /// <summary>Sends a response without a body.</summary>
    public Task AcknowledgeAsync(IncomingRequest request) =>
        SendAsync(seq => new ResponseMessage { Seq = seq, RequestSeq = request.Seq, Success = true, Command = request.Command });

    /// <summary>Sends an error response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="shortForm">One word where the protocol knows one (<c>cancelled</c>), else the sentence.</param>
    /// <param name="error">The error.</param>
    public Task FailAsync(IncomingRequest request, string shortForm, ErrorMessage error) =>
        SendAsync(seq => new ResponseMessage
        {
            Seq = seq,
            RequestSeq = request.Seq,
            Success = false,
            Command = request.Command,
            Message = shortForm,
            Body = JsonSerializer.SerializeToElement(new ErrorBody(error), DapJson.Default.ErrorBody),
        });

    /// <summary>Sends an event with a body of a known type.</summary>
    public Task RaiseAsync<T>(string name, T body, JsonTypeInfo<T> type)
    {
        var element = JsonSerializer.SerializeToElement(body, type);
        return SendEventAsync(seq => new EventMessage { Seq = seq, Event = name, Body = element });
    }

    /// <summary>Sends an event without a body.</summary>
    public Task RaiseAsync(string name) => SendEventAsync(seq => new EventMessage { Seq = seq, Event = name });

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _sending.Dispose();
        return ValueTask.CompletedTask;
    }

    private static (IncomingRequest?, string?) Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return (null, "A message that is no JSON object was passed over.");
            if (!root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String) return (null, "A message without a type was passed over.");
            if (!type.ValueEquals("request")) return (null, type.ValueEquals("response") || type.ValueEquals("event") ? null : "A message that is no request was passed over.");
            if (!root.TryGetProperty("seq", out var seq) || seq.ValueKind != JsonValueKind.Number || !seq.TryGetInt32(out int number) || number < 1)
                return (null, "A request without a number (seq) was passed over: it cannot be answered.");
            string command = root.TryGetProperty("command", out var c) && c.ValueKind == JsonValueKind.String ? c.GetString()! : "";
            var arguments = root.TryGetProperty("arguments", out var a) ? a.Clone() : default;
            return (new IncomingRequest(number, command, arguments), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter where a text is no Unicode.
            return (null, "A message that is not JSON was passed over.");
        }
    }

    private Task SendAsync(Func<int, ResponseMessage> make) => WriteAsync(seq => JsonSerializer.SerializeToUtf8Bytes(make(seq), DapJson.Default.ResponseMessage));

    private Task SendEventAsync(Func<int, EventMessage> make) => WriteAsync(seq => JsonSerializer.SerializeToUtf8Bytes(make(seq), DapJson.Default.EventMessage));

    private async Task WriteAsync(Func<int, byte[]> serialize)
    {
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            byte[] frame = DapFraming.Frame(serialize(++_seq));
            await output.WriteAsync(frame).ConfigureAwait(false);
            await output.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new ConnectionLostException(e);
        }
        finally
        {
            _sending.Release();
        }
    }
}
