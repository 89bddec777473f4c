using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats;

/// <summary>The one sentence for a file that no format takes: what it is, where that can be told, and what to do.</summary>
internal static class Refusal
{
    private static readonly (byte[] Magic, string What, string Remedy)[] Known =
    [
        ([0x28, 0xb5, 0x2f, 0xfd], "packed with zstd", "unpack it first: zstd -d {0}"),
        ([0x1f, 0x8b], "packed with gzip", "unpack it first: gunzip {0}"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "packed with xz", "unpack it first: unxz {0}"),
        ([0x42, 0x5a, 0x68], "packed with bzip2", "unpack it first: bunzip2 {0}"),
        ([0x04, 0x22, 0x4d, 0x18], "packed with lz4", "unpack it first: lz4 -d {0}"),
        ([0x89, 0x4c, 0x5a, 0x4f, 0x00, 0x0d, 0x0a, 0x1a, 0x0a], "packed with lzop", "unpack it first: lzop -d {0}"),
        ([0x50, 0x4b, 0x03, 0x04], "a zip archive", "unpack it first: unzip {0}"),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7z archive", "unpack it first: 7z x {0}"),

        // DUMP_MAGIC_NUMBER and DUMP_MAGIC_LIVE of LKCD's linux/dump.h.
        ([0xed, 0x23, 0x8f, 0x61, 0x73, 0x01, 0x19, 0xa8], "an LKCD dump", "only ELF and kdump dumps are supported"),
        ([0xcd, 0x23, 0x8f, 0x61, 0x73, 0x01, 0x19, 0xa8], "an LKCD live dump", "only ELF and kdump dumps are supported"),

        // XC_CORE_MAGIC 0xf00febed and its HVM form (xen/tools/libxc), before domain cores were ELF.
        ([0xed, 0xeb, 0x0f, 0xf0], "an old Xen domain core", "this version opens dumps of whole machines only"),
        ([0xee, 0xeb, 0x0f, 0xf0], "an old Xen domain core of an HVM guest", "this version opens dumps of whole machines only"),
        ("XenSavedDomain"u8.ToArray(), "a saved Xen domain (xl save)", "this version opens dumps of whole machines only"),
        ("LinuxGuestRecord"u8.ToArray(), "a saved Xen domain (xm save)", "this version opens dumps of whole machines only"),
        ("LibvirtQemudSave"u8.ToArray(), "a saved libvirt domain (virsh save)", "make a dump with virsh dump --memory-only instead"),
        ("QEVM"u8.ToArray(), "a QEMU migration stream", "make a dump with dump-guest-memory instead"),
        ("PAGEDU64"u8.ToArray(), "a Windows crash dump", "only ELF and kdump dumps are supported"),
        ("PAGEDUMP"u8.ToArray(), "a Windows crash dump", "only ELF and kdump dumps are supported"),
    ];

    public static DumpFormatException Of(IByteSource file, ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            return new DumpFormatException(file.Length == 0
                ? $"{file.Name} is empty."
                : $"{file.Name} has no readable beginning; its stream is cut off or the disk cannot be read.");
        }

        foreach (var (magic, what, remedy) in Known)
        {
            if (head.StartsWith(magic)) return new DumpFormatException($"{file.Name} is {what}; {remedy.Replace("{0}", file.Name, StringComparison.Ordinal)}.");
        }

        string how = !head.ContainsAnyExcept((byte)0) ? "only zeros at its beginning" : $"the first bytes {First(head)}";
        return new DumpFormatException($"{file.Name} is no dump that this version knows: it has {how}; ELF machine dumps, compressed kdumps and Solaris dumps can be opened.");
    }

    private static string First(ReadOnlySpan<byte> head)
    {
        var text = new StringBuilder();
        foreach (byte b in head[..Math.Min(8, head.Length)]) text.Append(text.Length > 0 ? " " : "").Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        return text.ToString();
    }
}
