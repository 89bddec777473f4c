using System.Numerics;

namespace XenDumpAdapter.Core.Symbols;

/// <summary>
/// Symbols by name: a hash table of row numbers over the names' bytes, so that no name becomes a string. The hash is of the part after
/// Xen's file prefix; a query with a prefix compares it as well.
/// </summary>
internal sealed class SymbolNameIndex
{
    private readonly ElfSymbolRow[] _rows;
    private readonly ReadOnlyMemory<byte> _strings;
    private readonly int[] _buckets;
    private readonly int[] _next;

    public SymbolNameIndex(ElfSymbolRow[] rows, ReadOnlyMemory<byte> strings)
    {
        _rows = rows;
        _strings = strings;
        _buckets = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, rows.Length))];
        _next = new int[rows.Length];
        var span = strings.Span;

        // Rows are put in front of their chain, so going backwards leaves each chain in ascending order.
        for (int i = rows.Length - 1; i >= 0; i--)
        {
            var name = ElfSymbolRows.NameBytes(span, rows[i].Name);
            ref int head = ref _buckets[Hash(name[(name.LastIndexOf((byte)'#') + 1)..]) & (uint)(_buckets.Length - 1)];
            _next[i] = head;
            head = i + 1;
        }
    }

    /// <summary>The row of that name, globals first, then the lowest address; -1 where there is none.</summary>
    public int Find(string name)
    {
        int hash = name.LastIndexOf('#');
        bool prefixed = hash > 0;
        Span<byte> bytes = name.Length <= 512 ? stackalloc byte[name.Length] : new byte[name.Length];
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] > 0xff) return -1;
            bytes[i] = (byte)name[i];
        }

        var span = _strings.Span;
        int local = -1;
        for (int at = _buckets[Hash(bytes[(hash + 1)..]) & (uint)(_buckets.Length - 1)]; at != 0; at = _next[at - 1])
        {
            var candidate = ElfSymbolRows.NameBytes(span, _rows[at - 1].Name);
            if (!prefixed) candidate = candidate[(candidate.LastIndexOf((byte)'#') + 1)..];
            if (!candidate.SequenceEqual(bytes)) continue;
            if (_rows[at - 1].Global) return at - 1;
            if (local < 0) local = at - 1;
        }

        return local;
    }

    /// <summary>FNV-1a, 32 bits.</summary>
    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        uint hash = 2166136261;
        foreach (byte b in bytes) hash = unchecked((hash ^ b) * 16777619);
        return hash;
    }
}
