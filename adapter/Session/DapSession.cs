using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>One client's session: what it has said of itself, the open dump, and the numbers that were given out. Requests are handled one at a time.</summary>
internal sealed class DapSession(DapConnection connection, Func<Core.Opening.OpenOptions, IProgress<Core.Opening.OpenProgress>, CancellationToken, DumpTarget> open) : IDisposable
{
    private DumpTarget? _target;
    private MemoryReferences? _memory;
    private PresentedStacks? _stacks;
    private ConsoleSession? _console;
    private IReadOnlyList<Finding>? _findings;
    private readonly Dictionary<string, int> _sourceNumbers = new(StringComparer.Ordinal);

    /// <summary>Where messages go.</summary>
    public DapConnection Connection { get; } = connection;

    /// <summary>What the client can do; set by initialize.</summary>
    public InitializeArguments? Client { get; set; }

    /// <summary>Whether the client shows the types of values.</summary>
    public bool ShowsTypes => Client?.SupportsVariableType == true;

    /// <summary>Whether the client can look at memory.</summary>
    public bool ShowsMemory => Client?.SupportsMemoryReferences == true;

    /// <summary>Whether the client has sent configurationDone.</summary>
    public bool IsConfigured { get; set; }

    /// <summary>Whether the stopped event has been sent.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>What the client was told of the crash with that event.</summary>
    public string StopReason { get; set; } = "crash dump";

    /// <summary>Whether vcpus that run on no CPU are threads too.</summary>
    public bool AllThreads { get; set; }

    /// <summary>Whether the terminated event has been sent.</summary>
    public bool IsTerminated { get; set; }

    /// <summary>Whether the session is over.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Things with variables.</summary>
    public HandleTable<VariableContainer> Variables { get; } = new();

    /// <summary>Scopes that were asked for, by the row of the call stack.</summary>
    public Dictionary<int, ScopesBody> Scopes { get; } = [];

    /// <summary>Generated sources.</summary>
    public HandleTable<GeneratedSource> Sources { get; } = new();

    /// <summary>Whether a dump is open.</summary>
    public bool IsOpen => _target is not null;

    /// <summary>The dump.</summary>
    /// <exception cref="DapException">None is open.</exception>
    public DumpTarget Target
    {
        get
        {
            DemandDump();
            return _target!;
        }
    }

    /// <summary>Most requests are about the dump.</summary>
    /// <exception cref="DapException">None is open.</exception>
    public void DemandDump()
    {
        if (!IsOpen) throw new DapException(DapErrors.NotOpen, "No dump is open: send launch or attach first.");
    }

    /// <summary>The stacks.</summary>
    public PresentedStacks Stacks => _stacks ??= new PresentedStacks(Target);

    /// <summary>The debug console's memory: dot, variables.</summary>
    public ConsoleSession Typed => _console ??= new ConsoleSession(Target);

    /// <summary>Threads that the client is shown.</summary>
    public IEnumerable<TargetThread> Threads => AllThreads ? Target.Threads.Concat(Target.MoreThreads) : Target.Threads.Where(t => t.Cpu is not null || t.KernelCpu is not null);

    /// <summary>The findings; made once.</summary>
    public IReadOnlyList<Finding> Findings(CancellationToken cancel) => _findings ??= Core.Diagnosis.Findings.Of(Target, cancel);

    /// <summary>A session has one dump.</summary>
    /// <exception cref="DapException">One is open.</exception>
    public void RefuseSecondDump()
    {
        if (IsOpen) throw new DapException(DapErrors.AlreadyOpen, "A dump is open already; start another session for another dump.");
    }

    /// <summary>Opens a dump.</summary>
    public void Open(Core.Opening.OpenOptions options, IProgress<Core.Opening.OpenProgress> progress, CancellationToken cancel)
    {
        RefuseSecondDump();
        _target = open(options, progress, cancel);
    }

    /// <summary>The row of the call stack with that id.</summary>
    /// <exception cref="DapException">There is none.</exception>
    public PresentedFrame Row(int frameId, CancellationToken cancel) =>
        Stacks.Find(frameId, cancel) ?? throw new DapException(DapErrors.UnknownReference, $"There is no stack frame {frameId}.");

    /// <summary>
    /// The frame of code that an evaluation happens in: of a label, the frame below it; where the client names none, the innermost of the thread that
    /// crashed. Null where there is no frame at all.
    /// </summary>
    public Frame? FrameOf(int? frameId, CancellationToken cancel)
    {
        if (frameId is not { } id) return Threads.FirstOrDefault()?.Stack(cancel).Frames is [var innermost, ..] ? innermost : null;
        var row = Row(id, cancel);
        if (row.Label is null) return row.Frame;
        return Stacks.Of(row.Thread.Id, cancel)!.SkipWhile(r => r.Id != id).FirstOrDefault(r => r.Label is null)?.Frame;
    }

    /// <summary>Memory references of this dump.</summary>
    public MemoryReferences Memory => _memory ??= new MemoryReferences(Target);

    /// <summary>A line number, from 1, as the client counts.</summary>
    public int LineForClient(int line) => Client?.LinesStartAt1 == false ? line - 1 : line;

    /// <summary>A column, from 1, as the client counts.</summary>
    public int ColumnForClient(int column) => Client?.ColumnsStartAt1 == false ? column - 1 : column;

    /// <summary>The generated source with the same key, made known if it is new, and its number.</summary>
    public GeneratedSource SourceOf(GeneratedSource source, out int reference)
    {
        if (!_sourceNumbers.TryGetValue(source.Key, out reference)) _sourceNumbers[source.Key] = reference = Sources.Add(source);
        return Sources.Find(reference)!;
    }

    /// <inheritdoc/>
    public void Dispose() => _target?.Dispose();
}
