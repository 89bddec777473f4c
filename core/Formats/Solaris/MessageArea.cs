using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The message area of a dump device: what the kernel had not yet delivered to syslogd when it dumped (illumos: usr/src/uts/common/os/dumpsubr.c, dumpsys_messages;
/// <c>log_dump_t</c> in sys/dumphdr.h, <c>log_ctl_t</c> in sys/log.h). Each message: magic, text size, checksum of the control part, checksum of the text (u32 each),
/// the control part, the text.
/// </summary>
internal static class MessageArea
{
    /// <summary>DUMP_LOGSIZE: bytes of the area.</summary>
    public const int Bytes = 0x200000;

    /// <summary>LOG_MAGIC.</summary>
    private const uint Magic = 0xf00d4109;

    private const int ControlBytes = 24;
    private const int HeaderBytes = 16;

    /// <summary>Reads the messages from <paramref name="offset"/> on, up to the first that has no magic or whose checksums are wrong.</summary>
    public static IReadOnlyList<string> Read(IByteSource file, long offset, DiagnosticBag diagnostics)
    {
        var messages = new List<string>();
        long at = offset, end = offset + Bytes;
        byte[] head = new byte[HeaderBytes + ControlBytes];
        while (offset > 0 && at + head.Length <= end && file.TryRead((ulong)at, head))
        {
            var reader = new SpanReader(head);
            reader.TryReadU32(out uint magic);
            reader.TryReadU32(out uint size);
            reader.TryReadU32(out uint controlSum);
            reader.TryReadU32(out uint textSum);
            if (magic != Magic) break;
            byte[]? text = size <= end - at - head.Length ? new byte[size] : null;
            if (text is null || !file.TryRead((ulong)(at + head.Length), text) || Checksum(head.AsSpan(HeaderBytes)) != controlSum || Checksum(text) != textSum)
            {
                diagnostics.Warn("solaris/messages", $"message {messages.Count + 1} in the message area of {file.Name} (byte {at}) does not agree with its checksum; it and those after it are left out.");
                break;
            }

            int nul = Array.IndexOf(text, (byte)0);
            messages.Add(Encoding.Latin1.GetString(text, 0, nul >= 0 ? nul : text.Length).TrimEnd('\n'));
            at += head.Length + size;
        }

        return messages;
    }

    /// <summary>The kernel's <c>checksum32</c>: rotate right by one, add a byte.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte b in bytes) sum = unchecked(uint.RotateRight(sum, 1) + b);
        return sum;
    }
}
