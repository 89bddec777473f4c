using System.Buffers;

namespace XenDumpAdapter.GdbStub.Wire;

/// <summary>Hexadecimal as the protocol writes it: lower case, two digits a byte.</summary>
internal static class Hex
{
    /// <summary>The value of a digit in either case, or -1.</summary>
    public static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };

    /// <summary>The digit of a value from 0 to 15.</summary>
    public static byte Of(int nibble) => "0123456789abcdef"u8[nibble];

    /// <summary>Writes every byte as two digits.</summary>
    public static void Write(IBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        var span = to.GetSpan(bytes.Length * 2);
        for (int i = 0; i < bytes.Length; i++)
        {
            span[i * 2] = Of(bytes[i] >> 4);
            span[i * 2 + 1] = Of(bytes[i] & 15);
        }

        to.Advance(bytes.Length * 2);
    }

    /// <summary>The bytes that an even number of digits stands for; null where it is anything else.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> digits)
    {
        if (digits.Length % 2 != 0) return null;
        var bytes = new byte[digits.Length / 2];
        for (int i = 0; i < bytes.Length; i++)
        {
            int high = Digit(digits[i * 2]), low = Digit(digits[i * 2 + 1]);
            if (high < 0 || low < 0) return null;
            bytes[i] = (byte)(high << 4 | low);
        }

        return bytes;
    }
}
