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
        using var places = new SemaphoreSlim(MaxSessions);
        try
        {
            for (; ; )
            {
                await places.WaitAsync(cancel).ConfigureAwait(false);
                var client = await listener.AcceptTcpClientAsync(cancel).ConfigureAwait(false);
                _ = ServeAsync(client, open, places, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    private static async Task ServeAsync(
        TcpClient client, Func<OpenOptions, IProgress<OpenProgress>?, CancellationToken, DumpTarget>? open, SemaphoreSlim places, CancellationToken cancel)
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
        finally
        {
            places.Release();
        }
    }
}
