using ICSharpCode.SharpZipLib.BZip2;

namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>A dump that has been spoiled, and how.</summary>
public sealed record SolarisMutation(string What, byte[] Bytes);

/// <summary>
/// Spoils dumps as broken disks and ill will do, from a seed: by the structures that a dump has (a cut in each, a lie in each number, chains that loop, tables
/// that changed places, records that say too much, blocks that expand without end) and by bytes alone.
/// </summary>
public static class SolarisMutations
{
    private static readonly Func<SpoiledDump, string?>[] ByStructure =
    [
        Cut, HeaderNumber, HeaderNumber, HeaderText, Chain, Chain, Slot, TradeSections, TradeFields, FrameNumbers,
        Record, Record, RecordBytes, StreamHeader, Bomb, Bzip2, SymbolTable, DataHeader, Fill, Copy,
    ];

    /// <summary>The file with a spoiled structure or, every fourth time, spoiled bytes; the same for the same seed.</summary>
    public static SolarisMutation Of(SolarisDumpFile file, int wordSize, int seed)
    {
        var dump = new SpoiledDump(file, wordSize / 8, new Random(seed));
        if (seed % 4 == 0) return new SolarisMutation(SomeBytes(dump), dump.Bytes);

        // A kind that this carrier has no structure for says null; another is tried.
        while (true)
        {
            var kind = ByStructure[dump.Random.Next(ByStructure.Length)];
            if (kind(dump) is not { } what) continue;
            if (dump.Random.Next(8) == 0) what += "; " + SomeBytes(dump);
            return new SolarisMutation(what, dump.Bytes);
        }
    }

    private static string SomeBytes(SpoiledDump dump)
    {
        var part = dump.Random.Next(3) == 0 ? new SolarisDumpPart("file", 0, dump.Bytes.Length) : dump.AnyPart();
        int count = 1 << dump.Random.Next(8);
        for (int i = 0; i < count; i++) dump.Number(dump.Within(part, 1), 1, (ulong)dump.Random.Next(256));
        return $"{count} bytes of {part.Name}";
    }

    private static string? Cut(SpoiledDump dump)
    {
        var part = dump.AnyPart();
        long at = dump.Random.Next(3) switch { 0 => part.Offset, 1 => part.Offset + part.Length - 1, _ => dump.Within(part, 1) };
        dump.Bytes = dump.Bytes[..(int)Math.Clamp(at, 0, dump.Bytes.Length)];
        return $"cut in {part.Name} at {at}";
    }

    private static string? HeaderNumber(SpoiledDump dump)
    {
        var fields = DumpHeaderWriter.Numbers(dump.Word * 8, 10);
        var field = dump.OneOf(fields);
        ulong value = dump.Absurd(dump.Number(dump["header"].Offset + field.Offset, (int)field.Length), (int)field.Length);
        dump.InHeaders(field.Offset, (int)field.Length, value);
        return $"{field.Name} = {value:x}";
    }

    private static string? HeaderText(SpoiledDump dump)
    {
        dump.Bytes.AsSpan((int)dump["header"].Offset + 56, 1742).Fill((byte)dump.Random.Next(1, 256));
        return "texts without an end";
    }

    private static string? Chain(SpoiledDump dump)
    {
        if (!dump.IsVmcore) return null;
        var map = dump["map"];
        int size = VmcoreWriter.SlotBytes(dump.Word * 8), count = (int)(map.Length / size);
        int turns = 1 + dump.Random.Next(count);
        int kind = dump.Random.Next(6);
        for (int i = 0; i < turns; i++)
        {
            long slot = map.Offset + (dump.Random.Next(count) * size), other = map.Offset + (dump.Random.Next(count) * size);
            ulong target = unchecked((ulong)(kind switch { 0 => slot, 1 => other, 2 => other + 4, 3 => map.Offset + map.Length, 4 => dump.Bytes.Length + 8, _ => long.MinValue }));
            dump.Number(slot + (dump.Random.Next(2) * 8), 8, target);
            if (kind == 1) dump.Number(other + 8, 8, (ulong)slot);
        }

        return $"{turns} links of kind {kind}";
    }

