using System.Buffers.Binary;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Benchmarks;

/// <summary>
/// A copy of a QEMU ELF dump as the same machine with more memory would have left it: RAM from 0 up to the hole below 4 GB, the BIOS, and the rest
/// from 4 GB on. The memory that was not there is a hole of the file, so it costs no disk.
/// </summary>
internal static class SparseDump
{
    private const long LowEnd = 3L << 30;
    private const long HighStart = 4L << 30;
    private const int TableAt = 192;
    private const int EntryBytes = 56;

    /// <summary>Writes it.</summary>
    /// <param name="from">The dump.</param>
    /// <param name="to">The copy.</param>
    /// <param name="memory">Bytes of RAM that the copy has, more than 3 GB.</param>
    public static void Write(string from, string to, long memory)
    {
        using var source = FileByteSource.Open(from);
        var elf = ElfFile.Open(source, new DiagnosticBag());
        var notes = elf.Segments.Single(s => s.Type == 4);
        var low = elf.Segments.Single(s => s.Type == 1 && s.PhysicalAddress == 0);
        var rest = elf.Segments.Where(s => s.Type == 1 && s.PhysicalAddress != 0).ToList();

        byte[] header = source.ReadUpTo(0, TableAt, TableAt).ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), TableAt);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(56), (ushort)(3 + rest.Count));

        // No section headers: where their names are is not where they were.
        header.AsSpan(40, 8).Clear();
        header.AsSpan(60, 4).Clear();

        var table = new ByteWriter().Bytes(header);
        long at = TableAt + (EntryBytes * (3 + rest.Count));
        Entry(table, 4, at, 0, notes.FileSize);
        at += (long)notes.FileSize;
        long lowAt = at;
        Entry(table, 1, at, 0, (ulong)LowEnd);
        at += LowEnd;
        foreach (var segment in rest)
        {
            Entry(table, 1, at, segment.PhysicalAddress, segment.FileSize);
            at += (long)segment.FileSize;
        }

        Entry(table, 1, at, (ulong)HighStart, (ulong)(memory - LowEnd));
        using var target = File.Create(to);
        target.Write(table.Bytes(elf.ReadSegment(notes, 1 << 20).Span).ToArray());
        Copy(source, low, target, lowAt);
        long restAt = lowAt + LowEnd;
        foreach (var segment in rest)
        {
            Copy(source, segment, target, restAt);
            restAt += (long)segment.FileSize;
        }

        target.SetLength(at + memory - LowEnd);
    }

    private static void Entry(ByteWriter table, uint type, long offset, ulong address, ulong size) =>
        table.U32(type).U32(0).U64((ulong)offset).U64(address).U64(address).U64(size).U64(size).U64(0);

    private static void Copy(FileByteSource source, ElfSegment segment, FileStream target, long at)
    {
        byte[] chunk = new byte[1 << 20];
        for (ulong done = 0; done < segment.FileSize;)
        {
            int got = source.Read((long)(segment.Offset + done), chunk.AsSpan(0, (int)Math.Min((ulong)chunk.Length, segment.FileSize - done)));
            if (got == 0) throw new EndOfStreamException($"{source.Name} ends inside a segment");
            target.Position = at + (long)done;
            target.Write(chunk, 0, got);
            done += (ulong)got;
        }
    }
}
