namespace XenDumpAdapter.Core.Primitives;

/// <summary>How much a diagnostic matters.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Worth knowing; nothing is lost.</summary>
    Note,

    /// <summary>Something is missing or doubtful; what is shown is still right.</summary>
    Warning,

    /// <summary>A part of the dump cannot be used.</summary>
    Error,
}

/// <summary>Something wrong with the input, said once, in one sentence.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Id">Stable id: <c>area/what</c>, for example <c>elf/note-truncated</c>.</param>
/// <param name="Text">One sentence for a person: what, where, and what to do if anything can be done.</param>
public sealed record Diagnostic(DiagnosticSeverity Severity, string Id, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A list of diagnostics that drops repeats of an id past <see cref="DumpLimits.DiagnosticsPerId"/>. Safe from any thread.</summary>
public sealed class DiagnosticBag
{
    private readonly Lock _lock = new();
    private readonly List<Diagnostic> _items = [];

    /// <summary>What was said so far, in order.</summary>
    public IReadOnlyList<Diagnostic> Items
    {
        get { lock (_lock) return _items.ToArray(); }
    }

    /// <summary>Says it.</summary>
    public void Add(DiagnosticSeverity severity, string id, string text)
    {
        lock (_lock)
        {
            int same = 0;
            foreach (var item in _items)
            {
                if (item.Id != id) continue;
                if (item.Text == text || ++same >= DumpLimits.DiagnosticsPerId) return;
            }

            _items.Add(new Diagnostic(severity, id, text));
        }
    }

    /// <summary>Says a warning.</summary>
    public void Warn(string id, string text) => Add(DiagnosticSeverity.Warning, id, text);

    /// <summary>Says an error.</summary>
    public void Error(string id, string text) => Add(DiagnosticSeverity.Error, id, text);
}
