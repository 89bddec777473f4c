using System.IO.Compression;

namespace XenDumpAdapter.TestKit;

/// <summary>How a page of a kdump is packed; the flags of the format.</summary>
public enum KdumpMethod
{
    None = 0,
    Zlib = 1,
    Lzo = 2,
    Snappy = 4,
    Zstd = 0x20,
}

/// <summary>
/// Writes compressed kdumps: header block, sub header block, two bitmaps, page descriptors, notes, page data. Offsets of what a test may want to
/// spoil are left in the properties.
/// </summary>
public sealed class KdumpWriter(KdumpMethod method = KdumpMethod.Zlib, bool is64 = true)
{
    private readonly SortedDictionary<ulong, byte[]> _pages = [];
    private readonly SortedSet<ulong> _leftOut = [];

    public int BlockSize { get; set; } = 4096;

    public int Version { get; set; } = 6;

    public string Machine { get; set; } = is64 ? "x86_64" : "i686";

    public byte[] Notes { get; set; } = [];

    public string VmcoreInfo { get; set; } = "";

    public uint Split { get; set; }

    public uint ExtraStatus { get; set; }

    /// <summary>Frames that the bitmaps are for; 0 for one more than the highest.</summary>
    public ulong FrameLimit { get; set; }

    /// <summary>Where status stands.</summary>
    public int StatusAt => is64 ? 424 : 412;

    public int BitmapAt { get; private set; }

    public int DescriptorsAt { get; private set; }

    public int NotesAt { get; private set; }

    public KdumpWriter Page(ulong frame, byte[] contents)
    {
        _pages[frame] = contents;
        return this;
    }

    /// <summary>A page that the machine had and the dump leaves out.</summary>
    public KdumpWriter LeaveOut(ulong frame)
    {
        _leftOut.Add(frame);
        return this;
    }

    public byte[] Build()
    {
        ulong limit = Math.Max(FrameLimit, Math.Max(_pages.Keys.LastOrDefault(), _leftOut.LastOrDefault()) + 1);
        int bitmapBlocks = (int)((limit + 7) / 8 + (ulong)BlockSize - 1) / BlockSize;
        var w = new ByteWriter();
        MainHeader(w, limit, bitmapBlocks * 2);
        w.PadTo(BlockSize * 2);
        BitmapAt = w.Length;
        w.Bytes(Bitmap(bitmapBlocks, [.. _pages.Keys, .. _leftOut])).Bytes(Bitmap(bitmapBlocks, [.. _pages.Keys]));
        DescriptorsAt = w.Length;
        w.Zeros(_pages.Count * 24);
        NotesAt = w.Length;
        w.Bytes(Notes);
        int infoAt = w.Length;
        w.Text(VmcoreInfo, false);
        SubHeader(w, limit, infoAt);
        int index = 0;
        foreach (byte[] contents in _pages.Values)
        {
            var (flags, packed) = Pack(contents);
            int descriptor = DescriptorsAt + (index++ * 24);
            w.Patch(descriptor, (ulong)w.Length, 8).Patch(descriptor + 8, (ulong)packed.Length, 4).Patch(descriptor + 12, flags, 4);
            w.Bytes(packed);
        }

        return w.ToArray();
    }

    /// <summary>The stream that makedumpfile -F would write of a file, in pieces of <paramref name="piece"/> bytes, all-zero pieces left out.</summary>
    public static byte[] Flatten(byte[] file, int piece = 1000, bool endMarker = true)
    {
        var w = new ByteWriter(bigEndian: true).Text("makedumpfile").PadTo(16).U64(1).U64(1).PadTo(4096);
        for (int at = 0; at < file.Length; at += piece)
        {
            var bytes = file.AsSpan(at, Math.Min(piece, file.Length - at));
            if (bytes.ContainsAnyExcept((byte)0) || at + piece >= file.Length) w.U64((ulong)at).U64((ulong)bytes.Length).Bytes(bytes);
        }

        return (endMarker ? w.U64(ulong.MaxValue).U64(ulong.MaxValue) : w).ToArray();
    }

    private void MainHeader(ByteWriter w, ulong limit, int bitmapBlocks)
    {
        w.Text("KDUMP   ", false).U32((uint)Version);
        w.Text("Linux").PadTo(12 + (4 * 65)).Text(Machine).PadTo(StatusAt);
        w.U32((uint)method | ExtraStatus).U32((uint)BlockSize).U32(1).U32((uint)bitmapBlocks).U32((uint)Math.Min(limit, uint.MaxValue)).U32(0).U32(0).U32(0).U32(0).U32(1);
        w.PadTo(BlockSize);
    }

    private void SubHeader(ByteWriter w, ulong limit, int infoAt)
    {
        int word = is64 ? 8 : 4;
        var sub = new ByteWriter().Number(0, word).U32(31).U32(Split).Number(0, word).Number(0, word);
        sub.U64(VmcoreInfo.Length > 0 ? (ulong)infoAt : 0).Number((ulong)VmcoreInfo.Length, word);
        sub.U64(Notes.Length > 0 ? (ulong)NotesAt : 0).Number((ulong)Notes.Length, word);
        sub.U64(0).Number(0, word).U64(0).U64(0).U64(limit);
        byte[] bytes = sub.ToArray();
        for (int i = 0; i < bytes.Length; i++) w.Patch(BlockSize + i, bytes[i], 1);
    }

    private byte[] Bitmap(int blocks, ulong[] frames)
    {
        byte[] bitmap = new byte[blocks * BlockSize];
        foreach (ulong frame in frames) bitmap[frame / 8] |= (byte)(1 << (int)(frame % 8));
        return bitmap;
    }

    private (uint Flags, byte[] Bytes) Pack(byte[] contents)
    {
        byte[] packed = method switch
        {
            KdumpMethod.Zlib => Zlib(contents),
            KdumpMethod.Snappy => Snappier.Snappy.CompressToArray(contents),
            KdumpMethod.Zstd => Zstd(contents),
            KdumpMethod.Lzo => LzoWriter.Pack(contents),
            _ => contents,
        };
        return packed.Length < contents.Length ? ((uint)method, packed) : (0, contents);
    }

    private static byte[] Zlib(byte[] bytes)
    {
        var target = new MemoryStream();
        using (var stream = new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true)) stream.Write(bytes);
        return target.ToArray();
    }

    private static byte[] Zstd(byte[] bytes)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(bytes).ToArray();
    }
}
