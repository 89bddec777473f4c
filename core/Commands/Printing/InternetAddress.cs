using System.Buffers.Binary;
using System.Globalization;

namespace XenDumpAdapter.Core.Commands.Printing;

/// <summary>Internet addresses as text.</summary>
internal static class InternetAddress
{
    /// <summary>Four bytes with dots, or sixteen by RFC 5952: the longest run of zero groups, of two at least, is <c>::</c>.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => bytes.Length == 4 ? V4(BinaryPrimitives.ReadUInt32LittleEndian(bytes)) : V6(bytes);

    /// <summary>Four bytes in the order of memory, read as a little-endian number.</summary>
    public static string V4(uint raw) => string.Create(CultureInfo.InvariantCulture, $"{raw & 0xff}.{raw >> 8 & 0xff}.{raw >> 16 & 0xff}.{raw >> 24}");

    private static string V6(ReadOnlySpan<byte> bytes)
    {
        string[] groups = new string[8];
        int start = -1, length = 1;
        for (int i = 0, run = 0; i < groups.Length; i++)
        {
            ushort group = BinaryPrimitives.ReadUInt16BigEndian(bytes[(i * 2)..]);
            groups[i] = group.ToString("x", CultureInfo.InvariantCulture);
            run = group == 0 ? run + 1 : 0;
            if (run > length) (start, length) = (i - run + 1, run);
        }

        return start < 0 ? string.Join(':', groups) : $"{string.Join(':', groups[..start])}::{string.Join(':', groups[(start + length)..])}";
    }
}
