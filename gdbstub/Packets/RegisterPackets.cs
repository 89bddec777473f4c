using System.Buffers.Binary;
using XenDumpAdapter.GdbStub.Layout;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary><c>g</c>, <c>p</c> and the refused <c>G</c>, <c>P</c>. A register that the dump does not hold is <c>xx…</c>, never zero.</summary>
internal static class RegisterPackets
{
    private const string Refused = "registers of a crash dump cannot be changed";

    /// <summary>The packets.</summary>
    public static PacketEntry[] Entries =>
    [
        new("g", All) { Whole = true },
        new("p", One),
        new("G", Refuse),
        new("P", Refuse),
    ];

    private static void All(GdbSession session, PacketText arguments, Reply reply)
    {
        foreach (var column in session.Process.Layout.Columns) Write(session, column, reply);
    }

    // p NUMBER
    private static void One(GdbSession session, PacketText arguments, Reply reply)
    {
        var columns = session.Process.Layout.Columns;
        if (!arguments.TryReadHex(out ulong number) || number >= (ulong)columns.Count) reply.Error(Errno.Invalid);
        else if (session.IsLldb && session.Thread?.Read(columns[(int)number], session.Cancel) is null) reply.Error(Errno.Io);
        else Write(session, columns[(int)number], reply);
    }

    private static void Write(GdbSession session, RegisterColumn column, Reply reply)
    {
        if (session.Thread?.Read(column, session.Cancel) is not { } value)
        {
            reply.Text(new string('x', column.Bytes * 2));
            return;
        }

        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        reply.HexBytes(bytes[..Math.Min(8, column.Bytes)]);
    }

    private static void Refuse(GdbSession session, PacketText arguments, Reply reply) => reply.Error(Refused);
}
