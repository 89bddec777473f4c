namespace XenDumpAdapter.Core.Formats.Elf;

/// <summary>Numbers of the System V ABI (gABI, chapters 4 and 5) that more than one file needs.</summary>
public static class ElfConstants
{
    /// <summary>ET_EXEC.</summary>
    public const int TypeExecutable = 2;

    /// <summary>ET_DYN.</summary>
    public const int TypeShared = 3;

    /// <summary>ET_CORE.</summary>
    public const int TypeCore = 4;

    /// <summary>EM_386.</summary>
    public const int Machine386 = 3;

    /// <summary>EM_X86_64.</summary>
    public const int MachineAmd64 = 62;

    /// <summary>PT_LOAD.</summary>
    public const uint SegmentLoad = 1;

    /// <summary>PT_NOTE.</summary>
    public const uint SegmentNote = 4;

    /// <summary>PN_XNUM: the number of program headers is in section header 0 (sh_info).</summary>
    public const int ExtendedSegmentCount = 0xffff;

    /// <summary>SHN_XINDEX: the index does not fit 16 bits and is elsewhere.</summary>
    public const int ExtendedSectionIndex = 0xffff;

    /// <summary>SHN_ABS: the value is no address in a section.</summary>
    public const int AbsoluteIndex = 0xfff1;

    /// <summary>SHT_NULL.</summary>
    public const uint SectionNull = 0;

    /// <summary>SHT_SYMTAB.</summary>
    public const uint SectionSymbols = 2;

    /// <summary>SHT_NOTE.</summary>
    public const uint SectionNote = 7;

    /// <summary>SHT_NOBITS.</summary>
    public const uint SectionNobits = 8;

    /// <summary>SHT_DYNSYM.</summary>
    public const uint SectionDynamicSymbols = 11;

    /// <summary>SHF_ALLOC.</summary>
    public const ulong FlagAlloc = 2;

    /// <summary>SHF_EXECINSTR.</summary>
    public const ulong FlagExecute = 4;

    /// <summary>SHF_COMPRESSED.</summary>
    public const ulong FlagCompressed = 0x800;
}
