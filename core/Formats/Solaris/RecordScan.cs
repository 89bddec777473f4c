using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// One pass over the packed pages of a vmdump or dump device. They are a chain of records, each led by a word (illumos: usr/src/uts/common/os/dumpsubr.c,
/// DUMP_SET_TAG, DUMP_SET_CSIZE): 12 bits of tag, 20 bits of size. Tag 0 is one page, a word of 0 the end; any other tag is a block of that stream.
/// </summary>
internal sealed class RecordScan
{
    /// <summary>What the size in a record's word can state at most.</summary>
    public const int MostSize = (1 << SizeBits) - 1;

    private const int SizeBits = 20;

    /// <summary>Records in a row that make a place in the middle of the data a place where records begin.</summary>
    private const int ChainProof = 6;

    /// <summary>Times that the chain is taken up again behind damage.</summary>
    private const int MostGaps = 1000;

    private const long ProgressBytes = 64 << 20;

    private readonly IByteSource _file;
    private readonly SequentialBytes _bytes;
    private readonly PackedLayout _layout;
    private readonly byte[] _page;

    private RecordScan(IByteSource file, PackedLayout layout)
    {
        _file = file;
        _bytes = new SequentialBytes(file);
        _layout = layout;
        _page = new byte[layout.PageSize];
    }

    /// <summary>The pages of tag 0 in order: where their bytes are, and how many.</summary>
    public List<(long Offset, int Size)> Pages { get; } = [];

    /// <summary>The blocks of each tag, in order.</summary>
    public SortedDictionary<int, List<(long Offset, int Size)>> Blocks { get; } = [];

    /// <summary>Numbers of the pages (in <see cref="Pages"/>) before which records were lost.</summary>
    public List<int> Gaps { get; } = [];

    /// <summary>For each loss and each tag that was met before it, how many blocks of the tag came before it: a block may be among what was lost.</summary>
    public HashSet<(int Tag, int Block)> BlockGaps { get; } = [];

    /// <summary>Whether it ended with the word that ends the data, or with the last page of a dump that has none.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether it ended because the file does.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What was wrong, a clause each.</summary>
    public List<string> Damage { get; } = [];

    /// <summary>The tag in a record's word.</summary>
    public static int TagOf(uint word) => (int)(word >> SizeBits);

    /// <summary>Goes along the chain.</summary>
    public static RecordScan Run(IByteSource file, PackedLayout layout, IProgress<string>? progress, CancellationToken cancel)
    {
        var scan = new RecordScan(file, layout);
        scan.Run(progress, cancel);
        return scan;
    }

    private void Run(IProgress<string>? progress, CancellationToken cancel)
    {
        long at = _layout.Data, told = at;
        while (at >= 0)
        {
            if (at - told >= ProgressBytes)
            {
                progress?.Report($"indexing the dump's pages: {(at - _layout.Data) * 100 / Math.Max(1, _layout.DataEnd - _layout.Data)}%");
                told = at;
            }

            cancel.ThrowIfCancellationRequested();
            at = Step(at);
        }
    }

    /// <summary>Takes one record; returns where the next is, or -1 at the end.</summary>
    private long Step(long at)
    {
        if (_layout.IsOld && (ulong)Pages.Count >= _layout.Pages)
        {
            IsWhole = true;
            return -1;
        }

        if (!_bytes.TryWord(at, out uint word) || at + 4 > _layout.DataEnd)
        {
            IsCut = true;
            return -1;
        }

        if (word == 0 && !_layout.IsOld)
        {
            IsWhole = true;
            return -1;
        }

        if (!IsRecord(word, out int tag, out int size)) return Resume(at, word);
        long next = at + 4 + size;
        if (next > _layout.DataEnd)
        {
            IsCut = true;
            return -1;
        }

        if (tag == 0)
        {
            if ((ulong)Pages.Count >= _layout.MostPages)
            {
                Damage.Add($"there are more than {_layout.MostPages} pages");
                return -1;
            }

            Pages.Add((at + 4, size));
            return next;
        }

        if (!Blocks.TryGetValue(tag, out var blocks)) Blocks.Add(tag, blocks = []);
        blocks.Add((at + 4, size));
        return next;
    }

    private bool IsRecord(uint word, out int tag, out int size)
    {
        tag = TagOf(word);
        size = (int)(word & MostSize);
        return size > 0 && (tag == 0 ? size <= _layout.PageSize : !_layout.IsOld && tag <= _layout.Packing.Streams && size <= _layout.Packing.MostBlockBytes);
    }

    /// <summary>Finds where the chain goes on behind a word that cannot be: the next place within a record's length where several records follow each other.</summary>
    private long Resume(long at, uint word)
    {
        Damage.Add($"the record at byte {at} has the word {AddressText.Hex(word)}, which cannot be");
        if (Gaps.Count >= MostGaps) return -1;
        bool streams = Blocks.Count > 0 || _layout.Packing.Level > 0;
        long last = Math.Min(_layout.DataEnd - 4, at + 4 + (streams ? _layout.Packing.MostBlockBytes : _layout.PageSize));
        for (long from = at + 5; from <= last; from++)
        {
            if (!IsChain(from, streams)) continue;
            Gaps.Add(Pages.Count);
            foreach (var (tag, blocks) in Blocks) BlockGaps.Add((tag, blocks.Count));
            return from;
        }

        return -1;
    }

    /// <summary>
    /// Whether records begin at a place. Inside a block of lzjb pages there are words that look like pages without a tag, so where there are streams such pages
    /// count only if nothing else comes up to the end.
    /// </summary>
    private bool IsChain(long at, bool streams)
    {
        if (!_bytes.TryWord(at, out uint word) || !IsRecord(word, out int firstTag, out int firstSize)) return false;
        long next = at;
        bool tail = streams && firstTag == 0;
        for (int i = 0; tail || i < ChainProof; i++)
        {
            if (!_bytes.TryWord(next, out word) || next + 4 > _layout.DataEnd) return false;
            if (word == 0 && i > 0 && !_layout.IsOld) break;
            if (!IsRecord(word, out int tag, out int size) || (tail && tag != 0)) return false;
            next += 4 + size;
            if (next > _layout.DataEnd) return false;
        }

        return firstTag != 0 || Unpacks(at + 4, firstSize);
    }

    private bool Unpacks(long at, int size)
    {
        byte[] packed = new byte[size];
        return _file.TryRead((ulong)at, packed) && Lzjb.TryUnpack(packed, _page);
    }
}
