using System.Globalization;
using System.Security;
using System.Text;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary><c>H</c>, <c>T</c>, <c>qC</c>, <c>qfThreadInfo</c>, <c>qThreadExtraInfo</c>, <c>qAttached</c>: which threads there are, which one is meant.</summary>
internal static class ThreadPackets
{
    /// <summary>The packets.</summary>
    public static PacketEntry[] Entries =>
    [
        new("Hg", Select),
        new("Hc", SelectForResume),
        new("T", Alive),
        new("qC", Current) { Whole = true },
        new("qfThreadInfo", First) { Whole = true },
        new("qsThreadInfo", Rest) { Whole = true },
        new("qThreadExtraInfo,", Extra),
        new("qAttached", Attached),
    ];

    /// <summary>The document of <c>qXfer:threads</c>.</summary>
    public static string Document(GdbSession session)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\"?>\n<threads>\n");
        foreach (var (process, thread) in session.Threads)
        {
            xml.Append("  <thread id=\"").Append(session.IdOf(process, thread)).Append("\" name=\"").Append(SecurityElement.Escape(thread.Name));
            if (thread.Core is { } core) xml.Append("\" core=\"").Append(core.ToString(CultureInfo.InvariantCulture));
            xml.Append("\"/>\n");
        }

        return xml.Append("</threads>\n").ToString();
    }

    private static void Select(GdbSession session, PacketText arguments, Reply reply)
    {
        if (!session.TryFind(ref arguments, out var process, out var thread))
        {
            reply.Error(Errno.NoSuchThread);
            return;
        }

        session.Select(process, thread);
        reply.Ok();
    }

    // Nothing resumes, so there is nothing to remember.
    private static void SelectForResume(GdbSession session, PacketText arguments, Reply reply)
    {
        if (session.TryFind(ref arguments, out _, out _)) reply.Ok();
        else reply.Error(Errno.NoSuchThread);
    }

    private static void Alive(GdbSession session, PacketText arguments, Reply reply) => SelectForResume(session, arguments, reply);

    private static void Current(GdbSession session, PacketText arguments, Reply reply)
    {
        if (session.Thread is { } thread) reply.Text("QC" + session.IdOf(session.Process, thread));
    }

    private static void First(GdbSession session, PacketText arguments, Reply reply)
    {
        session.Listed = 0;
        Rest(session, arguments, reply);
    }

    // As many as a packet holds; l when all were listed.
    private static void Rest(GdbSession session, PacketText arguments, Reply reply)
    {
        var ids = new StringBuilder();
        foreach (var (process, thread) in session.Threads.Skip(session.Listed))
        {
            string id = session.IdOf(process, thread);
            if (ids.Length + 1 + id.Length > GdbSession.PacketSize) break;
            ids.Append(ids.Length == 0 ? 'm' : ',').Append(id);
            session.Listed++;
        }

        reply.Text(ids.Length > 0 ? ids.ToString() : "l");
    }

    private static void Extra(GdbSession session, PacketText arguments, Reply reply)
    {
        if (session.TryFind(ref arguments, out _, out var thread) && thread is not null) reply.HexText(thread.Name);
        else reply.Error(Errno.NoSuchThread);
    }

    // 1: it was there before the client came, so the client's end is "detach", not "kill".
    private static void Attached(GdbSession session, PacketText arguments, Reply reply) => reply.Text("1");
}
