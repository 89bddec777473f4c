using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.TestKit.Synthetic;

/// <summary>Types of a made-up image, by name, and which symbol has which.</summary>
public sealed class TableTypes(IReadOnlyDictionary<string, CType> types, IReadOnlyDictionary<string, CType> symbols) : ITypeSource
{
    /// <inheritdoc/>
    public string Description => "a table";

    /// <inheritdoc/>
    public IEnumerable<string> Names => types.Keys;

    /// <inheritdoc/>
    public CType? Find(string name) => types.GetValueOrDefault(name);

    /// <inheritdoc/>
    public CType? OfSymbol(string symbolName) => symbols.GetValueOrDefault(symbolName);
}
