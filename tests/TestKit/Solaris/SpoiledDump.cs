using System.Buffers.Binary;

namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>A dump in work.</summary>
internal sealed class SpoiledDump(SolarisDumpFile file, int word, Random random)
{
    public byte[] Bytes { get; set; } = file.Bytes.ToArray();

    public int Word => word;

    public Random Random => random;

    public bool IsVmcore { get; } = !file.Parts.Any(p => p.Name == "end header");

    public SolarisDumpPart this[string name] => file[name];

    public List<SolarisDumpPart> Sections { get; } = [.. file.Parts.Where(p => p.Name is "ksyms" or "pfn" or "map" or "data")];

    public List<SolarisDumpPart> Records { get; } = [.. file.Parts.Where(p => p.Name is "page" or "end" || p.Name.StartsWith("stream ", StringComparison.Ordinal))];

    /// <summary>Any part; of the records, of which there are many, not more often than of others.</summary>
    public SolarisDumpPart AnyPart()
    {
        List<SolarisDumpPart> parts = [.. file.Parts.Where(p => p.Length > 0).Except(Records)];
        if (Records.Count > 0) parts.Add(OneOf(Records));
        return OneOf(parts);
    }

    public SolarisDumpPart? AnyRecord() => Records.Count == 0 ? null : OneOf(Records);

    public T OneOf<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    public long Within(SolarisDumpPart part, int size) => part.Offset + random.NextInt64(Math.Max(1, part.Length - size + 1));

    public bool IsBzip2(SolarisDumpPart record) => record.Length > 70 && Bytes.AsSpan((int)record.Offset + 4).StartsWith("BZh"u8);

    public int Find(ReadOnlySpan<byte> text)
    {
        var starts = new List<int>();
        for (int at = 0; Bytes.AsSpan(at).IndexOf(text) is >= 0 and var next; at = starts[^1] + 1) starts.Add(at + next);
        return starts.Count == 0 ? -1 : OneOf(starts);
    }

    public ulong Number(long at, int size)
    {
        Span<byte> whole = stackalloc byte[8];
        whole.Clear();
        if (at >= 0 && at + size <= Bytes.Length) Bytes.AsSpan((int)at, size).CopyTo(whole);
        return BinaryPrimitives.ReadUInt64LittleEndian(whole);
    }

    public void Number(long at, int size, ulong value)
    {
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(whole, value);
        if (at >= 0 && at + size <= Bytes.Length) whole[..size].CopyTo(Bytes.AsSpan((int)at));
    }

    /// <summary>Mostly in both headers, so that they still agree.</summary>
    public void InHeaders(long at, int size, ulong value)
    {
        Number(this["header"].Offset + at, size, value);
        if (!IsVmcore && random.Next(5) != 0) Number(this["end header"].Offset + at, size, value);
    }

    /// <summary>What no honest writer would put where a value stands.</summary>
    public ulong Absurd(ulong value, int size) => unchecked(random.Next(12) switch
    {
        0 => 0,
        1 => 1,
        2 => ulong.MaxValue,
        3 => 1UL << ((size * 8) - 1),
        4 => (1UL << ((size * 8) - 1)) - 1,
        5 => value + 1,
        6 => value - 1,
        7 => value * 2,
        8 => value << 12,
        9 => (ulong)Bytes.Length,
        10 => value ^ (1UL << random.Next(size * 8)),
        _ => (ulong)random.NextInt64(),
    });
}
