using ICSharpCode.SharpZipLib.BZip2;

namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// Writes the data area of a device or vmdump (usr/src/uts/common/os/dumpsubr.c): records led by a word of tag and size, the streams' blocks first, then
/// Xen's pages without a tag, then a zero word. Where each record stands is left in <see cref="Records"/>.
/// </summary>
internal sealed class PageDataWriter(SolarisMemoryImage image, SolarisDumpSettings settings)
{
    private const int PageSize = SolarisMemoryImage.PageSize;
    private const int TagShift = 20;

    private readonly ByteWriter _data = new(settings.IsBigEndian);

    /// <summary>The records, the terminator among them; offsets from the start of the area.</summary>
    public List<SolarisDumpPart> Records { get; } = [];

    /// <summary>The area.</summary>
    public byte[] Build()
    {
        ulong[] pfns = [.. image.Pfns];
        int own = pfns.Count(p => !image.IsForeign(p));
        bool isParallel = settings.Codec is SolarisCodec.ParallelLzjb or SolarisCodec.ParallelBzip2;
        if (isParallel) Interleave([.. Enumerable.Range(0, settings.Streams).Select(stream => Blocks(Groups(pfns, own, stream)))]);
        foreach (ulong pfn in isParallel ? pfns[own..] : pfns)
            Record(0, settings.Codec == SolarisCodec.Raw ? image.Contents(pfn) : LzjbWriter.PackOrKeep(image.Contents(pfn)));
        if (settings.HasDataHeader) Record(0, []);
        return _data.ToArray();
    }

    private void Record(int tag, ReadOnlySpan<byte> bytes)
    {
        Records.Add(new SolarisDumpPart(tag == 0 ? bytes.IsEmpty ? "end" : "page" : $"stream {tag}", _data.Length, bytes.Length + 4));
        _data.U32(((uint)tag << TagShift) | (uint)bytes.Length).Bytes(bytes);
    }

    /// <summary>The groups of pages that a stream takes: every so many-th.</summary>
    private IEnumerable<(int First, ulong[] Pfns)> Groups(ulong[] pfns, int own, int stream)
    {
        for (int first = stream * settings.GroupPages; first < own; first += settings.Streams * settings.GroupPages)
            yield return (first, pfns[first..Math.Min(own, first + settings.GroupPages)]);
    }

    private Queue<byte[]> Blocks(IEnumerable<(int First, ulong[] Pfns)> groups) =>
        settings.Codec == SolarisCodec.ParallelLzjb ? LzjbBlocks(groups) : Bzip2Blocks([.. groups]);

    /// <summary>Nothing crosses the border of a block.</summary>
    private Queue<byte[]> LzjbBlocks(IEnumerable<(int First, ulong[] Pfns)> groups)
    {
        var blocks = new Queue<byte[]>();
        var block = new ByteWriter(settings.IsBigEndian);
        foreach (var (first, pfns) in groups)
        {
            Whole(StreamHeader(first, pfns.Length));
            foreach (ulong pfn in pfns)
            {
                byte[] page = LzjbWriter.PackOrKeep(image.Contents(pfn));
                Whole(new ByteWriter(settings.IsBigEndian).U32((uint)page.Length).Bytes(page).ToArray());
            }
        }

        if (block.Length > 0) blocks.Enqueue(block.ToArray());
        return blocks;

        void Whole(byte[] thing)
        {
            if (block.Length + thing.Length > settings.BlockBytes)
            {
                blocks.Enqueue(block.ToArray());
                block = new ByteWriter(settings.IsBigEndian);
            }

            block.Bytes(thing);
        }
    }

    /// <summary>Headers and pages as they are, packed together and cut anywhere.</summary>
    private Queue<byte[]> Bzip2Blocks((int First, ulong[] Pfns)[] groups)
    {
        var packed = new MemoryStream();
        int some = settings.GroupsPerBzip2 == 0 ? Math.Max(1, groups.Length) : settings.GroupsPerBzip2;
        foreach (var part in groups.Chunk(some))
        {
            using var stream = new BZip2OutputStream(packed, 1) { IsStreamOwner = false };
            foreach (var (first, pfns) in part)
            {
                stream.Write(StreamHeader(first, pfns.Length));
                foreach (ulong pfn in pfns) stream.Write(image.Contents(pfn));
            }
        }

        return new Queue<byte[]>(packed.ToArray().Chunk(settings.BlockBytes));
    }

    private byte[] StreamHeader(int first, int pages) =>
        new ByteWriter(settings.IsBigEndian).Text("StrmHdr").Number((ulong)first, image.WordBytes).Number((ulong)pages, image.WordBytes).ToArray();

    /// <summary>Blocks come in the order in which the helpers happen to fill them.</summary>
    private void Interleave(Queue<byte[]>[] streams)
    {
        var random = new Random(streams.Length);
        while (true)
        {
            int[] waiting = [.. Enumerable.Range(0, streams.Length).Where(i => streams[i].Count > 0)];
            if (waiting.Length == 0) return;
            int next = waiting[random.Next(waiting.Length)];
            Record(next + 1, streams[next].Dequeue());
        }
    }
}
