using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.GdbStub.Processes;

namespace XenDumpAdapter.GdbStub;

/// <summary>Serves a dump to many clients at once over TCP, each with its own session.</summary>
public sealed class GdbListener : IDisposable
{
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);
    private readonly TcpListener _listener;
    private readonly ProcessList _processes;
    private readonly GdbServerOptions _options;
    private readonly ConcurrentDictionary<Task, byte> _sessions = new();

    private GdbListener(TcpListener listener, ProcessList processes, GdbServerOptions options)
    {
        _listener = listener;
        _processes = processes;
        _options = options;
    }

    /// <summary>Where it listens; the port is the real one where 0 was asked for.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Starts to listen; clients may connect from now on and are answered once <see cref="RunAsync"/> runs.</summary>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public static GdbListener Start(DumpTarget target, IPEndPoint endPoint, GdbServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        var listener = new TcpListener(endPoint);
        listener.Start();
        return new GdbListener(listener, new ProcessList(target, options.View, options.AllThreads), options);
    }

    /// <summary>
    /// Reads what a user writes after <c>--listen</c>: <c>1234</c>, <c>:1234</c>, <c>localhost:1234</c> (all on the loopback address), <c>127.0.0.1:1234</c>,
    /// <c>[::1]:1234</c>, or an address of this machine that is reachable from others, which the user must write in full. Null where it is none of these.
    /// </summary>
    public static IPEndPoint? ParseEndPoint(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string port = text;
        var address = IPAddress.Loopback;
        int colon = text.LastIndexOf(':');
        if (colon >= 0)
        {
            string host = text[..colon];
            port = text[(colon + 1)..];
            bool bracketed = host.StartsWith('[') && host.EndsWith(']');
            if (host is not ("" or "localhost") && (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out address!) || (host.Contains(':') && !bracketed))) return null;
        }

        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) ? new IPEndPoint(address, number) : null;
    }

    /// <summary>Serves until <paramref name="cancel"/> is set (which ends it without an exception), then waits for its sessions to end.</summary>
    public async Task RunAsync(CancellationToken cancel = default)
    {
        while (await AcceptAsync(cancel).ConfigureAwait(false) is { } accepted)
        {
            if (accepted.Client is not { } client) continue;
            var session = Task.Run(() => ServeAsync(client, cancel), CancellationToken.None);
            _sessions[session] = 0;
            _ = session.ContinueWith(t => _sessions.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        await Task.WhenAll(_sessions.Keys).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    // A client that is gone before it is taken, or a moment without file descriptors, must not end the others' service. Null when it is time to stop.
    private async Task<Accepted?> AcceptAsync(CancellationToken cancel)
    {
        try
        {
            return new Accepted(await _listener.AcceptTcpClientAsync(cancel).ConfigureAwait(false));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException || cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (SocketException e)
        {
            _options.Report?.Invoke(e.ToString());
            await Task.Delay(AcceptPause, CancellationToken.None).ConfigureAwait(false);
            return new Accepted(null);
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancel)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                var stream = client.GetStream();
                await using (stream.ConfigureAwait(false))
                    await new GdbConnection(stream, stream).RunAsync(_processes, _options, cancel).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // One client's end is not the others'.
                _options.Report?.Invoke(e.ToString());
            }
        }
    }

    private sealed record Accepted(TcpClient? Client);
}
