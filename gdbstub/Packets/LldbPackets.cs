using System.Globalization;
using XenDumpAdapter.GdbStub.Layout;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary>What lldb asks and gdb does not: <c>qHostInfo</c>, <c>qProcessInfo</c>, <c>qRegisterInfo</c>, <c>qThreadStopInfo</c> (lldb/docs, "gdb-remote" extensions).</summary>
internal static class LldbPackets
{
    /// <summary>The packets.</summary>
    public static PacketEntry[] Entries =>
    [
        new("qHostInfo", Host) { Whole = true },
        new("qProcessInfo", Process) { Whole = true },
        new("qRegisterInfo", Register),
        new("qThreadStopInfo", Stop),
    ];

    private static void Host(GdbSession session, PacketText arguments, Reply reply)
    {
        session.IsLldb = true;
        Describe(session, reply);
    }

    private static void Process(GdbSession session, PacketText arguments, Reply reply)
    {
        reply.Text($"pid:{session.Process.Id:x};");
        Describe(session, reply);
    }

    private static void Describe(GdbSession session, Reply reply)
    {
        var layout = session.Process.Layout;
        reply.Text("triple:").HexText(layout.Triple).Text($";ptrsize:{layout.Architecture.PointerSize};endian:little;");
    }

    // qRegisterInfo NUMBER; an error past the last ends the client's loop.
    private static void Register(GdbSession session, PacketText arguments, Reply reply)
    {
        var layout = session.Process.Layout;
        if (!arguments.TryReadHex(out ulong number) || number >= (ulong)layout.Columns.Count)
        {
            reply.Error(Errno.Invalid);
            return;
        }

        var column = layout.Columns[(int)number];
        int offset = layout.Columns.Take((int)number).Sum(c => c.Bytes);
        reply.Text(string.Create(CultureInfo.InvariantCulture, $"name:{column.Name};bitsize:{column.Bits};offset:{offset};encoding:uint;format:hex;set:{SetOf(column)};"));
        if (column.DwarfNumber(layout.Architecture) is >= 0 and int dwarf) reply.Text(string.Create(CultureInfo.InvariantCulture, $"ehframe:{dwarf};dwarf:{dwarf};"));
        if (column.Generic is { } role) reply.Text($"generic:{role};");
    }

    private static string SetOf(RegisterColumn column) => column switch
    {
        { Sources.Length: 0 } => "Floating Point Registers",
        { Name: "cr0" or "cr2" or "cr3" or "cr4" or "efer" or "k_gs_base" } => "System Registers",
        _ => "General Purpose Registers",
    };

    private static void Stop(GdbSession session, PacketText arguments, Reply reply)
    {
        if (session.TryFind(ref arguments, out var process, out var thread) && thread is not null) StopPackets.WriteStop(session, process, thread, thread.Signal(session.Cancel), reply);
        else reply.Error(Errno.NoSuchThread);
    }
}
