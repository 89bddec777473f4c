using System.Text;

namespace XenDumpAdapter.Core.Commands.Formats;

/// <summary>Characters of a dump as text.</summary>
public static class FormatText
{
    /// <summary>
    /// A character as it stands. Control characters but newline and tab are dots, for a dump must not command the user's terminal.
    /// </summary>
    public static char Raw(byte value) => value is (byte)'\n' or (byte)'\t' or (>= 0x20 and < 0x7f) or >= 0xa0 ? (char)value : '.';

    /// <summary>A character in C's notation (mdb_string.c, strchr2esc).</summary>
    public static string Escaped(byte value) => value switch
    {
        (byte)'\0' => @"\0",
        (byte)'\a' => @"\a",
        (byte)'\b' => @"\b",
        (byte)'\f' => @"\f",
        (byte)'\n' => @"\n",
        (byte)'\r' => @"\r",
        (byte)'\t' => @"\t",
        (byte)'\v' => @"\v",
        (byte)'\\' => @"\\",
        (byte)'"' => "\\\"",
        >= 0x20 and < 0x7f => ((char)value).ToString(),
        _ => $"\\{(char)('0' + (value >> 6))}{(char)('0' + (value >> 3 & 7))}{(char)('0' + (value & 7))}",
    };

    /// <summary>Many characters, as they stand or in C's notation.</summary>
    public static string Of(ReadOnlySpan<byte> bytes, bool escaped)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            if (escaped) text.Append(Escaped(b));
            else text.Append(Raw(b));
        }

        return text.ToString();
    }
}
