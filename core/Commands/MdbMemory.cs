using System.Buffers.Binary;
using System.Text;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Reads of memory by commands: what is not there is an error of that one item.</summary>
public static class MdbMemory
{
    /// <summary>An unsigned number of 1 to 8 bytes.</summary>
    /// <exception cref="MdbException">It is not there.</exception>
    public static ulong Number(AddressSpace space, ulong address, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        Bytes(space, address, bytes[..size]);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>A number, or null where it is not there.</summary>
    public static ulong? TryNumber(AddressSpace space, ulong address, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        return space.Read(address, bytes[..size]) == size ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : null;
    }

    /// <summary>Bytes, all of them.</summary>
    /// <exception cref="MdbException">One is not there.</exception>
    public static void Bytes(AddressSpace space, ulong address, Span<byte> destination)
    {
        int got = space.Read(address, destination);
        if (got < destination.Length) throw Absent(space, unchecked(address + (ulong)Math.Max(0, got)));
    }

    /// <summary>A string up to its NUL, of at most <paramref name="most"/> bytes, one character a byte; null where its first byte is not there.</summary>
    public static string? Text(AddressSpace space, ulong address, int most = DumpLimits.StringBytes)
    {
        var text = new StringBuilder();
        Span<byte> chunk = stackalloc byte[64];
        while (text.Length < most)
        {
            int got = space.Read(unchecked(address + (ulong)text.Length), chunk[..Math.Min(chunk.Length, most - text.Length)]);
            int end = chunk[..got].IndexOf((byte)0);
            foreach (byte b in chunk[..(end < 0 ? got : end)]) text.Append((char)b);
            if (end >= 0) return text.ToString();
            if (got < chunk.Length) return text.Length > 0 ? text.ToString() : null;
        }

        return text.ToString();
    }

    /// <summary>The error for a byte that is not there.</summary>
    public static MdbException Absent(AddressSpace space, ulong address) =>
        MdbException.OfItem($"failed to read data from target: no mapping for address {AddressText.Hex(address)}: {space.Explain(address).Text}");
}
