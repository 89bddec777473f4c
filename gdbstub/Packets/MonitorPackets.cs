using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary><c>qRcmd</c>: <c>monitor</c> commands. Their text is made by whoever runs the server.</summary>
internal static class MonitorPackets
{
    /// <summary>The packets.</summary>
    public static PacketEntry[] Entries => [new("qRcmd,", Run)];

    private static void Run(GdbSession session, PacketText arguments, Reply reply)
    {
        if (arguments.ReadHexText('\0') is not { } command)
        {
            reply.Error(Errno.Invalid);
            return;
        }

        command = command.Trim();
        var lines = session.Monitor?.Invoke(command, session.Cancel) ?? ["this server has no monitor commands"];
        reply.Console = command is "" or "help" ? lines.Concat(Processes(session)) : lines;
        reply.Ok();
    }

    // How the other processes are reached is the one thing that only this server knows.
    private static IEnumerable<string> Processes(GdbSession session)
    {
        foreach (var other in session.Attachable.Where(p => !session.Attached.Contains(p)))
            yield return $"{other.Name} is process {other.Id}: target extended-remote ..., add-inferior, inferior 2, attach {other.Id}";
    }
}
