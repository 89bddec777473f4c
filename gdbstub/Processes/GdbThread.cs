using XenDumpAdapter.GdbStub.Layout;

namespace XenDumpAdapter.GdbStub.Processes;

/// <summary>A thread as a client sees it: a physical CPU in the machine's process, a vcpu in a guest's.</summary>
/// <param name="id">Thread id, from 1; unique within its process.</param>
/// <param name="name">For people.</param>
/// <param name="registers">Finds where its registers are, when they are wanted; the answer gives the value of one by the engine's name for it, or null.</param>
internal sealed class GdbThread(int id, string name, Func<CancellationToken, Func<string, ulong?>> registers)
{
    /// <summary>Thread id.</summary>
    public int Id { get; } = id;

    /// <summary>For people.</summary>
    public string Name { get; } = name;

    /// <summary>The CPU that it is or runs on; null where it runs on none.</summary>
    public int? Core { get; init; }

    /// <summary>The signal that a client is told it stopped with.</summary>
    public required Func<CancellationToken, GdbSignal> Signal { get; init; }

    /// <summary>The value of a column, or null where the dump does not give it. Wider values are cut to the column by the caller.</summary>
    public ulong? Read(RegisterColumn column, CancellationToken cancel)
    {
        if (column.Sources.Length == 0) return null;
        var source = registers(cancel);
        foreach (string name in column.Sources)
            if (source(name) is { } value) return value;
        return null;
    }
}
