using XenDumpAdapter.Core.Opening;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>A line on standard error that says what is going on, for anything that takes more than a second, and is gone when it is over.</summary>
internal sealed class ProgressLine : IProgress<OpenProgress>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private const int Widest = 78;

    private readonly Lock _lock = new();
    private readonly TextWriter _error;
    private readonly ITimer? _timer;
    private string _text = "opening";
    private bool _shown;
    private bool _over;

    /// <summary>Starts waiting; nothing is ever written where nobody sees it.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public ProgressLine(Terminal terminal, TimeProvider? time = null)
    {
        _error = terminal.Error;
        if (terminal.ShowsProgress) _timer = (time ?? TimeProvider.System).CreateTimer(_ => Show(), null, Patience, Pace);
    }

    /// <inheritdoc/>
    public void Report(OpenProgress value)
    {
        lock (_lock) _text = $"{value.Stage}: {value.Text}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _over = true;
            if (_shown) _error.Write($"\r{new string(' ', Widest)}\r");
        }
    }

    private void Show()
    {
        lock (_lock)
        {
            if (_over) return;
            _shown = true;
            _error.Write($"\r{(_text.Length > Widest ? _text[..Widest] : _text.PadRight(Widest))}");
        }
    }
}
