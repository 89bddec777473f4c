using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>One client's session: what it has said of itself, the open dump, and the numbers that were given out. Requests are handled one at a time.</summary>
internal sealed class DapSession(DapConnection connection, Func<Core.Opening.OpenOptions, IProgress<Core.Opening.OpenProgress>, CancellationToken, DumpTarget> open) : IDisposable
{
    private DumpTarget? _target;
    private PresentedStacks? _stacks;
    private IReadOnlyList<Finding>? _findings;

    /// <summary>Where messages go.</summary>
    public DapConnection Connection { get; } = connection;

    /// <summary>What the client can do; set by initialize.</summary>
    public InitializeArguments? Client { get; set; }

    /// <summary>Whether the client has sent configurationDone.</summary>
    public bool IsConfigured { get; set; }

    /// <summary>Whether the stopped event has been sent.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>Whether vcpus that run on no CPU are threads too.</summary>
    public bool AllThreads { get; set; }

    /// <summary>Whether the session is over.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Things with variables.</summary>
    public HandleTable<VariableContainer> Variables { get; } = new();

    /// <summary>Generated sources.</summary>
    public HandleTable<GeneratedSource> Sources { get; } = new();

    /// <summary>Whether a dump is open.</summary>
    public bool IsOpen => _target is not null;

    /// <summary>The dump.</summary>
    /// <exception cref="DapException">None is open.</exception>
    public DumpTarget Target => _target ?? throw new DapException(DapErrors.NotOpen, "No dump is open: send launch or attach first.");

    /// <summary>The stacks.</summary>
    public PresentedStacks Stacks => _stacks ??= new PresentedStacks(Target);

    /// <summary>Threads that the client is shown.</summary>
    public IEnumerable<TargetThread> Threads => Target.Threads.Where(t => AllThreads || t.Cpu is not null);

    /// <summary>The findings; made once.</summary>
    public IReadOnlyList<Finding> Findings(CancellationToken cancel) => _findings ??= Core.Diagnosis.Findings.Of(Target, cancel);

    /// <summary>Opens a dump.</summary>
    public void Open(Core.Opening.OpenOptions options, IProgress<Core.Opening.OpenProgress> progress, CancellationToken cancel)
    {
        if (IsOpen) throw new DapException(DapErrors.AlreadyOpen, "A dump is open already; start another session for another dump.");
        _target = open(options, progress, cancel);
    }

    /// <summary>The row of the call stack with that id.</summary>
    /// <exception cref="DapException">There is none.</exception>
    public PresentedFrame Row(int frameId, CancellationToken cancel) =>
        Stacks.Find(frameId, cancel) ?? throw new DapException(DapErrors.UnknownReference, $"There is no stack frame {frameId}.");

    /// <summary>The frame of code that an evaluation happens in: of a label, the frame below it. Null where none is named.</summary>
    public Frame? FrameOf(int? frameId, CancellationToken cancel)
    {
        if (frameId is not { } id) return null;
        var row = Row(id, cancel);
        if (row.Label is null) return row.Frame;
        return Stacks.Of(row.Thread.Id, cancel)!.SkipWhile(r => r.Id != id).FirstOrDefault(r => r.Label is null)?.Frame;
    }

    /// <summary>A memory reference: <c>dom0:0x…</c>, or a number in the first space.</summary>
    /// <exception cref="DapException">It is neither.</exception>
    public Location Place(string reference)
    {
        int colon = reference.IndexOf(':', StringComparison.Ordinal);
        var space = colon < 0 ? Target.Spaces.FirstOrDefault() : Target.FindSpace(reference[..colon]);
        if (space is not null && MemoryReference.TryParse(reference[(colon + 1)..], out ulong address)) return new Location(space, address);
        throw new DapException(DapErrors.UnknownReference, $"'{reference}' is no memory reference: it is written as a space and an address, for example {Target.Spaces.FirstOrDefault()?.Name ?? "machine"}:0x1000.");
    }

    /// <inheritdoc/>
    public void Dispose() => _target?.Dispose();
}

/// <summary>How memory references are written.</summary>
internal static class MemoryReference
{
    /// <summary>An address of a named space.</summary>
    public static string Of(AddressSpace space, ulong address) => new Location(space, address).ToString();

    /// <summary>An address of the space that a frame runs in.</summary>
    public static string Of(Frame frame, VirtualAddress address) => Of(frame.Context.Space, address.Value);

    /// <summary>A number: <c>0x…</c> or decimal.</summary>
    public static bool TryParse(string text, out ulong value) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? ulong.TryParse(text.AsSpan(2), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture, out value)
        : ulong.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out value);
}
