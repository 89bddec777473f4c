using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// The DWARF (2 to 5) of one program image, read lazily: a unit is parsed when an address or a name leads to it. Safe from any thread.
/// </summary>
public sealed class DwarfFile : ITypeSource
{
    private readonly DwarfData _data;
    private readonly AddressIndex _addresses;
    private readonly NameIndex _names;
    private readonly TypeReader _types;
    private readonly FunctionFinder _functions;

    private DwarfFile(DwarfData data)
    {
        _data = data;
        _addresses = new AddressIndex(data);
        _names = new NameIndex(data);
        _types = new TypeReader(data, _names);
        _functions = new FunctionFinder(_types);
    }

    /// <inheritdoc/>
    public string Description => _data.Units is [var first, ..] ? $"DWARF {first.Encoding.Version} of {_data.ImageName}" : $"DWARF of {_data.ImageName} (no unit can be read)";

    /// <inheritdoc/>
    public IEnumerable<string> Names
    {
        get
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (int offset in _names.All())
                if (NameOf(offset) is { } name && seen.Add(name)) yield return name;
        }
    }

    /// <summary>Source files that the units name. For loadedSources; may take a while the first time.</summary>
    public IEnumerable<string> SourceFiles
    {
        get
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var unit in _data.Units)
            {
                var header = unit.Root.LineOffset is { } offset ? LineHeader.Read(unit, offset) : null;
                foreach (int number in header?.FileNumbers ?? [])
                    if (header!.PathOf((ulong)number) is { } path && seen.Add(path)) yield return path;
            }
        }
    }

    /// <summary>Opens the DWARF of an image; nothing is read yet.</summary>
    /// <param name="sections">Its sections.</param>
    /// <param name="imageName">The image, as messages call it: <c>xen-syms</c>.</param>
    /// <param name="bias">What is added to an address of the file to get one of the running program.</param>
    /// <param name="diagnostics">Where broken parts are reported.</param>
    /// <returns>Null where there is no .debug_info.</returns>
    public static DwarfFile? Open(DwarfSections sections, string imageName, ulong bias = 0, DiagnosticBag? diagnostics = null) =>
        sections.Info.IsEmpty ? null : new DwarfFile(new DwarfData(sections, imageName, bias, diagnostics ?? new DiagnosticBag()));

    /// <inheritdoc/>
    public CType? Find(string name)
    {
        if (TypeName.Parse(name) is not { } parsed) return null;
        CType? found = parsed is { Kind: TypeNameKind.Plain, Spellings: ["void"] } ? VoidType.Instance : FindNamed((DwarfNameKind)parsed.Kind, parsed.Spellings);
        return found is null ? null : parsed.Wrap(found, _data.Sections.AddressSize);
    }

    /// <inheritdoc/>
    public CType? OfSymbol(string symbolName)
    {
        int? found = _names.FindSymbol(symbolName, offset => SymbolType(offset) is { } type && type.Strip() is not ArrayType { Count: null });
        return found is { } at && BareName(at) == symbolName ? SymbolType(at) : null;
    }

    /// <summary>The source line of the instruction that covers <paramref name="pc"/>, or null.</summary>
    public SourceLine? FindLine(VirtualAddress pc)
    {
        ulong address = ToFile(pc);
        if (_addresses.Find(address) is not { } unit) return null;
        return unit.Lines.Find(address) is { } row ? unit.Lines.Place(row) : null;
    }

    /// <summary>The functions that run at <paramref name="pc"/>: the innermost inlined one first, the real function last; empty where DWARF knows none.</summary>
    public IReadOnlyList<DwarfFunction> FindFunctions(VirtualAddress pc)
    {
        ulong address = ToFile(pc);
        return _addresses.Find(address) is { } unit ? _functions.Find(unit, address) : [];
    }

    /// <summary>What was inlined into the function at <paramref name="pc"/>, at every depth; the same for every pc of the function. Empty where DWARF knows none.</summary>
    public IEnumerable<DwarfInlinedCall> FindInlinedCalls(VirtualAddress pc)
    {
        ulong address = ToFile(pc);
        return _addresses.Find(address) is { } unit ? FunctionFinder.FindInlinedCalls(unit, address) : [];
    }

    /// <summary>Where code of a source file begins, by the line tables' own rows: each row's address, unit by unit. For a header that many units include it may take a while.</summary>
    /// <param name="path">The file, as <see cref="SourceFiles"/> spells it.</param>
    /// <param name="cancel">Ends the search.</param>
    public IEnumerable<VirtualAddress> CodeOf(string path, CancellationToken cancel = default)
    {
        foreach (var unit in _data.Units)
        {
            cancel.ThrowIfCancellationRequested();
            if (unit.Root.LineOffset is not { } offset || LineHeader.Read(unit, offset) is not { } header || header.NumbersOf(path) is not { Count: > 0 } numbers) continue;
            foreach (ulong address in unit.PeekLines().StartsOf(numbers)) yield return new VirtualAddress(unit.ToProgram(address));
        }
    }

    /// <summary>What the call that returns to <paramref name="returnAddress"/> passed; null where DWARF does not describe it.</summary>
    public DwarfCallSite? FindCallSite(VirtualAddress returnAddress) =>
        _addresses.Find(ToFile(returnAddress - 1)) is { } unit ? _functions.FindCallSite(unit, ToFile(returnAddress)) : null;

    private ulong ToFile(VirtualAddress pc) => _data.ToFile(pc.Value, _data.Sections.AddressSize);

    private CType? FindNamed(DwarfNameKind kind, IReadOnlyList<string> spellings)
    {
        int? offset = _names.FindDefinition(kind, spellings);
        for (int i = 0; offset is null && i < spellings.Count; i++) offset = _names.FindDeclaration(kind, spellings[i]);
        return offset is { } at && BareName(at) is { } name && spellings.Contains(name) ? _types.TypeAt(at) : null;
    }

    private CType? SymbolType(int offset)
    {
        if (_data.FindUnit((ulong)offset) is not { } unit) return null;
        var dies = new DieReader(unit);
        return !dies.TryRead(offset, out var die) ? null : die.Tag == DwTag.Subprogram ? _types.TypeAt(offset) : _types.TypeOf(unit, offset);
    }

    private string? BareName(int offset) => _data.FindUnit((ulong)offset) is { } unit ? DieChain.NameOf(unit, offset) : null;

    /// <summary>The name of a type's entry as <see cref="Find"/> takes it; null for entries of other things.</summary>
    private string? NameOf(int offset)
    {
        if (_data.FindUnit((ulong)offset) is not { } unit) return null;
        var dies = new DieReader(unit);
        if (!dies.TryRead(offset, out var die) || NameIndex.KindOf(die.Tag) is not { } kind || dies.Text(die, DwAt.Name) is not { } name) return null;
        return kind switch
        {
            DwarfNameKind.Struct => "struct " + name,
            DwarfNameKind.Union => "union " + name,
            DwarfNameKind.Enum => "enum " + name,
            DwarfNameKind.Plain => name,
            _ => null,
        };
    }
}
