using System.Numerics;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>What every carrier of a Solaris dump asks of its header.</summary>
internal static class SolarisChecks
{
    /// <summary>The header, with what can be mended mended and what is doubtful said.</summary>
    /// <exception cref="DumpFormatException">No page can be found by it.</exception>
    public static DumpHeader Usable(DumpHeader header, IByteSource file, DiagnosticBag diagnostics)
    {
        header = WithPageSize(header, file);
        if (header.Data <= 0 || header.Pages == 0)
            throw new DumpFormatException($"{file.Name} is a Solaris crash dump whose header tells of no pages (dump_data {header.Data}, dump_npages {header.Pages}); its header is damaged.");
        if ((header.Flags & DumpFlags.Complete) == 0 && (header.Flags & DumpFlags.Live) == 0)
        {
            string usual = header.Platform == "i86xpv" ? "; on this platform (i86xpv) later kernels never say that it is" : "";
            diagnostics.Warn("solaris/incomplete", $"{file.Name} is not marked as complete: the kernel wrote fewer pages than it meant to, and what is missing is shown as absent{usual}.");
        }

        return header;
    }

    /// <summary>The symbol table that the dump carries; null, with a diagnostic, where it cannot be there.</summary>
    public static IByteSource? KsymsOf(IByteSource file, DumpHeader header, DiagnosticBag diagnostics)
    {
        if (header.KsymsSize == 0 && header.KsymsStoredSize == 0) return null;
        ulong size = header.KsymsSize;
        if (header.KsymsStoredSize != size || header.Ksyms <= 0 || size == 0 || size > DumpLimits.KsymsBytes || header.Ksyms >= file.Length || size > (ulong)(file.Length - header.Ksyms))
        {
            diagnostics.Warn("solaris/ksyms", $"the symbol table in {file.Name} (dump_ksyms {header.Ksyms}, {size} bytes, stored in {header.KsymsStoredSize}) cannot be used; name unix.N with --kernel.");
            return null;
        }

        return new SliceByteSource(file, header.Ksyms, (long)size, $"{file.Name} (its own symbols)");
    }

    /// <summary>Address spaces by how many translations they have.</summary>
    public static IReadOnlyList<VirtualAddress> AddressSpaces(IEnumerable<ulong> ofTranslations)
    {
        var counts = new Dictionary<ulong, int>();
        foreach (ulong space in ofTranslations)
        {
            counts.TryGetValue(space, out int count);
            if (count > 0 || counts.Count < DumpLimits.AddressSpaces) counts[space] = count + 1;
        }

        return [.. counts.OrderByDescending(c => c.Value).Select(c => new VirtualAddress(c.Key))];
    }

    /// <summary>A page's size and its logarithm tell the same; where they do not, 4096, the size of every x86 kernel's, is taken if either says it.</summary>
    private static DumpHeader WithPageSize(DumpHeader header, IByteSource file)
    {
        if (header.PageShift is >= 12 and <= 16 && header.PageSize == 1 << header.PageShift) return header;
        if (header.PageShift == 12 || header.PageSize == 4096) return header with { PageShift = 12, PageSize = 4096 };
        if (BitOperations.IsPow2(header.PageSize) && header.PageSize is >= 4096 and <= 65536) return header with { PageShift = BitOperations.Log2((uint)header.PageSize) };
        throw new DumpFormatException($"{file.Name} is a Solaris crash dump whose header gives a page size of {header.PageSize} (shift {header.PageShift}), which no x86 machine has; its header is damaged.");
    }
}
