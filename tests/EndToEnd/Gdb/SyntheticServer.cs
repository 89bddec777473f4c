using System.Net;
using XenDumpAdapter.GdbStub;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.EndToEnd.Gdb;

/// <summary>The server in this process, over a loopback port, with a synthetic target: what a debugger makes of it does not depend on any dump.</summary>
internal sealed class SyntheticServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly GdbListener _listener;
    private readonly Task _running;

    public SyntheticServer(SyntheticTarget? target = null, GdbServerOptions? options = null)
    {
        options ??= new GdbServerOptions();
        options = options with { Report = fault => Faults.Add(fault), Monitor = () => (command, _) => [$"monitor was asked: {command}", "a second line"] };
        _listener = GdbListener.Start((target ?? new SyntheticTarget()).Build(), new IPEndPoint(IPAddress.Loopback, 0), options);
        _running = _listener.RunAsync(_cancel.Token);
    }

    /// <summary>Faults of the server's own; no test expects any.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Address and port.</summary>
    public string Address => _listener.EndPoint.ToString();

    public async ValueTask DisposeAsync()
    {
        await _cancel.CancelAsync();
        await _running;
        _listener.Dispose();
        _cancel.Dispose();
        Assert.Empty(Faults);
    }
}
