using System.Text;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Symbols;

/// <summary>
/// The symbols of an ELF file: <c>.symtab</c>, or <c>.dynsym</c> where that was stripped. Symbols are rows of an array and names stay in the string
/// table until somebody asks, so a table of 60,000 costs milliseconds and three megabytes.
/// </summary>
public sealed class ElfSymbolTable : ISymbolSource
{
    /// <summary>How far back a lookup looks for a symbol that begins earlier and still covers the address.</summary>
    private const int LookBack = 1024;

    private readonly ElfSymbolRow[] _rows;
    private readonly ulong[] _starts;
    private readonly ulong[] _coveredTo;
    private readonly ReadOnlyMemory<byte> _strings;
    private readonly ulong _bias;
    private readonly Lazy<SymbolNameIndex> _names;

    private ElfSymbolTable(ElfSymbolRow[] rows, ulong[] starts, ReadOnlyMemory<byte> strings, ulong bias)
    {
        _rows = rows;
        _starts = starts;
        _strings = strings;
        _bias = bias;
        _coveredTo = new ulong[rows.Length];
        ulong furthest = 0;
        for (int i = 0; i < rows.Length; i++) _coveredTo[i] = furthest = Math.Max(furthest, rows[i].Last);
        _names = new Lazy<SymbolNameIndex>(() => new SymbolNameIndex(_rows, _strings));
    }

    /// <inheritdoc/>
    public int Count => _rows.Length;

    /// <inheritdoc/>
    public IEnumerable<Symbol> All
    {
        get
        {
            for (int i = 0; i < _rows.Length; i++) yield return Make(i);
        }
    }

    /// <summary>The symbols of a file; an empty table, with a diagnostic, where it has none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="diagnostics">Where damage is told.</param>
    /// <param name="bias">What is added to every address: where the image runs, less where it was linked to run.</param>
    public static ElfSymbolTable Read(ElfFile file, DiagnosticBag diagnostics, ulong bias = 0)
    {
        var rows = ElfSymbolRows.Read(file, diagnostics, out var strings);
        return Of(rows, strings, bias);
    }

    /// <summary>The symbols of a table that stands in memory, as a kernel keeps those of its modules.</summary>
    /// <param name="symbols">The table: Elf32_Sym or Elf64_Sym entries.</param>
    /// <param name="strings">Its names.</param>
    /// <param name="is64">Whether entries are of the 64-bit form.</param>
    /// <param name="homeOf">From a symbol's value to the last address of what it lies in and whether that is code; null for one that lies in nothing.</param>
    public static ElfSymbolTable FromMemory(ReadOnlySpan<byte> symbols, ReadOnlyMemory<byte> strings, bool is64, Func<ulong, (ulong Last, bool IsCode)?> homeOf)
    {
        int count = Math.Min(symbols.Length / (is64 ? 24 : 16), DumpLimits.ElfSymbols);
        return Of(ElfSymbolRows.Read(new SpanReader(symbols), is64, count, (index, value) => index == 0 ? null : homeOf(value)), strings, 0);
    }

    private static ElfSymbolTable Of(ElfSymbolRow[] rows, ReadOnlyMemory<byte> strings, ulong bias)
    {
        ulong[] starts = new ulong[rows.Length];
        for (int i = 0; i < rows.Length; i++) starts[i] = rows[i].Start;
        Array.Sort(starts, rows);
        ElfSymbolRows.CloseOpenEnds(rows);
        return new ElfSymbolTable(rows, starts, strings, bias);
    }

    /// <inheritdoc/>
    public Symbol? Find(VirtualAddress address)
    {
        ulong at = unchecked(address.Value - _bias);
        int best = -1;
        int last = LastAtOrBefore(at);
        for (int i = last; i >= 0 && i > last - LookBack && _coveredTo[i] >= at; i--)
        {
            if (_rows[i].Covers(at) && (best < 0 || IsBetter(i, best))) best = i;
        }

        return best < 0 ? null : Make(best);
    }

    /// <inheritdoc/>
    public Symbol? Find(string name)
    {
        int index = _names.Value.Find(name);
        return index < 0 ? null : Make(index);
    }

    /// <inheritdoc/>
    public VirtualAddress? NextBoundary(VirtualAddress address)
    {
        ulong at = unchecked(address.Value - _bias);
        int last = LastAtOrBefore(at);
        ulong inside = 0;
        ulong? sectionEnd = null;
        for (int i = last; i >= 0 && i > last - LookBack; i--)
        {
            if (_rows[i].SectionLast < at) continue;
            sectionEnd ??= _rows[i].SectionLast;
            if (_rows[i] is { Kind: SymbolKind.Function, Sized: true } f && f.Covers(at)) inside = Math.Max(inside, f.Last);
        }

        // Labels inside the function's own extent do not end it; the next function does, wherever it begins.
        for (int i = last + 1; i < _rows.Length && (sectionEnd is not { } end || _starts[i] <= end); i++)
        {
            var row = _rows[i];
            if (row.Kind == SymbolKind.Function || (row.IsCodeLabel && row.Start > inside)) return Biased(row.Start);
        }

        return sectionEnd is { } e ? Biased(unchecked(e + 1)) : null;
    }

    private VirtualAddress Biased(ulong value) => new(unchecked(value + _bias));

    private Symbol Make(int index)
    {
        var row = _rows[index];
        var bytes = ElfSymbolRows.NameBytes(_strings.Span, row.Name);
        int hash = bytes.LastIndexOf((byte)'#');
        string? prefix = hash > 0 ? Encoding.Latin1.GetString(bytes[..hash]) : null;
        string name = Encoding.Latin1.GetString(hash > 0 ? bytes[(hash + 1)..] : bytes);
        return new Symbol(name, Biased(row.Start), row.Size, row.Kind, row.Global, prefix) { Entry = new SymbolEntry(row.Index, row.Info, row.Other, row.Section) };
    }

    private int LastAtOrBefore(ulong at)
    {
        int low = 0, high = _starts.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_starts[middle] <= at) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    /// <summary>Sized functions, then functions, then sized data, then labels; then what starts nearest; then globals; then the shorter.</summary>
    private bool IsBetter(int candidate, int best)
    {
        var a = _rows[candidate];
        var b = _rows[best];
        if (a.Rank != b.Rank) return a.Rank < b.Rank;
        if (a.Start != b.Start) return a.Start > b.Start;
        if (a.Global != b.Global) return a.Global;
        return a.Last != b.Last ? a.Last < b.Last : a.Name < b.Name;
    }
}
