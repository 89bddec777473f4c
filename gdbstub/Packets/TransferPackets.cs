using System.Globalization;
using System.Text;
using XenDumpAdapter.GdbStub.Processes;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary><c>qXfer:OBJECT:read:ANNEX:OFFSET,LENGTH</c>: documents that a client reads piece by piece.</summary>
internal static class TransferPackets
{
    /// <summary>The packets.</summary>
    public static PacketEntry[] Entries =>
    [
        new("qXfer:features:read:", Document(Features)) { Feature = "qXfer:features:read+" },
        new("qXfer:threads:read:", Document((session, annex) => annex.Length == 0 ? ThreadPackets.Document(session) : null)) { Feature = "qXfer:threads:read+" },
        new("qXfer:memory-map:read:", Document((session, annex) => annex.Length == 0 ? MemoryMap(session.Attachable) : null)) { Feature = "qXfer:memory-map:read+" },
        new("qXfer:osdata:read:", Document((session, annex) => ProcessTable.Document(annex, session.Attachable))) { Feature = "qXfer:osdata:read+" },
        new("qXfer:exec-file:read:", Document(SymbolFile)) { Feature = "qXfer:exec-file:read+", When = session => session.Attachable.Any(p => p.SymbolFile is not null) },
    ];

    private static PacketHandler Document(Func<GdbSession, string, string?> make) => (session, arguments, reply) =>
    {
        string annex = Encoding.UTF8.GetString(arguments.ReadUntil(':'));
        if (!arguments.TryReadRange(out ulong offset, out ulong length)) reply.Error(Errno.Invalid);
        else if (make(session, annex) is not { } document) reply.Error(Errno.NoEntry);
        else Send(Encoding.UTF8.GetBytes(document), offset, length, reply);
    };

    // m: there is more; l: this is the last of it.
    private static void Send(byte[] document, ulong offset, ulong length, Reply reply)
    {
        if (offset > (ulong)document.Length)
        {
            reply.Error(Errno.Invalid);
            return;
        }

        int rest = document.Length - (int)offset;
        int want = (int)Math.Min((ulong)rest, length);
        int room = GdbSession.PacketSize - 1;
        var body = new System.Buffers.ArrayBufferWriter<byte>();
        int sent = PacketWriter.Escape(body, document.AsSpan((int)offset, want), room);
        reply.Text(sent < rest ? "m" : "l");
        body.WrittenSpan.CopyTo(reply.Body.GetSpan(body.WrittenCount + 1));
        reply.Body.Advance(body.WrittenCount);
    }

    private static string? Features(GdbSession session, string annex) => annex == "target.xml" ? session.Process.Layout.TargetXml : null;

    // The annex is a process id in hexadecimal, or nothing for the current one.
    private static string? SymbolFile(GdbSession session, string annex)
    {
        if (annex.Length == 0) return session.Process.SymbolFile;
        return long.TryParse(annex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long id)
            ? session.Attachable.FirstOrDefault(p => p.Id == id)?.SymbolFile
            : null;
    }

    // gdb reads nowhere but in the map, and keeps one map for all processes. What is mapped is only known by walking all page tables, so the map is all that can
    // be an address: both halves of the widest canonical space. Not "rom", which makes gdb blame a refused breakpoint on the number of hardware ones.
    private static string MemoryMap(IEnumerable<GdbProcess> processes)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\"?>\n<!DOCTYPE memory-map PUBLIC \"+//IDN gnu.org//DTD GDB Memory Map V1.0//EN\" \"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n<memory-map>\n");
        int bits = processes.Max(p => p.LinearBits);
        if (bits == 32)
        {
            Region(xml, 0, 1UL << 32);
        }
        else
        {
            ulong half = 1UL << (bits - 1);
            Region(xml, 0, half);
            Region(xml, unchecked(0 - half), half);
        }

        return xml.Append("</memory-map>\n").ToString();
    }

    private static void Region(StringBuilder xml, ulong start, ulong length) =>
        xml.Append(CultureInfo.InvariantCulture, $"  <memory type=\"ram\" start=\"0x{start:x}\" length=\"0x{length:x}\"/>\n");
}