    private static string? Slot(SpoiledDump dump)
    {
        var map = dump["map"];
        int field = dump.IsVmcore ? 8 : dump.Word;
        for (int i = 0; i < 8; i++)
        {
            long at = map.Offset + (dump.Random.NextInt64(Math.Max(1, map.Length / field)) * field);
            dump.Number(at, field, dump.Absurd(dump.Number(at, field), field));
        }

        return "fields of the map";
    }

    private static string? TradeSections(SpoiledDump dump)
    {
        var one = dump.OneOf(dump.Sections);
        var other = dump.OneOf(dump.Sections);
        int length = (int)Math.Min(one.Length, other.Length);
        byte[] bytes = dump.Bytes.AsSpan((int)one.Offset, length).ToArray();
        dump.Bytes.AsSpan((int)other.Offset, length).CopyTo(dump.Bytes.AsSpan((int)one.Offset));
        bytes.CopyTo(dump.Bytes, other.Offset);
        return $"{one.Name} and {other.Name} trade places";
    }

    private static string? TradeFields(SpoiledDump dump)
    {
        long header = dump["header"].Offset, one = 16 + (8 * dump.Random.Next(5)), other = 16 + (8 * dump.Random.Next(5));
        ulong a = dump.Number(header + one, 8), b = dump.Number(header + other, 8);
        dump.InHeaders(one, 8, b);
        dump.InHeaders(other, 8, a);
        return $"offsets at {one} and {other} of the header trade places";
    }

    private static string? FrameNumbers(SpoiledDump dump)
    {
        var table = dump["pfn"];
        int count = (int)(table.Length / dump.Word), kind = dump.Random.Next(4);
        for (int i = 0; i < count; i++)
        {
            long at = table.Offset + (i * dump.Word);
            dump.Number(at, dump.Word, kind switch { 0 => 0, 1 => ulong.MaxValue, 2 => (ulong)(count - i), _ => (ulong)dump.Random.NextInt64() });
        }

        return $"frame numbers of kind {kind}";
    }

    private static string? Record(SpoiledDump dump)
    {
        if (dump.AnyRecord() is not { } record) return null;
        uint word = (uint)dump.Number(record.Offset, 4);
        uint wrong = dump.Random.Next(8) switch
        {
            0 => 0,
            1 => uint.MaxValue,
            2 => word | 0xfffff,
            3 => word ^ (1u << 20),
            4 => word | 0xfff00000,
            5 => unchecked(word + 1),
            6 => (word & 0xfff00000) | 1,
            _ => (uint)dump.Random.NextInt64(uint.MaxValue),
        };
        dump.Number(record.Offset, 4, wrong);
        return $"record {record.Name} at {record.Offset} says {wrong:x}";
    }

    private static string? RecordBytes(SpoiledDump dump)
    {
        if (dump.AnyRecord() is not { } record) return null;
        for (int i = 0; i < 16; i++) dump.Number(dump.Within(record, 1), 1, (ulong)dump.Random.Next(256));
        return $"bytes of record {record.Name} at {record.Offset}";
    }

    private static string? StreamHeader(SpoiledDump dump)
    {
        int at = dump.Find("StrmHdr\0"u8);
        if (at < 0) return null;
        int field = dump.Random.Next(3);
        ulong value = dump.Absurd(dump.Number(at + 8, dump.Word), dump.Word);
        if (field == 0) dump.Number(at + dump.Random.Next(8), 1, 0x58);
        else dump.Number(at + 8 + ((field - 1) * dump.Word), dump.Word, value);
        return $"field {field} of the stream header at {at} = {value:x}";
    }

