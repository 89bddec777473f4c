namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>How the data area of a device or vmdump is packed: <c>dump_clevel</c>, and how each page is.</summary>
public enum SolarisCodec
{
    /// <summary>Page after page, each stored as it is.</summary>
    Raw,

    /// <summary>Page after page, lzjb.</summary>
    Lzjb,

    /// <summary>Several streams of lzjb pages, in blocks, interleaved.</summary>
    ParallelLzjb,

    /// <summary>Several bzip2 streams, cut into blocks, interleaved.</summary>
    ParallelBzip2,
}

/// <summary>A message of the device's message area: <c>log_ctl_t</c> and the text.</summary>
public readonly record struct SolarisMessage(string Text, int Sequence = 1, int Time = 1_180_000_000, int Priority = 0x88);

/// <summary>What a dump says of itself and how it is laid out: fields of <c>dumphdr_t</c> (usr/src/uts/common/sys/dumphdr.h) and the writer's choices.</summary>
public sealed record SolarisDumpSettings
{
    public const uint Valid = 1, Complete = 2, Live = 4, Compressed = 8, KernelPages = 0x10000, AllPages = 0x20000, CurrentProcess = 0x40000;

    /// <summary>dump_version: 9 ends with dump_ksyms_csize; 10 adds dump_fm_panic and dump_uuid. 8 is written like 9, 11 like 10.</summary>
    public uint Version { get; init; } = 10;

    /// <summary>One of the content flags.</summary>
    public uint Content { get; init; } = KernelPages;

    /// <summary>DF_LIVE.</summary>
    public bool IsLive { get; init; }

    /// <summary>DF_COMPLETE is left clear.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>Flags beside those.</summary>
    public uint MoreFlags { get; init; }

    public string SystemName { get; init; } = "SunOS";

    public string NodeName { get; init; } = "testhost";

    public string Release { get; init; } = "5.11";

    public string SystemVersion { get; init; } = "kit_1";

    public string Machine { get; init; } = "i86pc";

    public string Platform { get; init; } = "i86pc";

    /// <summary>dump_panicstring; cut to 200 bytes.</summary>
    public string PanicString { get; init; } = "";

    /// <summary>Seconds since 1970.</summary>
    public long CrashTime { get; init; } = 1_180_000_000;

    public uint FmPanic { get; init; }

    public string Uuid { get; init; } = "00c0ffee-0000-4000-8000-000000000001";

    /// <summary>SPARC's byte order. Only the numbers of the carrier are written so.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>How device and vmdump pack pages.</summary>
    public SolarisCodec Codec { get; init; } = SolarisCodec.Lzjb;

    /// <summary>Streams of the parallel codecs.</summary>
    public int Streams { get; init; } = 2;

    /// <summary>Pages that a stream header announces at most; the kernel takes 1024.</summary>
    public int GroupPages { get; init; } = 1024;

    /// <summary>Bytes of a block at most; the kernel takes 131068.</summary>
    public int BlockBytes { get; init; } = 131068;

    /// <summary>Groups after which a bzip2 stream ends and another begins; 0 for one stream a tag.</summary>
    public int GroupsPerBzip2 { get; init; }

    /// <summary>False for a dump from before 2009-10: neither data header nor terminator nor DF_COMPRESSED.</summary>
    public bool HasDataHeader { get; init; } = true;

    /// <summary>Text after the device's data header.</summary>
    public string Metrics { get; init; } = "";

    public IReadOnlyList<SolarisMessage> Messages { get; init; } = [];

    /// <summary>Error reports: packed lists of any bytes.</summary>
    public IReadOnlyList<byte[]> ErrorReports { get; init; } = [];

    /// <summary>The stack summary; written if not empty.</summary>
    public string Summary { get; init; } = "";

    /// <summary>True: the dump begins 64 KB into the device; false: a fifth of the device in, as on a swap device.</summary>
    public bool IsDedicatedDevice { get; init; } = true;

    /// <summary>Bytes of the device that are no multiple of 64 KB.</summary>
    public int DeviceExcess { get; init; }

    /// <summary>dump_start as vmcore.N keeps it.</summary>
    public long Start { get; init; }

    /// <summary>vmcore.N ends at its last page that is not zero, as a savecore that leaves holes does it.</summary>
    public bool EndsEarly { get; init; }
}
