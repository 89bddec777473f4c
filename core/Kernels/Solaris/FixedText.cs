using System.Text;
using System.Text.Unicode;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>Texts of a fixed width in a kernel's structures.</summary>
internal static class FixedText
{
    /// <summary>The text up to its NUL, or all of the bytes; null where a byte of it cannot be printed.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        if (end >= 0) bytes = bytes[..end];
        foreach (byte b in bytes)
            if (b == 0x7f || (b < 0x20 && b != (byte)'\t')) return null;
        if (!Utf8.IsValid(bytes)) return null;
        return Encoding.UTF8.GetString(bytes);
    }
}
