namespace XenDumpAdapter.Core.Primitives;

/// <summary>
/// Every maximum in one place. A number from a file that exceeds its limit is refused or cut with a diagnostic that names the limit;
/// the limits are far above what real dumps hold.
/// </summary>
public static class DumpLimits
{
    /// <summary>Repeats of one diagnostic id that are kept.</summary>
    public const int DiagnosticsPerId = 8;

    /// <summary>Program headers of an ELF file.</summary>
    public const int ElfProgramHeaders = 4_000_000;

    /// <summary>Section headers of an ELF file.</summary>
    public const int ElfSections = 1_000_000;

    /// <summary>Bytes of the table of section names.</summary>
    public const int ElfNameBytes = 16 << 20;

    /// <summary>Characters of one section's or note's name.</summary>
    public const int ElfNameLength = 4096;

    /// <summary>Symbols of one symbol table.</summary>
    public const int ElfSymbols = 20_000_000;

    /// <summary>Bytes of one note segment or section.</summary>
    public const int NoteBytes = 64 << 20;

    /// <summary>Notes of a file.</summary>
    public const int Notes = 100_000;

    /// <summary>Bytes of one debug section, decompressed.</summary>
    public const int DebugSectionBytes = 1 << 30;

    /// <summary>Physical CPUs of a machine (Xen: NR_CPUS is at most 4095).</summary>
    public const int Cpus = 4096;

    /// <summary>Domains that a walk of the domain list visits.</summary>
    public const int Domains = 33_000;

    /// <summary>vcpus of one domain (Xen: MAX_VIRT_CPUS is 8192).</summary>
    public const int VcpusPerDomain = 8192;

    /// <summary>Frames of one stack.</summary>
    public const int Frames = 2000;

    /// <summary>Bytes of a string in the dump's memory.</summary>
    public const int StringBytes = 1 << 16;

    /// <summary>Bytes of the console ring that are read.</summary>
    public const int ConsoleBytes = 16 << 20;

    /// <summary>Instructions that the analysis of one function visits.</summary>
    public const int AnalysedInstructions = 20_000;

    /// <summary>Nesting of DIEs, types and expressions.</summary>
    public const int Nesting = 200;

    /// <summary>Characters of an expression that a user types.</summary>
    public const int ExpressionCharacters = 4096;

    /// <summary>Bytes that one command reads and shows.</summary>
    public const int ShownBytes = 16 << 20;

    /// <summary>Instructions that one command shows.</summary>
    public const int ShownInstructions = 100_000;

    /// <summary>Operations of one DWARF expression.</summary>
    public const int ExpressionSteps = 10_000;

    /// <summary>Numbers on the stack of a DWARF expression, and pieces of its answer.</summary>
    public const int ExpressionDepth = 1024;

    /// <summary>Bytes (or bits) of one piece of a value, and of a value in pieces.</summary>
    public const int PieceBytes = 1 << 16;

    /// <summary>Abbreviations of one DWARF unit.</summary>
    public const int DwarfAbbreviations = 200_000;

    /// <summary>Attributes of one DWARF entry.</summary>
    public const int DwarfAttributes = 1000;

    /// <summary>Members of a struct, constants of an enumeration, dimensions of an array.</summary>
    public const int Members = 100_000;

    /// <summary>Entries of a range or location list.</summary>
    public const int DwarfListEntries = 200_000;

    /// <summary>Runs of code of all functions of one DWARF unit.</summary>
    public const int DwarfFunctionRanges = 1_000_000;

    /// <summary>Rows of one unit's line table.</summary>
    public const int DwarfLineRows = 8_000_000;

    /// <summary>Directories and files of one line program.</summary>
    public const int DwarfLineFiles = 200_000;

    /// <summary>Number of a register column in call frame information.</summary>
    public const int CfiRegisters = 1024;

    /// <summary>Rows that DW_CFA_remember_state keeps.</summary>
    public const int CfiSavedStates = 64;

    /// <summary>Lines of one value that is written over several lines.</summary>
    public const int ValueLines = 100_000;

    /// <summary>Machine frames of a compressed dump: 256 TB in pages of 4 KB.</summary>
    public const ulong MachineFrames = 1UL << 36;

    /// <summary>Records of a flattened stream.</summary>
    public const int FlattenedRecords = 50_000_000;

    /// <summary>Bytes of machine pages that are kept in memory.</summary>
    public const int PageCacheBytes = 16 << 20;

    /// <summary>Bytes of one page of a compressed dump (block size).</summary>
    public const int PageBytes = 1 << 16;

    /// <summary>Pages of a Solaris dump: 16 TB in pages of 4 KB, so that a page's number fits 32 bits.</summary>
    public const ulong SolarisPages = uint.MaxValue;

    /// <summary>Translations of a Solaris dump that an index takes in, or that a listing of its address spaces looks at.</summary>
    public const long SolarisTranslations = 64 << 20;

    /// <summary>Address spaces of a Solaris dump.</summary>
    public const int SolarisAddressSpaces = 1 << 16;

    /// <summary>Nodes of one chain of a vmcore's map that are followed; past them an index of all translations is made. As many slots as translations make short chains.</summary>
    public const int SolarisChain = 256;

    /// <summary>Entries of an unsorted table of page frame numbers that an index takes in.</summary>
    public const long SolarisFrameIndex = 16 << 20;

    /// <summary>Bytes of the symbol image in a Solaris dump.</summary>
    public const int SolarisKsymsBytes = 256 << 20;

    /// <summary>Modules of a kernel.</summary>
    public const int Modules = 10_000;

    /// <summary>Bytes of the symbol table, or of its names, that a kernel keeps of one module.</summary>
    public const int ModuleSymbolBytes = 64 << 20;

    /// <summary>Bytes of one module's type data, as it stands in memory.</summary>
    public const int ModuleTypeBytes = 64 << 20;

    /// <summary>Bytes of one CTF container, inflated. The largest kernels' are below 2 MB.</summary>
    public const int CtfBytes = 64 << 20;

    /// <summary>Types of one CTF container of version 3; those of versions 1 and 2 have no number beyond 32,767.</summary>
    public const int CtfTypes = 2_000_000;

    /// <summary>Labels of one CTF container.</summary>
    public const int CtfLabels = 1000;

    /// <summary>Threads of a kernel.</summary>
    public const int KernelThreads = 1_000_000;

    /// <summary>Processes of a kernel.</summary>
    public const int KernelProcesses = 1_000_000;

    /// <summary>Priorities of a kernel's dispatch queue.</summary>
    public const int Priorities = 1024;

    /// <summary>Messages of a kernel's log.</summary>
    public const int LogMessages = 100_000;

    /// <summary>Bytes of one message of a kernel's log (illumos: LOG_MSGSIZE is 1024).</summary>
    public const int LogMessageBytes = 8192;

    /// <summary>Bytes of a panic's message.</summary>
    public const int PanicTextBytes = 8192;

    /// <summary>Arguments of one function; CTF's version 2 has room for so many.</summary>
    public const int Arguments = 1023;

    /// <summary>Entries of page tables that a listing of what they map looks at: 64 GB of small pages, or any machine in large ones.</summary>
    public const int ListedMappings = 16 << 20;

    /// <summary>Segments of one address space of a kernel.</summary>
    public const int KernelSegments = 1_000_000;

    /// <summary>Items of a list or tree that a command walks.</summary>
    public const int ListItems = 10_000_000;

    /// <summary>Lines that <c>! sort</c> holds.</summary>
    public const int SortedLines = 2_000_000;
}
