using System.Text;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary><c>qSupported</c>, <c>QStartNoAckMode</c>, <c>!</c>: what both sides can do.</summary>
internal static class NegotiationPackets
{
    /// <summary>The packets.</summary>
    public static PacketEntry[] Entries =>
    [
        new("qSupported", Supported),
        new("QStartNoAckMode", StartNoAck) { Whole = true, Feature = "QStartNoAckMode+" },
        new("!", Extended) { Whole = true },
    ];

    // qSupported[:feature+;feature=value;…]
    private static void Supported(GdbSession session, PacketText arguments, Reply reply)
    {
        arguments.TryTake(':');
        while (!arguments.AtEnd)
        {
            switch (Encoding.UTF8.GetString(arguments.ReadUntil(';')))
            {
                case "multiprocess+": session.Multiprocess = true; break;
                case "error-message+": session.ErrorMessages = true; break;
            }
        }

        reply.Text($"PacketSize={GdbSession.PacketSize:x}");
        foreach (string feature in PacketTable.Features(session)) reply.Text(";" + feature);
        if (session.Multiprocess) reply.Text(";multiprocess+");
        if (session.ErrorMessages) reply.Text(";error-message+");
    }

    private static void StartNoAck(GdbSession session, PacketText arguments, Reply reply)
    {
        session.NoAck = true;
        reply.Ok();
    }

    // "target extended-remote" works as "target remote" does; a process that was detached can be attached to again.
    private static void Extended(GdbSession session, PacketText arguments, Reply reply) => reply.Ok();
}
