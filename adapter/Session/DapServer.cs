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
    private readonly ConcurrentDictionary<int, PendingRequest> _pending = new();
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
        var waiting = Channel.CreateBounded<PendingRequest>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(waiting.Writer, end.Token);
        try
        {
            await foreach (var pending in waiting.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            {
                await HandleAsync(pending, cancel).ConfigureAwait(false);
                if (_session.IsEnded) break;
            }
        }
        catch (ConnectionLostException)
        {
            // There is nobody to answer.
        }

        await end.CancelAsync().ConfigureAwait(false);

        // A blocking read of standard input cannot be cancelled: the process ends with it pending.
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None)).ConfigureAwait(false);
    }

    private async Task ReadAsync(ChannelWriter<PendingRequest> waiting, CancellationToken cancel)
    {
        try
        {
            while (await _connection.ReadAsync(cancel).ConfigureAwait(false) is { } read)
            {
                if (read.Request is { Command: "cancel" } request) await CancelAsync(request).ConfigureAwait(false);
                else if (read.Request is { } other) await AcceptAsync(new PendingRequest(other), waiting, cancel).ConfigureAwait(false);
                else if (read.Problem is { } problem) await SayAsync(problem).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or ConnectionLostException)
        {
            // The end of the stream in another form.
        }
        finally
        {
            waiting.TryComplete();
        }
    }

    private async Task AcceptAsync(PendingRequest pending, ChannelWriter<PendingRequest> waiting, CancellationToken cancel)
    {
        _pending[pending.Request.Seq] = pending;
        await waiting.WriteAsync(pending, cancel).ConfigureAwait(false);
    }

    /// <summary>Marks the request that is named, by its number or by its progress, and says that this was understood; whether it comes in time is another matter.</summary>
    private async Task CancelAsync(IncomingRequest request)
    {
        try
        {
            var arguments = RequestArguments.Read(request, DapJson.Default.CancelArguments);
            if (arguments.RequestId is { } seq && _pending.TryGetValue(seq, out var named)) await named.Cancel.CancelAsync().ConfigureAwait(false);
            if (arguments.ProgressId is { } id && _pending.Values.FirstOrDefault(p => p.ProgressId == id) is { } shown) await shown.Cancel.CancelAsync().ConfigureAwait(false);
            await _connection.AcknowledgeAsync(request).ConfigureAwait(false);
        }
        catch (DapException e)
        {
            await FailAsync(request, e).ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(PendingRequest pending, CancellationToken cancel)
    {
        var request = pending.Request;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(pending.Cancel.Token, cancel);
        try
        {
            both.Token.ThrowIfCancellationRequested();
            var handler = _handlers.Find(request.Command) ?? throw new DapException(DapErrors.UnknownCommand, $"The request '{request.Command}' is not known here.");
            await handler.HandleAsync(_session, request, both.Token).ConfigureAwait(false);
            await FollowUpAsync(handler, request, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ConnectionLostException && !cancel.IsCancellationRequested)
        {
            await FailAsync(request, e).ConfigureAwait(false);
        }
        finally
        {
            _pending.TryRemove(KeyValuePair.Create(request.Seq, pending));
        }
    }

    /// <summary>The events after the response. The request has been answered, so what goes wrong here can only be said.</summary>
    private async Task FollowUpAsync(RequestHandler handler, IncomingRequest request, CancellationToken cancel)
    {
        try
        {
            await handler.AfterAsync(_session, request, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (ConnectionLostException or OperationCanceledException))
        {
            await SayAsync(DapErrors.Of(e).Format).ConfigureAwait(false);
        }
    }

    private Task SayAsync(string sentence) => _connection.RaiseAsync("output", new OutputBody("important", sentence + "\n"), DapJson.Default.OutputBody);

    private Task FailAsync(IncomingRequest request, Exception e)
    {
        var error = DapErrors.Of(e);
        return _connection.FailAsync(request, error.Id == DapErrors.Cancelled ? "cancelled" : error.Format, error);
    }
}
