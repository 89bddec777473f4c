using System.Globalization;
using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// The console ring (xen/drivers/char/console.c): <c>conring</c> points at <c>conring_size</c> bytes (a power of two); <c>conringc</c> and <c>conringp</c>
/// count bytes consumed and produced, and wrap at 2^32.
/// </summary>
public static class XenConsole
{
    private const int ChunkBytes = 4096;

    /// <summary>
    /// What the ring holds, oldest byte first, from the first whole line; what is not in the dump is said in its place. Null where it cannot be found or
    /// nothing of it can be read.
    /// </summary>
    public static string? Read(XenImage xen)
    {
        if (xen.Pointer("conring") is not { } ring || xen.U32("conring_size") is not { } size || xen.U32("conringp") is not { } produced) return null;
        if (size == 0 || size > DumpLimits.ConsoleBytes || (size & (size - 1)) != 0) return null;

        // The consumer is dom0's reader; what it has taken is still in the ring until it is overwritten. What was never written is zero.
        var text = new StringBuilder();
        uint absent = 0;
        for (uint done = 0; done < size;)
        {
            uint at = unchecked(produced + done) & (size - 1);
            uint length = Math.Min(Math.Min(size - done, size - at), ChunkBytes - (at & (ChunkBytes - 1)));
            absent += Append(text, xen, ring + at, (int)length);
            done += length;
        }

        if (absent == size) return null;
        string all = text.ToString();
        bool wrapped = produced > size;
        int firstLine = wrapped ? all.IndexOf('\n', StringComparison.Ordinal) + 1 : 0;
        return all[firstLine..];
    }

    /// <summary>Appends a part of the ring; returns how many bytes of it are absent.</summary>
    private static uint Append(StringBuilder text, XenImage xen, VirtualAddress at, int length)
    {
        Span<byte> bytes = stackalloc byte[ChunkBytes];
        int got = xen.Memory.Read(at, bytes[..length]);
        foreach (byte b in bytes[..got])
            if (b != 0) text.Append((char)b);
        if (got < length)
            text.Append(CultureInfo.InvariantCulture, $"\n<{length - got} bytes of the console are not in the dump: {xen.Memory.Explain(at + (ulong)got).Text}>\n");
        return (uint)(length - got);
    }
}
