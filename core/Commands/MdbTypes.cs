using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Types as the mdb language names them: genunix's first, then each module's in load order; then, where a dump carries none, the measured ones that it was read by; then C's own.</summary>
public sealed class MdbTypes
{
    private readonly TypeScope _scope;
    private readonly MdbSymbols _symbols;
    private readonly DumpTarget _target;
    private readonly Dictionary<string, CType?> _found = new(StringComparer.Ordinal);

    /// <summary>The types of a target.</summary>
    public MdbTypes(DumpTarget target, MdbSymbols symbols)
    {
        _symbols = symbols;
        _target = target;
        int pointerSize = (target.Kernel?.Space.AddressBits ?? target.Architecture.PointerSize * 8) / 8;
        _scope = new TypeScope(pointerSize, symbols.Modules.OrderBy(m => m.Name == "genunix" ? 0 : 1).Select(m => new ScopedTypes(m.Name, () => m.Types))
            .Append(new ScopedTypes("", () => target.Kernel?.Types)).Append(new ScopedTypes("", () => target.Hypervisor?.Types)));
    }

    /// <summary>Names of types, for completion. May take a second the first time.</summary>
    public IEnumerable<string> Names => _scope.Names;

    /// <summary>Whether an image of the dump has types at all, beside C's own.</summary>
    private bool HasTypes => _symbols.Modules.Any(m => m.Types is not null);

    /// <summary>The type of that name: <c>struct vcpu</c>, <c>kthread_t</c>, <c>struct xpv`vcpu *</c>; null where there is none.</summary>
    public CType? Find(string name)
    {
        if (!_found.TryGetValue(name, out var type)) _found[name] = type = _scope.Find(name);
        return type;
    }

    /// <summary>The same, which must be there.</summary>
    /// <exception cref="MdbException">There is none.</exception>
    public CType Require(string name) => Find(name)
        ?? throw (HasTypes ? new MdbException($"failed to look up type {name}: type not found{NearestName.Hint(name, Names)}") : MdbException.OfDump($"failed to look up type {name}: the dump has no types that can be read"));

    /// <summary>The type of the object or function whose symbol starts at an address; null where unknown.</summary>
    public CType? OfSymbolAt(ulong address)
    {
        if (_symbols.At(address) is not var (module, symbol) || symbol.Address.Value != address) return null;
        return module.Types?.OfSymbol(symbol.Name) ?? (_target.Kernel is { } kernel && module.Types is null && kernel.Modules.Contains(module) ? kernel.Types?.OfSymbol(symbol.Name) : null);
    }
}
