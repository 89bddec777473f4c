using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>What a container needs of the world around it. All of it is asked for when it is needed, and once.</summary>
public sealed record CtfSurroundings
{
    /// <summary>Bytes of a pointer: 4 or 8, by the ELF class of the symbol table (CTF does not tell).</summary>
    public required int PointerSize { get; init; }

    /// <summary>The module that a child was made against, by its name; null where there is none of that name.</summary>
    public Func<string, CtfTypes?>? Parent { get; init; }

    /// <summary>Looks for the full definition of <c>struct x</c>, of which this container and its parent have only the name; null for none.</summary>
    public Func<string, CType?>? Elsewhere { get; init; }

    /// <summary>The symbol table that the container goes with, in its order; null for none, then symbols have no types.</summary>
    public Func<IEnumerable<CtfSymbol>>? Symbols { get; init; }
}

/// <summary>The types of a module by its CTF, its own and its parent's. Safe from any thread.</summary>
public sealed class CtfTypes : ITypeSource
{
    private readonly CtfSurroundings _surroundings;
    private readonly DiagnosticBag _diagnostics;
    private readonly Lazy<CtfNameIndex> _names;
    private readonly Lazy<CtfSymbols?> _symbols;
    private readonly Lazy<(CtfTypes? Types, string? Why)> _parent;

    /// <summary>The types of a container.</summary>
    public CtfTypes(CtfContainer container, CtfSurroundings surroundings, DiagnosticBag diagnostics)
    {
        Container = container;
        _surroundings = surroundings;
        _diagnostics = diagnostics;
        Reader = new CtfTypeReader(container, surroundings, this);
        _names = new Lazy<CtfNameIndex>(() => new CtfNameIndex(container));
        _symbols = new Lazy<CtfSymbols?>(() => surroundings.Symbols is { } symbols ? new CtfSymbols(container, symbols(), diagnostics) : null);
        _parent = new Lazy<(CtfTypes?, string?)>(FindParent);
    }

    /// <summary>The container.</summary>
    public CtfContainer Container { get; }

    /// <inheritdoc/>
    public string Description => Container.Description;

    /// <inheritdoc/>
    public string? Version => Container.Label;

    /// <summary>The parent's types; null where this is no child, or the parent is missing.</summary>
    public CtfTypes? Parent => _parent.Value.Types;

    /// <inheritdoc/>
    public IEnumerable<string> Names => _names.Value.All;

    /// <summary>Of a child whose parent is missing: where its types are, as the end of a sentence.</summary>
    internal string? WhyNoParent => _parent.Value.Why;

    internal CtfTypeReader Reader { get; }

    /// <inheritdoc/>
    public CType? Find(string name)
    {
        if (TypeName.Parse(name) is not { } parsed) return null;
        var found = parsed is { Kind: TypeNameKind.Plain, Spellings: ["void"] } ? VoidType.Instance
            : OwnDefinition(parsed.Kind, parsed.Spellings) ?? Parent?.OwnDefinition(parsed.Kind, parsed.Spellings)
            ?? OwnOther(parsed.Kind, parsed.Spellings) ?? Parent?.OwnOther(parsed.Kind, parsed.Spellings);
        return found is null ? null : parsed.Wrap(found, _surroundings.PointerSize);
    }

    /// <inheritdoc/>
    public CType? OfSymbol(string symbolName) => OfSymbol(symbolName, null);

    /// <summary>The type of a variable or function; of several of that name, the one at <paramref name="value"/> (st_value).</summary>
    public CType? OfSymbol(string symbolName, ulong? value)
    {
        if (_symbols.Value?.Find(symbolName, value) is not { } entry) return null;
        return entry.Function is { } at ? FunctionAt(at) : Reader.TypeOf(entry.Type);
    }

    /// <summary>The type of a function: result and arguments; null where CTF does not tell.</summary>
    public FunctionType? FunctionOf(string symbolName, ulong? value = null) => OfSymbol(symbolName, value) as FunctionType;

    /// <summary>The type by its number, as it stands in the container; a <see cref="BrokenType"/> where there is none.</summary>
    public CType TypeAt(uint id) => Reader.TypeOf(id);

    /// <summary>The full definition of a tag: here, in the parent, elsewhere; null where only its name is known everywhere.</summary>
    internal CType? DefinitionOf(TypeNameKind kind, string tag)
    {
        string[] names = [tag];
        if ((OwnDefinition(kind, names) ?? Parent?.OwnDefinition(kind, names)) is { } known) return known;
        string keyword = kind switch { TypeNameKind.Union => "union", TypeNameKind.Enum => "enum", _ => "struct" };
        return _surroundings.Elsewhere?.Invoke($"{keyword} {tag}");
    }

    private CType? OwnDefinition(TypeNameKind kind, IReadOnlyList<string> names) => _names.Value.FindDefinition(kind, names) is { } index ? Reader.Own(index) : null;

    private CType? OwnOther(TypeNameKind kind, IReadOnlyList<string> names) => _names.Value.FindOther(kind, names) is { } index ? Reader.Own(index) : null;

    private FunctionType? FunctionAt(int offset) =>
        CtfFunctionEntry.TryRead(Container.Sections.Functions.Span, offset, Container.Dialect, out var entry) ? Reader.FunctionAt(entry) : null;

    private (CtfTypes? Types, string? Why) FindParent()
    {
        if (!Container.IsChild) return (null, null);
        if (Container.ParentName is not { } name)
        {
            _diagnostics.Warn("ctf/parent", $"{Description} refers to types of another module and does not say which.");
            return (null, "in a parent that is not named");
        }

        var found = _surroundings.Parent?.Invoke(name);
        if (found is null || found == this || !found.Container.IsUsable)
        {
            _diagnostics.Warn("ctf/parent", $"{Description} refers to types of {name}, which {(found is null ? "has none here" : "cannot be used")}: those cannot be shown.");
            return (null, $"in {name}, which {(found is null ? "has no types here" : "cannot be used")}");
        }

        if (Container.ParentLabel is { } made && found.Container.Label is { } label && made != label)
            _diagnostics.Warn("ctf/label", $"{Description} was made against {name} of {made}, and this {name} is of {label}: types that they share may be wrong.");
        return (found, null);
    }
}
