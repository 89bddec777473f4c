using XenDumpAdapter.GdbStub.Packets;
using XenDumpAdapter.GdbStub.Processes;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub;

/// <summary>One client: what was agreed with it and what it has selected. Nothing here is shared with other clients but the target.</summary>
internal sealed class GdbSession(ProcessList processes, GdbServerOptions options) : IDisposable
{
    /// <summary>Bytes of text of the longest packet in either direction, as told in <c>qSupported</c>.</summary>
    public const int PacketSize = 0x10000;

    private readonly List<GdbProcess> _attached = [processes.First];

    private GdbThread? _thread;

    /// <summary>The server's options.</summary>
    public GdbServerOptions Options { get; } = options;

    /// <summary>Answers this client's <c>monitor</c>; null where there are no such commands.</summary>
    public MonitorCommand? Monitor { get; } = options.Monitor?.Invoke();

    /// <summary>Set when the client is gone.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>Whether packets are acknowledged no more.</summary>
    public bool NoAck { get; set; }

    /// <summary>Whether thread ids carry process ids and several processes may be attached to.</summary>
    public bool Multiprocess { get; set; }

    /// <summary>Whether the client takes <c>E.text</c> wherever it takes <c>Enn</c>.</summary>
    public bool ErrorMessages { get; set; }

    /// <summary>Whether <c>x</c> answers carry the letter <c>b</c> in front: gdb's dialect, not that of older lldb.</summary>
    public bool BinaryPrefix { get; set; } = true;

    /// <summary>Whether the client is lldb, which shows the digits <c>xx</c> of a single register as 0xcc: an error is what it takes for "unavailable".</summary>
    public bool IsLldb { get; set; }

    /// <summary>Whether the session is over: the client killed it.</summary>
    public bool Ended { get; set; }

    /// <summary>The process of the selected thread.</summary>
    public GdbProcess Process { get; private set; } = processes.First;

    /// <summary>The selected thread: until the client selects one, the process's foremost. Null in a process without threads.</summary>
    public GdbThread? Thread => _thread ??= Process.Foremost(Cancel);

    /// <summary>The thread that the client was last told of as stopped; null before it asked.</summary>
    public (GdbProcess Process, GdbThread? Thread)? Stopped { get; set; }

    /// <summary>How many threads the list that the client is reading has named so far.</summary>
    public int Listed { get; set; }

    /// <summary>Files that the client has open.</summary>
    public OpenFiles Files { get; } = new();

    /// <summary>
    /// The processes that the client is attached to. At first that is one: gdb 13 reads a target description for the first process of a connection and for each
    /// that it attaches to, but for no other that it finds in a list of threads; it would show those with registers that it guesses.
    /// </summary>
    public IReadOnlyList<GdbProcess> Attached => _attached;

    /// <summary>Processes that the client could attach to.</summary>
    public IReadOnlyList<GdbProcess> Attachable => processes.All;

    /// <summary>Every thread that the client sees, with its process.</summary>
    public IEnumerable<(GdbProcess Process, GdbThread Thread)> Threads => _attached.SelectMany(p => p.Threads.Select(t => (p, t)));

    /// <summary>Makes a thread the one that registers and memory are read of; null for any of the process.</summary>
    public void Select(GdbProcess process, GdbThread? thread)
    {
        _thread = thread ?? (process == Process ? _thread : null);
        Process = process;
    }

    /// <summary>The client wants no more of the process.</summary>
    public void Detach(GdbProcess process)
    {
        _attached.Remove(process);
        if (Stopped?.Process == process) Stopped = null;
        if (Process == process && _attached is [var other, ..]) Select(other, null);
    }

    /// <summary>The client wants the process; one that knows no processes then sees no other.</summary>
    public void Attach(GdbProcess process)
    {
        if (!Multiprocess) _attached.Clear();
        if (!_attached.Contains(process)) _attached.Add(process);
        Select(process, null);
    }

    /// <summary>A thread's id on the wire: <c>p1.2</c>, or <c>2</c> for a client that knows no processes.</summary>
    public string IdOf(GdbProcess process, GdbThread thread) => Multiprocess ? $"p{process.Id:x}.{thread.Id:x}" : $"{thread.Id:x}";

    /// <summary>
    /// Reads a thread id and finds the thread. 0 means any and -1 all: of processes that is the selected one, of threads null. False where the id is
    /// malformed or names none.
    /// </summary>
    public bool TryFind(ref PacketText text, out GdbProcess process, out GdbThread? thread)
    {
        process = Process;
        thread = null;
        long wanted = 0;
        if (text.TryTake('p'))
        {
            if (!text.TryReadId(out long pid)) return false;
            if (text.TryTake('.') && !text.TryReadId(out wanted)) return false;
            if (pid > 0)
            {
                if (_attached.Find(p => p.Id == pid) is not { } found) return false;
                process = found;
            }
        }
        else if (!text.TryReadId(out wanted))
        {
            return false;
        }

        thread = wanted > 0 ? process.Find(wanted) : null;
        return thread is not null || wanted <= 0;
    }

    /// <summary>Answers one packet. Faults of the server's own become an error reply: the session lives.</summary>
    public void Answer(ReadOnlySpan<byte> packet, Reply reply)
    {
        reply.Clear();
        try
        {
            PacketTable.Handle(this, packet, reply);
        }
        catch (Exception e) when (e is not OperationCanceledException || !Cancel.IsCancellationRequested)
        {
            Fault(e, reply);
        }
    }

    /// <summary>An error reply for a fault of the server's own.</summary>
    public void Fault(Exception fault, Reply reply)
    {
        Options.Report?.Invoke(fault.ToString());
        reply.Clear();
        if (ErrorMessages) reply.Error($"xendump failed: {fault.Message}");
        else reply.Error(Errno.Io);
    }

    /// <inheritdoc/>
    public void Dispose() => Files.Dispose();
}
