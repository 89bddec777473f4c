using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;

namespace XenDumpAdapter.TestKit.Synthetic;

/// <summary>Symbols of a made-up image.</summary>
public sealed class TableSymbols(params Symbol[] symbols) : ISymbolSource
{
    private readonly Symbol[] _symbols = [.. symbols.OrderBy(s => s.Address.Value)];

    /// <inheritdoc/>
    public int Count => _symbols.Length;

    /// <inheritdoc/>
    public IEnumerable<Symbol> All => _symbols;

    /// <inheritdoc/>
    public Symbol? Find(VirtualAddress address) =>
        _symbols.LastOrDefault(s => s.Address <= address && unchecked(address.Value - s.Address.Value) < Math.Max(1, s.Size));

    /// <inheritdoc/>
    public Symbol? Find(string name) => _symbols.FirstOrDefault(s => s.Name == name || $"{s.FilePrefix}#{s.Name}" == name);

    /// <inheritdoc/>
    public VirtualAddress? NextBoundary(VirtualAddress address) => _symbols.FirstOrDefault(s => s.Address > address)?.Address;
}
