using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>One symbol of the table that a container goes with, in the table's order; every symbol, also undefined ones and files.</summary>
/// <param name="Name">Its name; empty where st_name is 0.</param>
/// <param name="Kind">ELF's symbol type (the low four bits of st_info): 1 STT_OBJECT, 2 STT_FUNC.</param>
/// <param name="Section">st_shndx: 0 SHN_UNDEF, 0xfff1 SHN_ABS.</param>
/// <param name="Value">st_value.</param>
public readonly record struct CtfSymbol(string Name, int Kind, int Section, ulong Value);

/// <summary>What the object or function section says of one symbol.</summary>
/// <param name="Index">The symbol's index in its table.</param>
/// <param name="Value">st_value.</param>
/// <param name="Type">Of a variable: its type.</param>
/// <param name="Function">Of a function: where its entry is in the section; null for variables.</param>
internal readonly record struct CtfSymbolEntry(int Index, ulong Value, uint Type, int? Function);

/// <summary>
/// Types of symbols. The sections hold no names: they follow the symbol table, one entry for each symbol that is not left out (illumos ctf_open.c,
/// init_symtab).
/// </summary>
internal sealed class CtfSymbols
{
    private const int TypeObject = 1;
    private const int TypeFunction = 2;
    private const int Undefined = 0;
    private const int Absolute = 0xfff1;

    private readonly Dictionary<string, CtfSymbolEntry> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, CtfSymbolEntry> _byValue = [];

    /// <summary>Walks the symbols along the sections.</summary>
    public CtfSymbols(CtfContainer container, IEnumerable<CtfSymbol> symbols, DiagnosticBag diagnostics)
    {
        int size = container.Dialect.IdSize;
        var objects = container.Sections.Objects;
        var functions = container.Sections.Functions;
        int objectAt = 0;
        int functionAt = 0;
        int index = -1;
        foreach (var symbol in symbols)
        {
            if (++index > DumpLimits.ElfSymbols || (objectAt >= objects.Length && functionAt >= functions.Length)) break;
            if (!HasEntry(symbol)) continue;
            if (symbol.Kind == TypeObject)
            {
                var r = new SpanReader(objects.Span);
                if (!r.TrySeek(objectAt) || !r.TryReadUnsigned(size, out ulong type)) continue;
                objectAt = r.Position;
                if (type != 0) Add(symbol, new CtfSymbolEntry(index, symbol.Value, (uint)type, null));
            }
            else if (functionAt < functions.Length)
            {
                if (CtfFunctionEntry.TryRead(functions.Span, functionAt, container.Dialect, out var entry))
                {
                    if (!entry.IsPad) Add(symbol, new CtfSymbolEntry(index, symbol.Value, 0, functionAt));
                    functionAt = entry.End;
                    continue;
                }

                diagnostics.Warn("ctf/functions", $"the types of functions of {container.Description} break off at 0x{functionAt:x} of 0x{functions.Length:x} bytes, at {symbol.Name}.");
                functionAt = functions.Length;
            }
        }
    }

    /// <summary>The entry of the symbol of that name; of several, the first, or the one at <paramref name="value"/>.</summary>
    public CtfSymbolEntry? Find(string name, ulong? value = null)
    {
        if (!_byName.TryGetValue(name, out var entry)) return null;
        return value is { } v && entry.Value != v && _byValue.TryGetValue(v, out var there) ? there : entry;
    }

    /// <summary>Whether a symbol has an entry.</summary>
    private static bool HasEntry(in CtfSymbol symbol) => symbol.Kind switch
    {
        TypeFunction => true,
        TypeObject => symbol.Section != Absolute || symbol.Value != 0,
        _ => false,
    } && symbol.Name.Length > 0 && symbol.Section != Undefined && symbol.Name is not ("_START_" or "_END_");

    private void Add(in CtfSymbol symbol, CtfSymbolEntry entry)
    {
        _byName.TryAdd(symbol.Name, entry);
        _byValue.TryAdd(symbol.Value, entry);
    }
}

/// <summary>An entry of the function section: info, result, arguments; or a pad for a function without.</summary>
/// <param name="Count">Arguments; a last one of type 0 stands for <c>...</c>.</param>
/// <param name="Result">Type of the result.</param>
/// <param name="Arguments">Where the arguments are.</param>
/// <param name="End">Where the next entry is.</param>
/// <param name="IsPad">Whether it says nothing.</param>
internal readonly record struct CtfFunctionEntry(int Count, uint Result, int Arguments, int End, bool IsPad)
{
    /// <summary>Reads one; false where it is no function's or reaches past the section.</summary>
    public static bool TryRead(ReadOnlySpan<byte> section, int offset, CtfDialect dialect, out CtfFunctionEntry entry)
    {
        entry = default;
        var r = new SpanReader(section);
        if (!r.TrySeek(offset) || !r.TryReadUnsigned(dialect.IdSize, out ulong info)) return false;
        int count = (int)(info & dialect.CountMask);
        var kind = (CtfKind)(info >> dialect.KindShift);
        if (kind == CtfKind.Unknown && count == 0)
        {
            entry = new CtfFunctionEntry(0, 0, r.Position, r.Position, true);
            return true;
        }

        if (kind != CtfKind.Function || !r.TryReadUnsigned(dialect.IdSize, out ulong result)) return false;
        int arguments = r.Position;
        if (!r.TrySkip((long)count * dialect.IdSize)) return false;
        entry = new CtfFunctionEntry(count, (uint)result, arguments, r.Position, false);
        return true;
    }
}
