namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>Ctrl-C: the first ends things in order; a second one, or a second's silence after the first, ends the process.</summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _ignored;

    /// <summary>Listens from now on.</summary>
    public Interruption() => Console.CancelKeyPress += OnCtrlC;

    /// <summary>Set by the first Ctrl-C.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>
    /// From now on Ctrl-C means nothing: a debugger that started this process is on the same terminal, and its user's Ctrl-C is for the debugger.
    /// </summary>
    public void Ignore() => _ignored = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.CancelKeyPress -= OnCtrlC;
        _stop.Dispose();
    }

    private void OnCtrlC(object? sender, ConsoleCancelEventArgs e)
    {
        if (_ignored)
        {
            e.Cancel = true;
            return;
        }

        if (_stop.IsCancellationRequested) return;
        e.Cancel = true;
        _stop.Cancel();
        _ = Task.Delay(Patience).ContinueWith(_ => Environment.Exit(ExitCode.Interrupted), TaskScheduler.Default);
    }
}
