using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Kdump;

/// <summary>
/// The two headers of a compressed kdump (makedumpfile: diskdump_mod.h, <c>disk_dump_header</c> and <c>kdump_sub_header</c>). They are written as the
/// C structures of the machine that dumps: a 64-bit one pads <c>timestamp</c> to eight bytes and has eight-byte longs, so the fields from <c>status</c> on
/// stand at 424, on a 32-bit machine at 412. See FORMAT.md.
/// </summary>
internal sealed record KdumpHeader
{
    private const int VersionAt = 8;
    private const int MachineAt = 12 + (4 * 65);
    private const int StatusAt64 = 424;
    private const int StatusAt32 = 412;

    /// <summary>Bytes of the main header that are read.</summary>
    private const int Bytes = 464;

    /// <summary>header_version: 0 to 6 are known.</summary>
    public int Version { get; private init; }

    /// <summary>utsname.machine of the kernel that wrote it: <c>x86_64</c>, <c>i686</c>.</summary>
    public string Machine { get; private init; } = "";

    /// <summary>status: the compression that was asked for, and flags (<see cref="PageCodec"/>).</summary>
    public uint Status { get; private init; }

    /// <summary>block_size: bytes of a block, and of a page.</summary>
    public int BlockSize { get; private init; }

    /// <summary>Where the bitmaps start.</summary>
    public ulong BitmapOffset { get; private init; }

    /// <summary>Bytes of both bitmaps.</summary>
    public ulong BitmapBytes { get; private init; }

    /// <summary>One past the highest frame (max_mapnr, max_mapnr_64).</summary>
    public ulong FrameLimit { get; private init; }

    /// <summary>Whether longs are eight bytes.</summary>
    public bool Is64 { get; private init; }

    /// <summary>dump_level: which kinds of pages were left out.</summary>
    public int DumpLevel { get; private init; }

    /// <summary>Whether this is one of several files.</summary>
    public bool IsSplit { get; private init; }

    /// <summary>Where the notes are, and their bytes; 0 where there are none.</summary>
    public (ulong Offset, ulong Length) Notes { get; private init; }

    /// <summary>Where VMCOREINFO is; 0 where there is none.</summary>
    public (ulong Offset, ulong Length) VmcoreInfo { get; private init; }

    /// <summary>Where the page descriptors start.</summary>
    public ulong DescriptorOffset => BitmapOffset + BitmapBytes;

    /// <summary>Reads both headers.</summary>
    /// <exception cref="DumpFormatException">They are cut off or make no sense.</exception>
    public static KdumpHeader Read(IByteSource file)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        int got = file.Read(0, bytes);
        if (got < StatusAt64 + 20)
            throw new DumpFormatException($"{file.Name} ends inside its kdump header, after {file.Length} bytes; copy the whole file.");
        bytes = bytes[..got];
        bool? is64 = LooksValid(bytes, StatusAt64) ? true : LooksValid(bytes, StatusAt32) ? false : null;
        if (is64 is null)
        {
            bool bigEndian = bytes[VersionAt] == 0 && bytes[VersionAt + 3] != 0;
            throw new DumpFormatException($"{file.Name} has a kdump header {(bigEndian ? "of a big-endian machine, which is not supported" : "that makes no sense (block size); the file is damaged")}.");
        }

        var main = new SpanReader(bytes);
        main.TrySeek(VersionAt);
        main.TryReadU32(out uint version);
        main.TrySeek(MachineAt);
        main.TryReadCString(out string machine);
        main.TrySeek(is64.Value ? StatusAt64 : StatusAt32);
        main.TryReadU32(out uint status);
        main.TryReadU32(out uint blockSize);
        main.TryReadU32(out uint subBlocks);
        main.TryReadU32(out uint bitmapBlocks);
        main.TryReadU32(out uint frames);
        var header = new KdumpHeader
        {
            Version = (int)Math.Min(version, int.MaxValue),
            Machine = machine,
            Status = status,
            BlockSize = (int)blockSize,
            BitmapOffset = (1UL + subBlocks) * blockSize,
            BitmapBytes = (ulong)bitmapBlocks * blockSize,
            FrameLimit = frames,
            Is64 = is64.Value,
        };
        return header.WithSubHeader(file);
    }

    private static bool LooksValid(ReadOnlySpan<byte> bytes, int statusAt)
    {
        var reader = new SpanReader(bytes);
        return reader.TrySeek(statusAt + 4) && reader.TryReadU32(out uint blockSize) && reader.TryReadU32(out uint subBlocks) &&
            blockSize is >= 4096 and <= DumpLimits.PageBytes && (blockSize & (blockSize - 1)) == 0 && subBlocks is > 0 and < 1 << 20;
    }

    /// <summary>Each version of the header added fields at the end of the sub header; what an older one does not have is not looked at.</summary>
    private KdumpHeader WithSubHeader(IByteSource file)
    {
        Span<byte> bytes = stackalloc byte[104];
        int got = file.Read(BlockSize, bytes);
        var r = new SpanReader(bytes[..got]);
        int word = Is64 ? 8 : 4;
        r.TryReadUnsigned(word, out _);
        if (!r.TryReadU32(out uint level)) level = 0;
        uint split = 0;
        ulong infoOffset = 0, infoSize = 0, noteOffset = 0, noteSize = 0, frames = 0;
        if (Version >= 2 && r.TryReadU32(out split)) r.TrySkip(2 * word);
        if (Version >= 3 && r.TryReadU64(out infoOffset)) r.TryReadUnsigned(word, out infoSize);
        if (Version >= 4 && r.TryReadU64(out noteOffset)) r.TryReadUnsigned(word, out noteSize);
        if (Version >= 5) r.TrySkip(8 + word);
        if (Version >= 6 && r.TrySkip(16)) r.TryReadU64(out frames);
        return this with
        {
            DumpLevel = (int)(level & 0xffff),
            IsSplit = split != 0,
            VmcoreInfo = (infoOffset, infoSize),
            Notes = (noteOffset, noteSize),
            FrameLimit = frames != 0 ? frames : FrameLimit,
        };
    }
}
