using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types;

/// <summary>One place of a <see cref="TypeScope"/>.</summary>
/// <param name="Name">The module's name, as <c>struct unix`cpu</c> says it.</param>
/// <param name="Types">Opens its types, when they are first needed; null for none.</param>
public readonly record struct ScopedTypes(string Name, Func<ITypeSource?> Types);

/// <summary>
/// Types of many modules under one roof, in an order: a name means the first module's that defines it; a mere declaration counts only where no module has more;
/// C's own types come last. <c>struct xpv`vcpu</c> and <c>xpv`vcpu_t</c> mean that module's alone. Safe from any thread.
/// </summary>
public sealed class TypeScope : ITypeSource
{
    private readonly List<(string Name, Lazy<ITypeSource?> Types)> _sources = [];
    private readonly int _pointerSize;

    /// <summary>A scope.</summary>
    /// <param name="pointerSize">Bytes of a pointer, 4 or 8.</param>
    /// <param name="sources">Where to look, in this order. For Solaris: genunix, the other modules in load order.</param>
    public TypeScope(int pointerSize, IEnumerable<ScopedTypes> sources)
    {
        _pointerSize = pointerSize;
        foreach (var source in sources) _sources.Add((source.Name, new Lazy<ITypeSource?>(source.Types)));
        _sources.Add(("", new Lazy<ITypeSource?>(() => new BaseTypes(pointerSize))));
    }

    /// <inheritdoc/>
    public string Description
    {
        get
        {
            // C's own types are in every scope and not worth a word.
            var first = _sources.Take(_sources.Count - 1).FirstOrDefault(s => s.Types.Value is not null);
            return first.Types is null ? "no types" : _sources.Count == 2 ? first.Types.Value!.Description : $"{first.Types.Value!.Description} and the modules after it";
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Names => Sources.SelectMany(s => s.Names).Distinct(StringComparer.Ordinal);

    private IEnumerable<ITypeSource> Sources => _sources.Select(s => s.Types.Value).OfType<ITypeSource>();

    /// <summary>The types of one module; null where it has none.</summary>
    public ITypeSource? Source(string module)
    {
        foreach (var (name, types) in _sources)
            if (name == module && name.Length > 0 && types.Value is { } found) return found;
        return null;
    }

    /// <summary>A type of one module alone.</summary>
    public CType? FindIn(string module, string name) => Source(module)?.Find(name);

    /// <inheritdoc/>
    public CType? Find(string name)
    {
        if (TrySplit(name, out string module, out string bare)) return FindIn(module, bare);
        return TypeName.Parse(name) is { } parsed && Named(parsed.Base) is { } found ? parsed.Wrap(found, _pointerSize) : null;
    }

    /// <summary>The full definition of a struct, union or enumeration; null where every module has its name only.</summary>
    public CType? FindDefinition(string name) => TypeName.Parse(name) is { } parsed && Named(parsed.Base) is { } found && !IsOnlyName(found) ? found : null;

    /// <inheritdoc/>
    public CType? OfSymbol(string symbolName)
    {
        if (TrySplit(symbolName, out string module, out string bare)) return Source(module)?.OfSymbol(bare);
        foreach (var source in Sources)
            if (source.OfSymbol(symbolName) is { } type) return type;
        return null;
    }

    /// <summary>Takes <c>struct xpv`vcpu *</c> apart: <c>xpv</c>, <c>struct vcpu *</c>.</summary>
    internal static bool TrySplit(string text, out string module, out string bare)
    {
        module = bare = "";
        int tick = text.IndexOf('`', StringComparison.Ordinal);
        if (tick < 0 || text.Length > DumpLimits.ExpressionCharacters) return false;
        int start = text.LastIndexOf(' ', tick) + 1;
        module = text[start..tick];
        bare = text[..start] + text[(tick + 1)..];
        return true;
    }

    private CType? Named(string name)
    {
        CType? second = null;
        foreach (var source in Sources)
        {
            if (source.Find(name) is not { } found) continue;
            if (!IsOnlyName(found) && found.Strip() is not BrokenType) return found;
            second ??= found;
        }

        return second;
    }

    private static bool IsOnlyName(CType type) => type is AggregateType { IsOnlyName: true } or EnumType { IsOnlyName: true };
}
