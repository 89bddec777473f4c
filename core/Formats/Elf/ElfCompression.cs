using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Elf;

/// <summary>
/// Compressed sections: SHF_COMPRESSED with an Elf32_Chdr or Elf64_Chdr in front (gABI, "Section Compression"; 1 zlib, 2 zstd), and GNU's older
/// <c>.zdebug_</c> sections, which start with <c>ZLIB</c> and the size as eight big-endian bytes.
/// </summary>
internal static class ElfCompression
{
    private const uint Zlib = 1;
    private const uint Zstd = 2;

    /// <summary>The section's contents; what could be decompressed where the data is damaged.</summary>
    public static ReadOnlyMemory<byte> Expand(ElfFile file, ElfSection section, ReadOnlyMemory<byte> raw, DiagnosticBag diagnostics)
    {
        uint method;
        ulong size;
        int header;
        if ((section.Flags & ElfConstants.FlagCompressed) != 0)
        {
            if (!TryReadHeader(file, raw.Span, out method, out size, out header)) return Bad(file, section, "its compression header is cut off", diagnostics);
        }
        else if (section.Name.StartsWith(".zdebug_", StringComparison.Ordinal) && raw.Span.StartsWith("ZLIB"u8))
        {
            var reader = new SpanReader(raw.Span, bigEndian: true);
            if (!reader.TrySkip(4) || !reader.TryReadU64(out size)) return Bad(file, section, "its compression header is cut off", diagnostics);
            method = Zlib;
            header = reader.Position;
        }
        else
        {
            return raw;
        }

        if (method is not (Zlib or Zstd)) return Bad(file, section, $"it is compressed by method {method}, which is not known", diagnostics);
        if (size > DumpLimits.DebugSectionBytes) return Bad(file, section, $"it claims {size} bytes once decompressed; the limit is {DumpLimits.DebugSectionBytes}", diagnostics);
        var bytes = Decompress(method, raw[header..], (int)size);
        if ((ulong)bytes.Length < size) Bad(file, section, $"only {bytes.Length} of {size} bytes could be decompressed", diagnostics);
        return bytes;
    }

    private static bool TryReadHeader(ElfFile file, ReadOnlySpan<byte> raw, out uint method, out ulong size, out int header)
    {
        var reader = new SpanReader(raw, file.BigEndian);
        int word = file.Is64 ? 8 : 4;
        size = 0;
        header = 0;
        if (!reader.TryReadU32(out method) || (file.Is64 && !reader.TrySkip(4))) return false;
        if (!reader.TryReadUnsigned(word, out size) || !reader.TrySkip(word)) return false;
        header = reader.Position;
        return true;
    }

    /// <summary>Decompresses until the stated size, the end or the first damage. Memory grows with what really comes out, not with what is claimed.</summary>
    private static ReadOnlyMemory<byte> Decompress(uint method, ReadOnlyMemory<byte> packed, int size)
    {
        byte[] buffer = new byte[Math.Min(size, Math.Max(4096, (long)packed.Length * 4))];
        int done = 0;
        try
        {
            using var input = OpenRead(packed);
            using Stream stream = method == Zlib ? new ZLibStream(input, CompressionMode.Decompress) : new ZstdSharp.DecompressionStream(input);
            while (done < size)
            {
                if (done == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(size, (long)buffer.Length * 2));
                int got = stream.Read(buffer, done, buffer.Length - done);
                if (got == 0) break;
                done += got;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ZstdSharp.ZstdException)
        {
            // Damaged: what came out before the damage stays; the caller says how much that is.
        }

        return buffer.AsMemory(0, done);
    }

    private static Stream OpenRead(ReadOnlyMemory<byte> bytes)
    {
        if (MemoryMarshal.TryGetArray(bytes, out var array)) return new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        return new MappedStream(bytes);
    }

    private static ReadOnlyMemory<byte> Bad(ElfFile file, ElfSection section, string why, DiagnosticBag diagnostics)
    {
        diagnostics.Warn("elf/section-compressed", $"section {section.Name} of {file.Source.Name} cannot be read whole: {why}.");
        return default;
    }

    /// <summary>Mapped memory as a pinned stream.</summary>
    private sealed class MappedStream : UnmanagedMemoryStream
    {
        private readonly MemoryHandle _pin;

        public unsafe MappedStream(ReadOnlyMemory<byte> bytes)
        {
            _pin = bytes.Pin();
            Initialize((byte*)_pin.Pointer, bytes.Length, bytes.Length, FileAccess.Read);
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            _pin.Dispose();
        }
    }
}