    /// <summary>Copies of copies where a page should be, or a bzip2 stream of a gigabyte.</summary>
    private static string? Bomb(SpoiledDump dump)
    {
        if (dump.AnyRecord() is not { } record || record.Length < 100) return null;
        if (record.Name != "page" && dump.IsBzip2(record))
        {
            byte[] bomb = Bzip2Bomb.Value.AsSpan(0, (int)Math.Min(record.Length - 4, Bzip2Bomb.Value.Length)).ToArray();
            bomb.CopyTo(dump.Bytes, record.Offset + 4);
            return "a bzip2 bomb";
        }

        // Flags of eight copies, then eight copies of 66 bytes from one byte back; the first item is a byte.
        for (int i = 0; i < record.Length - 4; i++)
            dump.Number(record.Offset + 4 + i, 1, (ulong)(i % 17 == 0 ? i == 0 ? 0xfe : 0xff : i % 17 % 2 == 1 ? 0xfc : 1));
        return "an lzjb bomb";
    }

    /// <summary>Magics, checksums and tables of a bzip2 stream.</summary>
    private static string? Bzip2(SpoiledDump dump)
    {
        var records = dump.Records.Where(dump.IsBzip2).ToList();
        if (records.Count == 0) return null;
        long at = dump.OneOf(records).Offset + 4;
        int kind = dump.Random.Next(4);
        (long from, int count) = kind switch { 0 => (at, 4), 1 => (at + 4, 6), 2 => (at + 10, 4), _ => (at + 14, 40) };
        for (int i = 0; i < count; i++) dump.Number(from + i, 1, (ulong)dump.Random.Next(256));
        return $"bzip2 of kind {kind}";
    }

    private static string? SymbolTable(SpoiledDump dump)
    {
        var ksyms = dump["ksyms"];
        int sections = dump.Word == 8 ? 176 : 116;
        int kind = dump.Random.Next(3);
        for (int i = 0; i < 4; i++)
        {
            long at = ksyms.Offset + (kind switch { 0 => dump.Random.Next(13) * 4, 1 => sections + (dump.Random.Next(sections / 4) * 4), _ => dump.Random.NextInt64(ksyms.Length / 4) * 4 });
            dump.Number(at, 4, dump.Absurd(dump.Number(at, 4), 4));
        }

        return $"symbol table of kind {kind}";
    }

    private static string? DataHeader(SpoiledDump dump)
    {
        if (dump.IsVmcore || dump["data header"] is not { Length: > 0 } header) return null;
        long at = header.Offset + (dump.Random.Next(8) * 4);
        ulong value = dump.Absurd(dump.Number(at, 4), 4);
        dump.Number(at, 4, value);
        return $"byte {at - header.Offset} of the data header = {value:x}";
    }

    private static string? Fill(SpoiledDump dump)
    {
        var part = dump.AnyPart();
        byte value = dump.OneOf<byte>([0, 0xff, 0xde]);
        dump.Bytes.AsSpan((int)part.Offset, (int)part.Length).Fill(value);
        return $"{part.Name} is {value:x2} all over";
    }

    private static string? Copy(SpoiledDump dump)
    {
        int size = 512 << dump.Random.Next(5);
        if (dump.Bytes.Length <= size) return null;
        int from = dump.Random.Next(dump.Bytes.Length - size), to = dump.Random.Next(dump.Bytes.Length - size);
        dump.Bytes.AsSpan(from, size).CopyTo(dump.Bytes.AsSpan(to));
        return $"{size} bytes of {from} again at {to}";
    }

    /// <summary>Streams of zeros, one behind the other: 20 KB that stand for some 10 GB.</summary>
    private static readonly Lazy<byte[]> Bzip2Bomb = new(static () =>
    {
        var packed = new MemoryStream();
        using (var stream = new BZip2OutputStream(packed, 9) { IsStreamOwner = false }) stream.Write(new byte[20 << 20]);
        byte[] one = packed.ToArray();
        return [.. Enumerable.Repeat(one, Math.Max(1, 20_000 / one.Length)).SelectMany(b => b)];
    });
}
