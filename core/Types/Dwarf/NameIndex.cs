namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>What a name at the top of a unit is the name of. The first four are <see cref="TypeNameKind"/>'s.</summary>
internal enum DwarfNameKind
{
    /// <summary>A struct's tag.</summary>
    Struct,

    /// <summary>A union's tag.</summary>
    Union,

    /// <summary>An enumeration's tag.</summary>
    Enum,

    /// <summary>A typedef or base type.</summary>
    Plain,

    /// <summary>A global variable.</summary>
    Variable,

    /// <summary>A function.</summary>
    Function,
}

/// <summary>
/// Names to entries, for names at the top of units. Units are scanned one by one, only until a wanted name turns up, and once: the types that
/// everything uses are in the first units. The index keeps hashes, not strings; whoever uses an entry compares its name.
/// </summary>
internal sealed class NameIndex(DwarfData data)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, int> _definitions = [];
    private readonly Dictionary<ulong, int> _declarations = [];
    private AbbrevTable? _lastAbbrevs;
    private (ulong, UnitEncoding) _lastAbbrevsKey;
    private int _nextUnit;

    /// <summary>Offset of the first definition of one of the names; null where no unit defines one.</summary>
    public int? FindDefinition(DwarfNameKind kind, IReadOnlyList<string> spellings)
    {
        ulong[] keys = [.. spellings.Select(s => NameHash.Of((int)kind, System.Text.Encoding.UTF8.GetBytes(s)))];
        lock (_lock)
        {
            do
            {
                if (FirstOf(_definitions, keys) is { } offset) return offset;
            }
            while (ScanNextUnit());
        }

        return null;
    }

    /// <summary>Offset of the first declaration of the name in the units that were scanned so far, or null.</summary>
    public int? FindDeclaration(DwarfNameKind kind, string name)
    {
        ulong key = NameHash.Of((int)kind, System.Text.Encoding.UTF8.GetBytes(name));
        lock (_lock) return _declarations.TryGetValue(key, out int offset) ? offset : null;
    }

    /// <summary>
    /// The variable or function of that name: its definition, or a declaration that <paramref name="accept"/> takes, whichever is found first. Where only a
    /// refused declaration exists, that.
    /// </summary>
    public int? FindSymbol(string name, Func<int, bool> accept)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(name);
        ulong[] keys = [NameHash.Of((int)DwarfNameKind.Variable, bytes), NameHash.Of((int)DwarfNameKind.Function, bytes)];
        int? refused = null;
        while (true)
        {
            int? definition;
            int? declaration;
            lock (_lock)
            {
                definition = FirstOf(_definitions, keys);
                declaration = FirstOf(_declarations, keys);
            }

            if (definition is not null) return definition;
            if (refused is null && declaration is { } found && accept(found)) return found;
            refused ??= declaration;
            lock (_lock)
                if (!ScanNextUnit()) return refused;
        }
    }

    private static int? FirstOf(Dictionary<ulong, int> entries, ulong[] keys)
    {
        foreach (ulong key in keys)
            if (entries.TryGetValue(key, out int offset)) return offset;
        return null;
    }

    /// <summary>Every definition, or declaration where there is none. Scans what was not scanned yet.</summary>
    public IReadOnlyList<int> All()
    {
        lock (_lock)
        {
            while (ScanNextUnit())
            {
            }

            return [.. _definitions.Values, .. _declarations.Where(d => !_definitions.ContainsKey(d.Key)).Select(d => d.Value)];
        }
    }

    /// <summary>The kind that a tag's name is of, or null.</summary>
    public static DwarfNameKind? KindOf(int tag) => tag switch
    {
        DwTag.StructureType or DwTag.ClassType => DwarfNameKind.Struct,
        DwTag.UnionType => DwarfNameKind.Union,
        DwTag.EnumerationType => DwarfNameKind.Enum,
        DwTag.BaseType or DwTag.Typedef or DwTag.UnspecifiedType => DwarfNameKind.Plain,
        DwTag.Variable => DwarfNameKind.Variable,
        DwTag.Subprogram => DwarfNameKind.Function,
        _ => null,
    };

    private bool ScanNextUnit()
    {
        if (_nextUnit >= data.Units.Length) return false;
        var unit = data.Units[_nextUnit++];
        var dies = new DieReader(unit, AbbrevsOf(unit));
        if (!dies.TryRead(unit.FirstDie, out var root) || !root.Shape.HasChildren || !dies.TryFindEnd(root, out int next)) return true;
        while (dies.TryRead(next, out var die) && !die.IsNull)
        {
            if (KindOf(die.Tag) is { } kind) Add(ref dies, die, kind);
            if (dies.TryFindNext(die, out next)) continue;
            data.Warn("die", $"the entries of the unit at 0x{unit.Offset:x} of .debug_info break off at 0x{die.Offset:x}; names after it are not found.");
            break;
        }

        return true;
    }

    private void Add(ref DieReader dies, in Die die, DwarfNameKind kind)
    {
        var name = NameOf(ref dies, die);
        if (name.IsEmpty) return;
        bool isDeclaration = dies.Flag(die, DwAt.Declaration);
        (isDeclaration ? _declarations : _definitions).TryAdd(NameHash.Of((int)kind, name), die.Offset);
    }

    /// <summary>The name; of a definition that refers to its declaration, the declaration's.</summary>
    private static ReadOnlySpan<byte> NameOf(ref DieReader dies, in Die die)
    {
        if (dies.TryGet(die, DwAt.Name, out var value)) return dies.Unit.StringBytes(value);
        if (dies.Reference(die, DwAt.Specification) is not { } offset || !dies.TryRead(offset, out var declaration)) return default;
        return dies.TryGet(declaration, DwAt.Name, out value) ? dies.Unit.StringBytes(value) : default;
    }

    /// <summary>Abbreviations are not kept for a scan; units that share a table get the last one again.</summary>
    private AbbrevTable AbbrevsOf(DwarfUnit unit)
    {
        var key = (unit.AbbrevOffset, unit.Encoding);
        if (_lastAbbrevs is null || _lastAbbrevsKey != key) _lastAbbrevs = data.PeekAbbrevs(unit.AbbrevOffset, unit.Encoding);
        _lastAbbrevsKey = key;
        return _lastAbbrevs;
    }
}
