using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// The DWARF (4 and 5) of one program image, read lazily: a unit is parsed when an address or a name leads to it. Safe from any thread.
/// </summary>
public sealed class DwarfFile : ITypeSource
{
    /// <inheritdoc/>
    public string Description => throw new NotImplementedException();

    /// <inheritdoc/>
    public IEnumerable<string> Names => throw new NotImplementedException();

    /// <inheritdoc/>
    public CType? Find(string name) => throw new NotImplementedException();

    /// <inheritdoc/>
    public CType? OfSymbol(string symbolName) => throw new NotImplementedException();

    /// <summary>The source line of the instruction that covers <paramref name="pc"/>, or null.</summary>
    public SourceLine? FindLine(VirtualAddress pc) => throw new NotImplementedException();

    /// <summary>The functions that run at <paramref name="pc"/>: the innermost inlined one first, the real function last; empty where DWARF knows none.</summary>
    public IReadOnlyList<DwarfFunction> FindFunctions(VirtualAddress pc) => throw new NotImplementedException();

    /// <summary>Source files that the units name. For loadedSources; may take a while the first time.</summary>
    public IEnumerable<string> SourceFiles => throw new NotImplementedException();
}
