namespace XenDumpAdapter.GdbStub;

/// <summary>Which process a client sees first, and the only one that a client without multiprocess support sees.</summary>
public enum GdbView
{
    /// <summary>Process 1: the hypervisor, whose threads are the physical CPUs.</summary>
    Machine,

    /// <summary>The guest that crashed, else the domain with the lowest id: its threads are its vcpus, with the guest's own registers, width and memory.</summary>
    Guest,
}

/// <summary>Answers a <c>monitor</c> command line. It is not told which thread the user has selected: gdb does not tell the server.</summary>
/// <param name="command">What the user typed after <c>monitor</c>, trimmed; perhaps empty.</param>
/// <param name="cancel">Set when the client is gone.</param>
/// <returns>Lines without line ends. They are sent as they come.</returns>
public delegate IEnumerable<string> MonitorCommand(string command, CancellationToken cancel);

/// <summary>How a server behaves.</summary>
public sealed record GdbServerOptions
{
    /// <summary>What a client sees first.</summary>
    public GdbView View { get; init; } = GdbView.Machine;

    /// <summary>Whether a kernel's threads that no CPU runs are threads of clients, too: there may be thousands.</summary>
    public bool AllThreads { get; init; }

    /// <summary>Makes what answers <c>monitor</c>: one for each client, as it may remember what was typed; null where there are no such commands.</summary>
    public Func<MonitorCommand>? Monitor { get; init; }

    /// <summary>
    /// Whether clients may fetch the symbol files (and no others) through the connection, for clients on another machine. Where false, gdb opens the
    /// paths that it is told itself, which is faster by far. The file that is made of the symbols in a dump is always served: it is no file of this machine.
    /// </summary>
    public bool ServeFiles { get; init; }

    /// <summary>Told of every fault of the server's own that a session survived, with its stack; null to drop it. Called from any thread.</summary>
    public Action<string>? Report { get; init; }
}
