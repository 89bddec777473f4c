using System.IO.Compression;
using System.Runtime.InteropServices;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>The body of a container: a zlib stream (RFC 1950) that must give exactly the size that the header states.</summary>
internal static class CtfInflate
{
    /// <summary>No deflate stream gives more than this for one byte (RFC 1951: 258 bytes for two bits).</summary>
    private const ulong HighestRatio = 1032;

    /// <summary>The body; null, and why, where it is not what the header states. Nothing is allocated that the stream cannot fill.</summary>
    public static byte[]? Inflate(ReadOnlyMemory<byte> packed, ulong size, out string why)
    {
        if (size > DumpLimits.CtfBytes)
        {
            why = $"its body claims {size} bytes; the limit is {DumpLimits.CtfBytes}";
            return null;
        }

        if (size > (ulong)packed.Length * HighestRatio)
        {
            why = $"{packed.Length} compressed bytes cannot be the {size} that its header states";
            return null;
        }

        var body = new byte[(int)size];
        int done = 0;
        try
        {
            using var input = OpenRead(packed);
            using var stream = new ZLibStream(input, CompressionMode.Decompress);
            while (done < body.Length)
            {
                int got = stream.Read(body, done, body.Length - done);
                if (got == 0) break;
                done += got;
            }

            if (done == body.Length && stream.ReadByte() >= 0)
            {
                why = $"its body is longer than the {size} bytes that its header states";
                return null;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            why = $"its compressed body is damaged after {done} of {size} bytes";
            return null;
        }

        why = done == body.Length ? "" : $"its body inflates to {done} bytes; its header states {size}";
        return done == body.Length ? body : null;
    }

    private static MemoryStream OpenRead(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);
}
