using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The symbol table that a dump carries: an ELF image of two section contents (made by the kernel: usr/src/uts/common/os/ksyms_snapshot.c), what savecore writes
/// out as unix.N. Stored as it is by every kernel since 2005; one that is shorter than its size is lzjb.
/// </summary>
internal static class Ksyms
{
    /// <summary>The image; null, with a diagnostic, where it is damaged; null without one where the dump has none.</summary>
    public static IByteSource? Open(IByteSource file, DumpHeader header, DiagnosticBag diagnostics)
    {
        if (header.KsymsSize == 0 && header.KsymsStoredSize == 0) return null;
        string? why = Locate(file, header, out var image);
        if (why is null) return image;
        diagnostics.Warn("solaris/ksyms", $"the symbol table in {file.Name} cannot be used: {why}; name unix.N for the kernel's symbols.");
        return null;
    }

    private static string? Locate(IByteSource file, DumpHeader header, out IByteSource? image)
    {
        image = null;
        if (header.Ksyms <= 0 || header.Ksyms >= file.Length) return $"it would be at byte {header.Ksyms}, and the file has {file.Length} bytes";
        ulong stored = Math.Min(header.KsymsStoredSize, header.KsymsSize), size = header.KsymsSize;
        if (size > DumpLimits.SolarisKsymsBytes) return $"it states {size} bytes; {DumpLimits.SolarisKsymsBytes} are the most that are read";
        string name = $"{file.Name} (ksyms)";
        var bytes = new SliceByteSource(file, header.Ksyms, (long)stored, name);
        if (stored == 0) return "it states a size of 0";
        if (bytes.Length < (long)stored) return $"it is cut off after {bytes.Length} of {stored} bytes";
        if (stored < size) return "it is compressed, which no known kernel does, so its sizes are damaged";
        Span<byte> head = stackalloc byte[5];
        if (bytes.Read(0, head) != head.Length || !head.StartsWith("\u007fELF"u8)) return "it is no ELF image";
        if (head[4] != (header.WordSize == 64 ? 2 : 1)) return $"it is not for words of {header.WordSize} bits";
        image = bytes;
        return null;
    }
}
