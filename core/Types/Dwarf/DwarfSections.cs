using XenDumpAdapter.Core.Formats.Elf;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// The debug sections of one image. Each is fetched when first asked for, once; an image that lacks one gives it empty. Names are those of the
/// gABI and DWARF 5, section 7.3 (<c>.debug_info</c>, …).
/// </summary>
public sealed class DwarfSections
{
    private readonly Lazy<ReadOnlyMemory<byte>>[] _sections;

    /// <summary>Sections out of anything that finds them by name.</summary>
    /// <param name="read">The bytes of the section of that name; empty where there is none.</param>
    /// <param name="addressSize">Bytes of an address in the image: 4 or 8.</param>
    /// <param name="bigEndian">Whether numbers have their most significant byte first.</param>
    public DwarfSections(Func<string, ReadOnlyMemory<byte>> read, int addressSize = 8, bool bigEndian = false)
    {
        AddressSize = addressSize;
        BigEndian = bigEndian;
        string[] names =
        [
            ".debug_info", ".debug_abbrev", ".debug_line", ".debug_str", ".debug_line_str", ".debug_addr", ".debug_str_offsets", ".debug_rnglists",
            ".debug_ranges", ".debug_loclists", ".debug_loc", ".debug_aranges",
        ];
        _sections = [.. names.Select(name => new Lazy<ReadOnlyMemory<byte>>(() => read(name)))];
    }

    /// <summary>Bytes of an address in the image: 4 or 8.</summary>
    public int AddressSize { get; }

    /// <summary>Whether numbers have their most significant byte first.</summary>
    public bool BigEndian { get; }

    /// <summary>.debug_info.</summary>
    public ReadOnlyMemory<byte> Info => _sections[0].Value;

    /// <summary>.debug_abbrev.</summary>
    public ReadOnlyMemory<byte> Abbrev => _sections[1].Value;

    /// <summary>.debug_line.</summary>
    public ReadOnlyMemory<byte> Line => _sections[2].Value;

    /// <summary>.debug_str.</summary>
    public ReadOnlyMemory<byte> Str => _sections[3].Value;

    /// <summary>.debug_line_str.</summary>
    public ReadOnlyMemory<byte> LineStr => _sections[4].Value;

    /// <summary>.debug_addr.</summary>
    public ReadOnlyMemory<byte> Addr => _sections[5].Value;

    /// <summary>.debug_str_offsets.</summary>
    public ReadOnlyMemory<byte> StrOffsets => _sections[6].Value;

    /// <summary>.debug_rnglists (DWARF 5).</summary>
    public ReadOnlyMemory<byte> RngLists => _sections[7].Value;

    /// <summary>.debug_ranges (DWARF 4 and before).</summary>
    public ReadOnlyMemory<byte> Ranges => _sections[8].Value;

    /// <summary>.debug_loclists (DWARF 5).</summary>
    public ReadOnlyMemory<byte> LocLists => _sections[9].Value;

    /// <summary>.debug_loc (DWARF 4 and before).</summary>
    public ReadOnlyMemory<byte> Loc => _sections[10].Value;

    /// <summary>.debug_aranges.</summary>
    public ReadOnlyMemory<byte> Aranges => _sections[11].Value;

    /// <summary>The sections of an ELF file.</summary>
    public static DwarfSections FromElf(ElfFile file) => new(
        name => file.FindSection(name) is { } section ? file.ReadSection(section) : default,
        file.Is64 ? 8 : 4,
        file.BigEndian);
}
