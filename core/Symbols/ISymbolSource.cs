using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Symbols;

/// <summary>What a symbol names.</summary>
public enum SymbolKind
{
    /// <summary>ELF says nothing (STT_NOTYPE): assembly labels, linker symbols.</summary>
    None,

    /// <summary>Code (STT_FUNC).</summary>
    Function,

    /// <summary>Data (STT_OBJECT).</summary>
    Object,
}

/// <summary>A symbol.</summary>
/// <param name="Name">
/// The name as debuggers write it. Xen prefixes local symbols with their file (<c>arch/x86/domain.c#default_idle</c>); that prefix is in
/// <paramref name="FilePrefix"/>, not here.
/// </param>
/// <param name="Address">Its address in the module's address space.</param>
/// <param name="Size">Bytes as the symbol table says; 0 where it does not.</param>
/// <param name="Kind">What it names.</param>
/// <param name="Global">Whether it is global or weak, not local.</param>
/// <param name="FilePrefix">The source file that Xen's symbol table prefixes, or null.</param>
public sealed record Symbol(string Name, VirtualAddress Address, ulong Size, SymbolKind Kind, bool Global, string? FilePrefix = null)
{
    /// <summary>What else its symbol table says of it; null for a symbol of none. Two symbols are equal whatever it says.</summary>
    public SymbolEntry? Entry { get; init; }

    /// <inheritdoc/>
    public bool Equals(Symbol? other) => other is not null && (Name, Address, Size, Kind, Global, FilePrefix) == (other.Name, other.Address, other.Size, other.Kind, other.Global, other.FilePrefix);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Address, Size, Kind, Global, FilePrefix);
}

/// <summary>An entry of an ELF symbol table, as it stands there (gABI, Elf32_Sym and Elf64_Sym).</summary>
/// <param name="Index">Its place in the table.</param>
/// <param name="Info">st_info: binding in the upper half, type in the lower.</param>
/// <param name="Other">st_other.</param>
/// <param name="Section">st_shndx.</param>
public readonly record struct SymbolEntry(uint Index, byte Info, byte Other, ushort Section);

/// <summary>Symbols of one program image. Lookups do not allocate but for the answer; names are made on demand.</summary>
public interface ISymbolSource
{
    /// <summary>How many symbols.</summary>
    int Count { get; }

    /// <summary>
    /// The symbol that best covers <paramref name="address"/>: within its size; a symbol without a size reaches to the next symbol or the
    /// end of its section. Functions before labels, globals before locals. Null where none covers it.
    /// </summary>
    Symbol? Find(VirtualAddress address);

    /// <summary>The symbol of that name (without Xen's file prefix, or with it: <c>file.c#name</c>); globals first. Null where there is none.</summary>
    Symbol? Find(string name);

    /// <summary>The start of the next function-like symbol after <paramref name="address"/>, or the end of the section: where code that starts there must end. Null where unknown.</summary>
    VirtualAddress? NextBoundary(VirtualAddress address);

    /// <summary>All symbols, by address. For completion and listings.</summary>
    IEnumerable<Symbol> All { get; }
}
