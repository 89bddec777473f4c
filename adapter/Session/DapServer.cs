using System.Collections.Concurrent;
using System.Threading.Channels;
using XenDumpAdapter.Adapter.Handlers;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>
/// One client over a pair of streams. Requests are read as they come and handled one after the other; only <c>cancel</c> overtakes. No request ends the
/// session but <c>disconnect</c>.
/// </summary>
public sealed class DapServer
{
    private const int MaxWaiting = 10_000;

    private readonly HandlerTable _handlers = new();
    private readonly ConcurrentDictionary<int, CancellationTokenSource> _running = new();
    private readonly DapSession _session;
    private readonly DapConnection _connection;

    private DapServer(DapConnection connection, DapSession session)
    {
        _connection = connection;
        _session = session;
    }

    /// <summary>Serves until the client disconnects or its stream ends.</summary>
    /// <param name="input">Where requests come from.</param>
    /// <param name="output">Where responses and events go.</param>
    /// <param name="open">Opens dumps; null for <see cref="DumpOpener.Open"/>.</param>
    /// <param name="cancel">Ends the session.</param>
    public static async Task RunAsync(
        Stream input, Stream output, Func<OpenOptions, IProgress<OpenProgress>?, CancellationToken, DumpTarget>? open = null, CancellationToken cancel = default)
    {
        await using var connection = new DapConnection(input, output);
        using var session = new DapSession(connection, open ?? DumpOpener.Open);
        await new DapServer(connection, session).ServeAsync(cancel).ConfigureAwait(false);
    }

    private async Task ServeAsync(CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var waiting = Channel.CreateBounded<IncomingRequest>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(waiting.Writer, end.Token);
        try
        {
            await foreach (var request in waiting.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            {
                await HandleAsync(request, cancel).ConfigureAwait(false);
                if (_session.IsEnded) break;
            }
        }
        catch (IOException)
        {
            // The client is gone; there is nobody to answer.
        }

        await end.CancelAsync().ConfigureAwait(false);

        // A blocking read of standard input cannot be cancelled: the process ends with it pending.
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None)).ConfigureAwait(false);
    }

    private async Task ReadAsync(ChannelWriter<IncomingRequest> waiting, CancellationToken cancel)
    {
        try
        {
            while (await _connection.ReadAsync(cancel).ConfigureAwait(false) is { } read)
            {
                if (read.Request is { } request) await AcceptAsync(request, waiting, cancel).ConfigureAwait(false);
                else if (read.Problem is { } problem) await _connection.RaiseAsync("output", new OutputBody("important", problem + "\n"), DapJson.Default.OutputBody).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The end of the stream in another form.
        }
        finally
        {
            waiting.TryComplete();
        }
    }

    private async Task AcceptAsync(IncomingRequest request, ChannelWriter<IncomingRequest> waiting, CancellationToken cancel)
    {
        if (request.Command == "cancel")
        {
            await CancelAsync(request).ConfigureAwait(false);
            return;
        }

        _running.TryAdd(request.Seq, new CancellationTokenSource());
        await waiting.WriteAsync(request, cancel).ConfigureAwait(false);
    }

    private async Task CancelAsync(IncomingRequest request)
    {
        var arguments = request.Arguments;
        bool isObject = arguments.ValueKind == System.Text.Json.JsonValueKind.Object;
        if (isObject && arguments.TryGetProperty("requestId", out var id) && id.ValueKind == System.Text.Json.JsonValueKind.Number && id.TryGetInt32(out int seq))
        {
            if (_running.TryGetValue(seq, out var source)) await source.CancelAsync().ConfigureAwait(false);
        }
        else if (isObject && arguments.TryGetProperty("progressId", out _))
        {
            // The only progress is that of opening.
            foreach (var source in _running.Values) await source.CancelAsync().ConfigureAwait(false);
        }

        await _connection.AcknowledgeAsync(request).ConfigureAwait(false);
    }

    private async Task HandleAsync(IncomingRequest request, CancellationToken cancel)
    {
        using var own = _running.TryRemove(request.Seq, out var source) ? source : new CancellationTokenSource();
        _running.TryAdd(request.Seq, own);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(own.Token, cancel);
        try
        {
            both.Token.ThrowIfCancellationRequested();
            var handler = _handlers.Find(request.Command) ?? throw new DapException(DapErrors.UnknownCommand, $"The request '{request.Command}' is not known here.");
            await handler.HandleAsync(_session, request, both.Token).ConfigureAwait(false);
            await handler.AfterAsync(_session, both.Token).ConfigureAwait(false);
        }
        catch (DapException e)
        {
            await _connection.FailAsync(request, e.Message, new ErrorMessage(e.Id, e.Message, e.ShowUser)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await _connection.FailAsync(request, "cancelled", new ErrorMessage(DapErrors.Cancelled, "Cancelled.", false)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (IOException or OutOfMemoryException))
        {
            // A defect here must not take the session with it; what it was is not the client's business.
            await _connection.FailAsync(request, "internal error", new ErrorMessage(DapErrors.Internal, $"This is a fault of xendump ({e.GetType().Name}); the session goes on.", true)).ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(request.Seq, out _);
        }
    }
}
