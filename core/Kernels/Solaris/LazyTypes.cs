using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>Types that are read when first asked for: a kernel has hundreds of modules, and few of them are ever looked into. None where there turn out to be none.</summary>
internal sealed class LazyTypes(string description, Func<ITypeSource?> read) : ITypeSource
{
    private readonly Lazy<ITypeSource?> _types = new(read);

    /// <summary>The types; null where they cannot be read.</summary>
    public ITypeSource? Types => _types.Value;

    /// <inheritdoc/>
    public string Description => _types.IsValueCreated && Types is { } types ? types.Description : description;

    /// <inheritdoc/>
    public string? Version => Types?.Version;

    /// <inheritdoc/>
    public IEnumerable<string> Names => Types?.Names ?? [];

    /// <inheritdoc/>
    public CType? Find(string name) => Types?.Find(name);

    /// <inheritdoc/>
    public CType? OfSymbol(string symbolName) => Types?.OfSymbol(symbolName);
}
