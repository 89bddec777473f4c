using System.Buffers;
using XenDumpAdapter.GdbStub.Processes;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary><c>m</c>, <c>x</c>, <c>qSearch:memory</c> and the refused <c>M</c>, <c>X</c>.</summary>
internal static class MemoryPackets
{
    private const string Refused = "memory of a crash dump cannot be changed";

    /// <summary>Bytes that a search looks at in one go.</summary>
    private const int SearchBlock = 0x10000;

    /// <summary>The packets.</summary>
    public static PacketEntry[] Entries =>
    [
        new("m", ReadHex),
        new("x", ReadBinary) { Feature = "binary-upload+" },
        new("qSearch:memory:", Search),
        new("M", Refuse),
        new("X", Refuse),
    ];

    // m ADDRESS,LENGTH: the bytes that are there, up to the first that is not.
    private static void ReadHex(GdbSession session, PacketText arguments, Reply reply)
    {
        if (!arguments.TryReadRange(out ulong address, out ulong length))
        {
            reply.Error(Errno.Invalid);
            return;
        }

        int want = (int)Math.Min(length, GdbSession.PacketSize / 2);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(want);
        int got = session.Process.Read(address, bytes.AsSpan(0, want));
        if (got > 0 || want == 0) reply.HexBytes(bytes.AsSpan(0, got));
        else Absent(session, address, reply);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    // x ADDRESS,LENGTH: as m, in binary after a "b". Older lldb asks x0,0 first, wants OK, and then expects the bytes without the letter.
    private static void ReadBinary(GdbSession session, PacketText arguments, Reply reply)
    {
        if (!arguments.TryReadRange(out ulong address, out ulong length))
        {
            reply.Error(Errno.Invalid);
            return;
        }

        if (address == 0 && length == 0)
        {
            session.BinaryPrefix = false;
            reply.Ok();
            return;
        }

        int want = (int)Math.Min(length, GdbSession.PacketSize);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(want);
        int got = session.Process.Read(address, bytes.AsSpan(0, want));
        if (got > 0 || want == 0)
        {
            if (session.BinaryPrefix) reply.Text("b");
            PacketWriter.Escape(reply.Body, bytes.AsSpan(0, got), GdbSession.PacketSize - 1);
        }
        else
        {
            Absent(session, address, reply);
        }

        ArrayPool<byte>.Shared.Return(bytes);
    }

    private static void Absent(GdbSession session, ulong address, Reply reply)
    {
        if (session.ErrorMessages) reply.Error(session.Process.WhyAbsent(address));
        else reply.Error(Errno.BadAddress);
    }

    // qSearch:memory:ADDRESS;LENGTH;PATTERN (binary) -> 0, or 1,ADDRESS. A byte that is not there ends the search with an error, as a live target's would.
    private static void Search(GdbSession session, PacketText arguments, Reply reply)
    {
        if (!arguments.TryReadHex(out ulong start) || !arguments.TryTake(';') || !arguments.TryReadHex(out ulong length) || !arguments.TryTake(';')
            || PacketWriter.Unescape(arguments.Rest) is not { Length: > 0 } pattern)
        {
            reply.Error(Errno.Invalid);
            return;
        }

        var found = Find(session.Process, start, length, pattern, session.Cancel, out ulong absent);
        if (found is { } at) reply.Text($"1,{at:x}");
        else if (absent < length) Absent(session, unchecked(start + absent), reply);
        else reply.Text("0");
    }

    /// <summary>Looks for the pattern within the range.</summary>
    /// <param name="process">Whose memory.</param>
    /// <param name="start">First address.</param>
    /// <param name="length">Bytes; the pattern must lie in them whole.</param>
    /// <param name="pattern">What to find.</param>
    /// <param name="cancel">Set when the client is gone.</param>
    /// <param name="absent">How far memory goes: <paramref name="length"/> where all of it is there.</param>
    private static ulong? Find(GdbProcess process, ulong start, ulong length, byte[] pattern, CancellationToken cancel, out ulong absent)
    {
        var block = new byte[Math.Max(SearchBlock, pattern.Length * 2)];
        int kept = 0;
        for (absent = 0; absent < length;)
        {
            cancel.ThrowIfCancellationRequested();
            int want = (int)Math.Min(length - absent, (ulong)(block.Length - kept));
            int got = process.Read(unchecked(start + absent), block.AsSpan(kept, want));
            int at = block.AsSpan(0, kept + got).IndexOf(pattern);
            if (at >= 0) return unchecked(start + absent - (ulong)kept + (ulong)at);
            absent += (ulong)got;
            if (got < want) return null;

            // The pattern may lie across two blocks: keep what could be its beginning.
            int tail = Math.Min(pattern.Length - 1, kept + got);
            block.AsSpan(kept + got - tail, tail).CopyTo(block);
            kept = tail;
        }

        return null;
    }

    private static void Refuse(GdbSession session, PacketText arguments, Reply reply) => reply.Error(Refused);
}
