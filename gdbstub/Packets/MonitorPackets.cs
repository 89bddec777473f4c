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

        reply.Console = session.Options.Monitor is { } monitor
            ? monitor(command.Trim(), session.Cancel)
            : ["this server has no monitor commands"];
        reply.Ok();
    }
}
