using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Ctf;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// The types of a kernel's modules: CTF that the kernel keeps in memory. Those of most modules, <c>unix</c> too, are made against the types of <c>genunix</c>, which is
/// therefore looked into first; what it has only the name of, another module may define.
/// </summary>
internal sealed class SolarisTypes(SolarisImage image, IReadOnlyList<ModuleRecord> records, DiagnosticBag diagnostics)
{
    /// <summary>The module whose types all others are made against.</summary>
    private const string Parent = "genunix";

    private readonly Dictionary<string, LazyTypes> _byModule = new(StringComparer.Ordinal);
    private TypeScope? _scope;

    /// <summary>The types of a module; null where it has none.</summary>
    public ITypeSource? Of(ModuleRecord module)
    {
        if (module.Name is not { } name || module.Ctf is not { Length: > 0, Start.Value: not 0 }) return null;
        if (!_byModule.TryGetValue(name, out var types)) _byModule[name] = types = new LazyTypes($"CTF of {name}", () => Read(module, name));
        return types;
    }

    /// <summary>The types of all modules as one, genunix's first, then in load order; null where no module has any that can be read.</summary>
    public ITypeSource? Scope()
    {
        var named = records.Where(r => r.Name is not null).Select(r => (Name: r.Name!, Types: Of(r))).Where(t => t.Types is not null).DistinctBy(t => t.Name).ToList();
        var first = named.FirstOrDefault(t => t.Name == Parent);
        if (first.Types is LazyTypes { Types: null } || first.Types is null && named.TrueForAll(t => t.Types is LazyTypes { Types: null })) return null;
        return _scope = new TypeScope(image.Word, named.OrderBy(t => t.Name == Parent ? 0 : 1).Select(t => new ScopedTypes(t.Name, () => (t.Types as LazyTypes)?.Types)));
    }

    private CtfTypes? Read(ModuleRecord module, string name)
    {
        byte[] raw = image.Memory.ReadUpTo(module.Ctf.Start, (int)Math.Min(module.Ctf.Length, DumpLimits.ModuleTypeBytes));
        if (CtfContainer.Open(raw, $"CTF of {name}", diagnostics) is not { } container) return null;
        var surroundings = new CtfSurroundings
        {
            PointerSize = image.Word,
            Parent = parent => (_byModule.GetValueOrDefault(parent) ?? OfName(parent) as LazyTypes)?.Types as CtfTypes,
            Elsewhere = tag => _scope?.FindDefinition(tag),
            Symbols = () => SymbolsOf(module),
        };
        return new CtfTypes(container, surroundings, diagnostics);
    }

    private ITypeSource? OfName(string name) => records.FirstOrDefault(r => r.Name == name) is { } record ? Of(record) : null;

    private IEnumerable<CtfSymbol> SymbolsOf(ModuleRecord module)
    {
        if (module.Tables(image) is not var (symbols, strings)) return [];
        byte[] table = image.Memory.ReadUpTo(symbols.Start, (int)symbols.Length);
        byte[] names = image.Memory.ReadUpTo(strings.Start, (int)strings.Length);
        return CtfFile.Symbols(table, names, image.Word == 8);
    }
}
