using System.Buffers;

namespace XenDumpAdapter.GdbStub.Wire;

/// <summary>Frames packets. Run-length encoding is never used: it saves nothing on a local connection, and clients have read it wrongly.</summary>
internal static class PacketWriter
{
    /// <summary>Writes <c>$text#cc</c>. The text must hold no bare <c>$</c> or <c>#</c>: binary goes through <see cref="Escape"/> first.</summary>
    public static void Frame(IBufferWriter<byte> to, ReadOnlySpan<byte> text)
    {
        byte sum = 0;
        foreach (byte c in text) sum = unchecked((byte)(sum + c));
        var span = to.GetSpan(text.Length + 4);
        span[0] = (byte)'$';
        text.CopyTo(span[1..]);
        span[text.Length + 1] = (byte)'#';
        span[text.Length + 2] = Hex.Of(sum >> 4);
        span[text.Length + 3] = Hex.Of(sum & 15);
        to.Advance(text.Length + 4);
    }

    /// <summary>
    /// Appends bytes as binary data: <c># $ } *</c> become <c>}</c> and the byte ^ 0x20 (<c>*</c> because it would start a run in a reply).
    /// Stops before <paramref name="room"/> bytes are exceeded; returns how many of <paramref name="bytes"/> were written.
    /// </summary>
    public static int Escape(IBufferWriter<byte> to, ReadOnlySpan<byte> bytes, int room)
    {
        int done = 0, used = 0;
        var span = to.GetSpan(Math.Max(1, Math.Min(room, bytes.Length * 2)));
        while (done < bytes.Length)
        {
            byte b = bytes[done];
            bool special = b is (byte)'#' or (byte)'$' or (byte)'}' or (byte)'*';
            if (used + (special ? 2 : 1) > room) break;
            if (special) span[used++] = (byte)'}';
            span[used++] = special ? (byte)(b ^ 0x20) : b;
            done++;
        }

        to.Advance(used);
        return done;
    }

    /// <summary>Undoes <see cref="Escape"/>; null where the text ends inside an escape.</summary>
    public static byte[]? Unescape(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[text.Length];
        int n = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '}')
            {
                bytes[n++] = text[i];
                continue;
            }

            if (++i == text.Length) return null;
            bytes[n++] = (byte)(text[i] ^ 0x20);
        }

        return bytes[..n];
    }
}
