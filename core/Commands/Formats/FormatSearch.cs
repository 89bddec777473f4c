using System.Buffers.Binary;
using System.Runtime.InteropServices;
using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Commands.Formats;

/// <summary><c>/l /L /M value [mask]</c>: the first place from an address on that holds a value (match_arglist of mdb_cmds.c).</summary>
internal static class FormatSearch
{
    private const int Chunk = 1 << 16;

    /// <summary>Where it is; null where memory ends before it.</summary>
    public static ulong? Find(DcmdCall call, AddressSpace space, MdbFormatItem item)
    {
        if (item.Values.Count is 0 or > 2) throw new MdbException(item.Values.Count == 0 ? $"expected value following {item.Letter}" : $"only value and mask may follow {item.Letter}", item.Span);
        int size = FormatLetter.Find(item.Letter)!.Size;
        ulong bits = size == 8 ? ulong.MaxValue : (1UL << (size * 8)) - 1;
        ulong value = call.Session.Evaluate(item.Values[0]) & bits, mask = item.Values.Count > 1 ? call.Session.Evaluate(item.Values[1]) & bits : bits;
        byte[] chunk = new byte[Chunk];
        ulong at = call.Address;
        while (true)
        {
            call.Cancel.ThrowIfCancellationRequested();
            int got = space.Read(at, chunk);
            if (Place(chunk.AsSpan(0, Math.Max(0, got)), size, value, mask, bits) is >= 0 and var place) return unchecked(at + (ulong)place);
            int used = Math.Max(0, got) / size * size;
            ulong next = unchecked(at + (ulong)used);
            call.Session.Dot = next;
            if (used < Chunk || next < at) return null;
            at = next;
        }
    }

    /// <summary>The first place in a piece of memory; negative for none. Without a mask the processor's vectors do the work.</summary>
    private static int Place(ReadOnlySpan<byte> chunk, int size, ulong value, ulong mask, ulong bits)
    {
        if (mask == bits)
        {
            return size * size switch
            {
                2 => MemoryMarshal.Cast<byte, ushort>(chunk).IndexOf((ushort)value),
                4 => MemoryMarshal.Cast<byte, uint>(chunk).IndexOf((uint)value),
                _ => MemoryMarshal.Cast<byte, ulong>(chunk).IndexOf(value),
            };
        }

        for (int i = 0; i + size <= chunk.Length; i += size)
            if ((Number(chunk[i..], size) & mask) == value) return i;
        return -1;
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, int size) => size switch
    {
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };
}
