using XenDumpAdapter.GdbStub.Packets;
using XenDumpAdapter.GdbStub.Processes;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub;

/// <summary>One client: what was agreed with it and what it has selected. Nothing here is shared with other clients but the target.</summary>
internal sealed class GdbSession(ProcessList processes, GdbServerOptions options) : IDisposable
{
    /// <summary>Bytes of text of the longest packet in either direction, as told in <c>qSupported</c>.</summary>
    public const int PacketSize = 0x10000;

    private readonly HashSet<int> _detached = [];

    /// <summary>The server's options.</summary>
    public GdbServerOptions Options { get; } = options;

    /// <summary>Set when the client is gone.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>Whether packets are acknowledged no more.</summary>
    public bool NoAck { get; set; }

    /// <summary>Whether thread ids carry process ids and all processes are shown.</summary>
    public bool Multiprocess { get; set; }

    /// <summary>Whether the client takes <c>E.text</c> wherever it takes <c>Enn</c>.</summary>
    public bool ErrorMessages { get; set; }

    /// <summary>Whether <c>x</c> answers carry the letter <c>b</c> in front: gdb's dialect, not that of older lldb.</summary>
    public bool BinaryPrefix { get; set; } = true;

    /// <summary>Whether the session is over: the client killed it.</summary>
    public bool Ended { get; set; }

    /// <summary>The process of the selected thread.</summary>
    public GdbProcess Process { get; private set; } = processes.First;

    /// <summary>The selected thread; null in a process without threads.</summary>
    public GdbThread? Thread { get; private set; } = processes.First.Threads.Count > 0 ? processes.First.Threads[0] : null;

    /// <summary>Files that the client has open.</summary>
    public OpenFiles Files { get; } = new();

    /// <summary>The processes that the client sees.</summary>
    public IEnumerable<GdbProcess> Visible => (Multiprocess ? processes.All : [processes.First]).Where(p => !_detached.Contains(p.Id));

    /// <summary>Processes that the client could see, whether or not it detached from them.</summary>
    public IReadOnlyList<GdbProcess> Attachable => Multiprocess ? processes.All : [processes.First];

    /// <summary>Every thread that the client sees, with its process: those of the first process first.</summary>
    public IEnumerable<(GdbProcess Process, GdbThread Thread)> Threads =>
        Visible.OrderBy(p => p == processes.First ? 0 : 1).SelectMany(p => p.Threads.Select(t => (p, t)));

    /// <summary>Makes a thread the one that registers and memory are read of.</summary>
    public void Select(GdbProcess process, GdbThread? thread)
    {
        Process = process;
        Thread = thread;
    }

    /// <summary>The client wants no more of the process.</summary>
    public void Detach(GdbProcess process) => _detached.Add(process.Id);

    /// <summary>The client wants the process (again).</summary>
    public void Attach(GdbProcess process)
    {
        _detached.Remove(process.Id);
        Select(process, process.Threads.Count > 0 ? process.Threads[0] : null);
    }

    /// <summary>A thread's id on the wire: <c>p1.2</c>, or <c>2</c> for a client that knows no processes.</summary>
    public string IdOf(GdbProcess process, GdbThread thread) => Multiprocess ? $"p{process.Id:x}.{thread.Id:x}" : $"{thread.Id:x}";

    /// <summary>
    /// Reads a thread id and finds the thread. 0 means any thread or process, -1 all: both give the selected one of its kind. False where it is
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
                if (Visible.FirstOrDefault(p => p.Id == pid) is not { } found) return false;
                process = found;
            }
        }
        else if (!text.TryReadId(out wanted))
        {
            return false;
        }

        if (wanted > 0) return (thread = process.Find(wanted)) is not null;
        thread = process == Process ? Thread : process.Threads.Count > 0 ? process.Threads[0] : null;
        return true;
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
