using System.Runtime.InteropServices;
using XenDumpAdapter.Adapter.Verbs;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Completion;
using XenDumpAdapter.Core.Commands.Reports;

namespace XenDumpAdapter.Adapter.Prompt;

/// <summary>The prompt of <c>xendump mdb</c> on a terminal. Ctrl-C ends the command that runs, and never the prompt; <c>::quit</c>, <c>$q</c> and Ctrl-D end that.</summary>
internal sealed class MdbPrompt : IDisposable
{
    private readonly MdbSession _session;
    private readonly Terminal _terminal;
    private readonly History _history = new(History.StandardPath);
    private readonly LineEditor _editor;
    private readonly Pager _pager;
    private CancellationTokenSource? _running;

    /// <summary>A prompt.</summary>
    /// <param name="session">The conversation.</param>
    /// <param name="terminal">The terminal; commands of the process must not end at its interrupts any more.</param>
    /// <param name="pages">Whether output stops after each screenful.</param>
    public MdbPrompt(MdbSession session, Terminal terminal, bool pages)
    {
        _session = session;
        _terminal = terminal;
        _editor = new LineEditor(terminal.ReadKey, terminal.Out, () => terminal.Size().Columns, _history, (text, cursor) => MdbCompletion.At(session, text, cursor));
        _pager = new Pager(terminal.ReadKey, terminal.Out, () => pages ? terminal.Size() : (0, 0));
    }

    /// <summary>Runs until the user ends it.</summary>
    public void Run()
    {
        _terminal.IgnoreInterrupts();
        using var interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt);
        Greet();
        while (!_session.IsEnded && Read() is { } line)
        {
            _history.Add(line);
            using (_running = new CancellationTokenSource()) Show(line.Trim().Length == 0 ? _session.Repeat(_running.Token) : _session.Run(line, _running.Token));
            _running = null;
        }

        _history.Save();
    }

    /// <inheritdoc/>
    public void Dispose() => _running?.Dispose();

    private void Greet()
    {
        if (_session.Target.Kernel is { Modules.Count: > 0 } kernel)
        {
            string modules = string.Join(' ', kernel.Modules.Select(m => m.Name));
            _terminal.Out.WriteLine($"Loading modules: [ {modules} ]");
        }

        _terminal.Out.Flush();
    }

    private string? Read()
    {
        _terminal.TakeInterruptsAsKeys(true);
        try
        {
            return _editor.Read("> ");
        }
        finally
        {
            _terminal.TakeInterruptsAsKeys(false);
        }
    }

    private void Show(IEnumerable<CommandOutput> lines)
    {
        _pager.Begin();
        _session.Columns = _terminal.Size().Columns is > 0 and var columns ? columns : _session.Columns;
        try
        {
            foreach (var line in lines)
            {
                if (!_pager.TryTake(line.Text)) break;
                _terminal.Write([new ReportLine(line.Text, line.Style)]);

                // Who looks on sees each line as it comes; a fast command is not slowed by much.
                _terminal.Out.Flush();
            }
        }
        catch (OperationCanceledException)
        {
            _terminal.Out.WriteLine("[interrupted]");
        }

        _terminal.Out.Flush();
    }

    private void OnInterrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        try
        {
            _running?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command had just ended.
        }
    }
}
