using System.Runtime.InteropServices;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>
/// Ctrl-C: the first ends things in order; a second one, or a second's silence after the first, ends the process. Through the signal, not
/// <c>Console.CancelKeyPress</c>, which switches the terminal's keypad over.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _signal;
    private volatile bool _ignored;

    /// <summary>Listens from now on.</summary>
    public Interruption() => _signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt);

    /// <summary>Set by the first Ctrl-C.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>
    /// From now on Ctrl-C means nothing: a debugger that started this process is on the same terminal, and its user's Ctrl-C is for the debugger.
    /// </summary>
    public void Ignore() => _ignored = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _signal.Dispose();
        _stop.Dispose();
    }

    private void OnInterrupt(PosixSignalContext context)
    {
        context.Cancel = _ignored || !_stop.IsCancellationRequested;
        if (_ignored || _stop.IsCancellationRequested) return;
        _stop.Cancel();
        _ = Task.Delay(Patience).ContinueWith(_ => Environment.Exit(ExitCode.Interrupted), TaskScheduler.Default);
    }
}
