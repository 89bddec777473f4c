namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// The dump header, <c>dumphdr_t</c> (illumos: usr/src/uts/common/sys/dumphdr.h). Offsets are bytes in the dump's file, sizes are bytes unless their name says
/// pages; text is cut at its NUL.
/// </summary>
public sealed record DumpHeader
{
    /// <summary><c>dump_version</c>.</summary>
    public required uint Version { get; init; }

    /// <summary><c>dump_flags</c>.</summary>
    public required DumpFlags Flags { get; init; }

    /// <summary><c>dump_wordsize</c>: 32 or 64 bits.</summary>
    public required int WordSize { get; init; }

    /// <summary>Bytes of a pointer, a <c>long</c> and a page frame number: 4 or 8.</summary>
    public int WordBytes => WordSize / 8;

    /// <summary><c>dump_start</c>.</summary>
    public required long Start { get; init; }

    /// <summary><c>dump_ksyms</c>.</summary>
    public required long Ksyms { get; init; }

    /// <summary><c>dump_pfn</c>.</summary>
    public required long Pfn { get; init; }

    /// <summary><c>dump_map</c>.</summary>
    public required long Map { get; init; }

    /// <summary><c>dump_data</c>.</summary>
    public required long Data { get; init; }

    /// <summary><c>dump_utsname.sysname</c>.</summary>
    public required string Sysname { get; init; }

    /// <summary><c>dump_utsname.nodename</c>.</summary>
    public required string Nodename { get; init; }

    /// <summary><c>dump_utsname.release</c>.</summary>
    public required string Release { get; init; }

    /// <summary><c>dump_utsname.version</c>.</summary>
    public required string KernelVersion { get; init; }

    /// <summary><c>dump_utsname.machine</c>.</summary>
    public required string Machine { get; init; }

    /// <summary><c>dump_platform</c>: <c>i86pc</c>, <c>i86xpv</c>.</summary>
    public required string Platform { get; init; }

    /// <summary><c>dump_panicstring</c>, cut by the kernel at 200 bytes; empty for a live dump.</summary>
    public required string PanicString { get; init; }

    /// <summary><c>dump_crashtime</c>; null where the number is no time.</summary>
    public DateTimeOffset? CrashTime { get; init; }

    /// <summary><c>dump_pageshift</c>.</summary>
    public required int PageShift { get; init; }

    /// <summary><c>dump_pagesize</c>: bytes.</summary>
    public required int PageSize { get; init; }

    /// <summary><c>dump_hashmask</c>: slots of the map less one.</summary>
    public required ulong HashMask { get; init; }

    /// <summary><c>dump_nvtop</c>: translations.</summary>
    public required ulong Translations { get; init; }

    /// <summary><c>dump_npages</c>: pages of data.</summary>
    public required ulong Pages { get; init; }

    /// <summary><c>dump_ksyms_size</c>.</summary>
    public required ulong KsymsSize { get; init; }

    /// <summary><c>dump_ksyms_csize</c>: as stored.</summary>
    public required ulong KsymsStoredSize { get; init; }

    /// <summary><c>dump_fm_panic</c>: the fault manager asked for the panic. False before version 10.</summary>
    public bool FaultManagerPanic { get; init; }

    /// <summary><c>dump_uuid</c>; null before version 10 and where it is empty.</summary>
    public string? Uuid { get; init; }
}

/// <summary><c>dump_flags</c>.</summary>
[Flags]
public enum DumpFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>DF_VALID: not yet saved.</summary>
    Valid = 1,

    /// <summary>DF_COMPLETE: all pages are there.</summary>
    Complete = 2,

    /// <summary>DF_LIVE: taken of a running system.</summary>
    Live = 4,

    /// <summary>DF_COMPRESSED: the data are still compressed.</summary>
    Compressed = 8,

    /// <summary>DF_KERNEL: kernel pages only.</summary>
    Kernel = 0x10000,

    /// <summary>DF_ALL: every page of the machine.</summary>
    All = 0x20000,

    /// <summary>DF_CURPROC: the kernel's pages and one process's.</summary>
    CurrentProcess = 0x40000,
}
