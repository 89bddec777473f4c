using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// The console ring (xen/drivers/char/console.c): <c>conring</c> points at <c>conring_size</c> bytes (a power of two); <c>conringc</c> and <c>conringp</c>
/// count bytes consumed and produced, and wrap at 2^32.
/// </summary>
public static class XenConsole
{
    /// <summary>What the ring holds, oldest byte first, from the first whole line; null where it cannot be found or read.</summary>
    public static string? Read(XenImage xen)
    {
        if (xen.Pointer("conring") is not { } ring || xen.U32("conring_size") is not { } size || xen.U32("conringp") is not { } produced) return null;
        if (size == 0 || size > DumpLimits.ConsoleBytes || (size & (size - 1)) != 0) return null;
        byte[] bytes = new byte[size];
        if (xen.Memory.Read(ring, bytes) is var got && got < bytes.Length) bytes.AsSpan(got).Clear();

        // The consumer is dom0's reader; what it has taken is still in the ring until it is overwritten.
        var text = new StringBuilder((int)size);
        for (uint i = 0; i < size; i++)
        {
            byte b = bytes[unchecked(produced - size + i) & (size - 1)];
            if (b != 0) text.Append((char)b);
        }

        string all = text.ToString();
        bool wrapped = produced > size;
        int firstLine = wrapped ? all.IndexOf('\n', StringComparison.Ordinal) + 1 : 0;
        return all[firstLine..];
    }
}
