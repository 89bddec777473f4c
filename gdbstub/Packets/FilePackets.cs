using System.Buffers;
using System.Buffers.Binary;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary>
/// <c>vFile</c>: the symbol files over the connection: the one that is only in memory always, those of this machine where the server was told to serve files. No other
/// file can be opened, whatever path is asked for. Where there is nothing to serve every request stays unknown, and gdb opens paths itself.
/// </summary>
internal static class FilePackets
{
    private const int StatBytes = 64;

    /// <summary>The packets.</summary>
    public static PacketEntry[] Entries =>
    [
        new("vFile:setfs:", IfServed(SetFileSystem)),
        new("vFile:open:", IfServed(Open)),
        new("vFile:pread:", IfServed(Read)),
        new("vFile:fstat:", IfServed(Stat)),
        new("vFile:close:", IfServed(Close)),
        new("vFile:readlink:", IfServed((_, _, reply) => Fail(reply, Errno.Invalid))),
    ];

    private static PacketHandler IfServed(PacketHandler handler) => (session, arguments, reply) =>
    {
        if (session.Options.ServeFiles || session.Attachable.Any(p => p.Image is not null)) handler(session, arguments, reply);
    };

    private static void SetFileSystem(GdbSession session, PacketText arguments, Reply reply) => reply.Text("F0");

    // vFile:open:PATH (hexadecimal),FLAGS,MODE -> F NUMBER. Flags: gdb/fileio.h, 0 is read only.
    private static void Open(GdbSession session, PacketText arguments, Reply reply)
    {
        if (arguments.ReadHexText(',') is not { } path || !arguments.TryReadRange(out ulong flags, out _))
        {
            Fail(reply, Errno.Invalid);
            return;
        }

        if (!session.Attachable.Any(p => p.SymbolFile == path && (p.Image is not null || session.Options.ServeFiles))) Fail(reply, Errno.NoEntry);
        else if (flags != 0) Fail(reply, Errno.NotPermitted);
        else OpenServed(session, path, reply);
    }

    private static void OpenServed(GdbSession session, string path, Reply reply)
    {
        try
        {
            int number = session.Attachable.FirstOrDefault(p => p.Image?.Path == path)?.Image is { } image ? session.Files.Open(image) : session.Files.Open(path);
            if (number < 0) Fail(reply, Errno.TooManyFiles);
            else reply.Text($"F{number:x}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(reply, Errno.Io);
        }
    }

    // vFile:pread:NUMBER,COUNT,OFFSET -> F LENGTH;BYTES
    private static void Read(GdbSession session, PacketText arguments, Reply reply)
    {
        if (!arguments.TryReadHex(out ulong number) || !arguments.TryTake(',') || !arguments.TryReadRange(out ulong count, out ulong offset) || offset > long.MaxValue)
        {
            Fail(reply, Errno.Invalid);
            return;
        }

        if (session.Files.Find(number) is not { } file)
        {
            Fail(reply, Errno.BadDescriptor);
            return;
        }

        const int room = GdbSession.PacketSize - 16;
        var bytes = new byte[(int)Math.Min(count, room)];
        int got = file.Read(bytes, (long)offset);
        var escaped = new ArrayBufferWriter<byte>(room);
        int sent = PacketWriter.Escape(escaped, bytes.AsSpan(0, got), room);
        reply.Text($"F{sent:x};");
        reply.Body.Write(escaped.WrittenSpan);
    }

    // vFile:fstat:NUMBER -> F 40;BYTES, a big-endian struct: dev ino mode nlink uid gid rdev (4 bytes each), size blksize blocks (8 each), atime mtime ctime (4 each).
    private static void Stat(GdbSession session, PacketText arguments, Reply reply)
    {
        if (!arguments.TryReadHex(out ulong number) || session.Files.Find(number) is not { } file)
        {
            Fail(reply, Errno.BadDescriptor);
            return;
        }

        Span<byte> stat = stackalloc byte[StatBytes];
        stat.Clear();
        long length = file.Length;
        BinaryPrimitives.WriteInt32BigEndian(stat[8..], 0x8124); // S_IFREG, 0444
        BinaryPrimitives.WriteInt32BigEndian(stat[12..], 1);
        BinaryPrimitives.WriteInt64BigEndian(stat[28..], length);
        BinaryPrimitives.WriteInt64BigEndian(stat[36..], 4096);
        BinaryPrimitives.WriteInt64BigEndian(stat[44..], length / 512 + 1);
        reply.Text($"F{StatBytes:x};");
        PacketWriter.Escape(reply.Body, stat, StatBytes * 2);
    }

    private static void Close(GdbSession session, PacketText arguments, Reply reply)
    {
        if (arguments.TryReadHex(out ulong number) && session.Files.Close(number)) reply.Text("F0");
        else Fail(reply, Errno.BadDescriptor);
    }

    private static void Fail(Reply reply, Errno errno) => reply.Text($"F-1,{(int)errno:x}");
}
