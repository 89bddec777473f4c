namespace XenDumpAdapter.Core.Types;

/// <summary>Where types come from: DWARF, CTF, a table of measured layouts.</summary>
public interface ITypeSource
{
    /// <summary>What a message calls it: <c>DWARF of xen-syms</c>.</summary>
    string Description { get; }

    /// <summary>What the types say that they are of: a build, by CTF's topmost label. Null where they say nothing.</summary>
    string? Version => null;

    /// <summary>
    /// The type as C names it: <c>struct vcpu</c>, <c>union x</c>, <c>enum y</c>, <c>uint32_t</c>, <c>unsigned long</c>; pointers and arrays
    /// (<c>struct vcpu *</c>, <c>char [4]</c>) are built from these. A full definition is preferred to a declaration. Null where unknown.
    /// </summary>
    CType? Find(string name);

    /// <summary>The type of a global variable or function, or null.</summary>
    CType? OfSymbol(string symbolName);

    /// <summary>Names of structs, unions, enums and typedefs, as <see cref="Find"/> takes them. For completion; may take a second the first time.</summary>
    IEnumerable<string> Names { get; }
}
