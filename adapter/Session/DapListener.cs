using System.Net;
using System.Net.Sockets;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>Serves many clients over TCP, each with a session of its own.</summary>
public static class DapListener
{
    /// <summary>More sessions than a machine has users.</summary>
    private const int MaxSessions = 64;

    /// <summary>Listens until cancelled.</summary>
    /// <param name="at">Address and port; port 0 for any.</param>
    /// <param name="open">Opens dumps; null for <see cref="DumpOpener.Open"/>.</param>
    /// <param name="listening">Told the real address once clients can connect.</param>
    /// <param name="cancel">Ends it, and every session.</param>
    public static async Task RunAsync(
        IPEndPoint at, Func<OpenOptions, IProgress<OpenProgress>?, CancellationToken, DumpTarget>? open, Action<IPEndPoint>? listening, CancellationToken cancel)
    {
        using var listener = new TcpListener(at);
        listener.Start();
        listening?.Invoke((IPEndPoint)listener.LocalEndpoint);
        var sessions = new List<Task>();
        try
        {
            for (; ; )
            {
                if (sessions.Count >= MaxSessions) await Task.WhenAny(sessions).WaitAsync(cancel).ConfigureAwait(false);
                sessions.RemoveAll(s => s.IsCompleted);
                if (await AcceptAsync(listener, cancel).ConfigureAwait(false) is { } client) sessions.Add(ServeAsync(client, open, cancel));
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        await Task.WhenAll(sessions).ConfigureAwait(false);
    }

    /// <summary>The next client; null for one that was gone before it was here.</summary>
    private static async Task<TcpClient?> AcceptAsync(TcpListener listener, CancellationToken cancel)
    {
        try
        {
            return await listener.AcceptTcpClientAsync(cancel).ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
        {
            return null;
        }
    }

    private static async Task ServeAsync(
        TcpClient client, Func<OpenOptions, IProgress<OpenProgress>?, CancellationToken, DumpTarget>? open, CancellationToken cancel)
    {
        try
        {
            using (client)
            {
                client.NoDelay = true;
                var stream = client.GetStream();
                await DapServer.RunAsync(stream, stream, open, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // One client less.
        }
    }
}
