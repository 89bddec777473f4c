using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// The DWARF (4 and 5) of one program image, read lazily: a unit is parsed when an address or a name leads to it. Safe from any thread.
/// </summary>
public sealed class DwarfFile : ITypeSource
{
    /// <summary>Opens the DWARF of an image; nothing but the units' headers is read.</summary>
    /// <param name="sections">Its sections.</param>
    /// <param name="imageName">The image, as messages call it: <c>xen-syms</c>.</param>
    /// <param name="bias">What is added to an address of the file to get one of the running program.</param>
    /// <param name="diagnostics">Where broken parts are reported.</param>
    /// <returns>Null where there is no .debug_info.</returns>
    public static DwarfFile? Open(DwarfSections sections, string imageName, ulong bias = 0, DiagnosticBag? diagnostics = null) => throw new NotImplementedException();

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
