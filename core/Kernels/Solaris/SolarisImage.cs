using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// A Solaris or illumos kernel as the model reads it: its memory, its symbols (the one table of unix.N, then each module's own), its types (CTF of its modules, or a
/// table of measured layouts). Every read says null for a symbol, type or member that this kernel does not have, and for memory that is not in the dump.
/// </summary>
public sealed class SolarisImage
{
    private readonly Dictionary<string, StructLayout?> _layouts = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>The kernel's address space.</summary>
    public required AddressSpace Space { get; init; }

    /// <summary>The same, typed.</summary>
    public required IMemory<VirtualAddress> Memory { get; init; }

    /// <summary>The kernel's width.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>The one symbol table of all modules but the hypervisor (unix.N); null where there is none.</summary>
    public ISymbolSource? Symbols { get; init; }

    /// <summary>Modules in load order: <c>unix</c>, <c>genunix</c>, …, <c>xpv</c>.</summary>
    public IReadOnlyList<Module> Modules { get; init; } = [];

    /// <summary>Reads the entries of the kernel's list of modules, those that are not loaded among them.</summary>
    public Func<IReadOnlyList<KernelModule>> ReadModules { get; init; } = () => [];

    /// <summary>Types.</summary>
    public required ITypeSource Types { get; init; }

    /// <summary>Whether <see cref="Types"/> is a table measured from other builds.</summary>
    public bool TypesAreGuessed { get; init; }

    /// <summary>Bytes of a pointer and of a long: 4 or 8.</summary>
    public int Word => Architecture.PointerSize;

    /// <summary>The address of a symbol of the core kernel; null where there is none.</summary>
    public VirtualAddress? AddressOf(string symbol) => FindSymbol(symbol)?.Address;

    /// <summary>
    /// A symbol of the core kernel: from unix.N, else from the tables in memory of <c>unix</c> and <c>genunix</c>, which hold all variables that the model reads; the tables of
    /// all other modules would be read for nothing whenever this kernel lacks one. Null where there is none.
    /// </summary>
    public Symbol? FindSymbol(string symbol)
    {
        if (Symbols?.Find(symbol) is { } found) return found;
        foreach (var module in Modules)
            if (module.Name is "unix" or "genunix" && module.Symbols.Find(symbol) is { } own) return own;
        return null;
    }

    /// <summary>The symbol that covers an address: unix.N's first, then that of the module it lies in; null where there is none.</summary>
    public Symbol? SymbolAt(VirtualAddress address)
    {
        if (Symbols?.Find(address) is { } found) return found;
        foreach (var module in Modules)
            if (module.Covers(address)) return module.Symbols.Find(address);
        return null;
    }

    /// <summary>The module of that name, or null.</summary>
    public Module? FindModule(string name) => Modules.FirstOrDefault(m => m.Name == name);

    /// <summary>The pointer at an address, or null where it cannot be read.</summary>
    public VirtualAddress? PointerAt(VirtualAddress address) => Memory.TryReadUnsigned(address, Word, out ulong value) ? new VirtualAddress(value) : null;

    /// <summary>The pointer stored in a global variable, or null.</summary>
    public VirtualAddress? Pointer(string symbol) => AddressOf(symbol) is { } at ? PointerAt(at) : null;

    /// <summary>The 32-bit number stored in a global variable, or null.</summary>
    public uint? U32(string symbol) => AddressOf(symbol) is { } at && Memory.TryReadU32(at, out uint value) ? value : null;

    /// <summary>The NUL-terminated text at an address; null where it cannot be read or is none.</summary>
    public string? Text(VirtualAddress? address, int limit = DumpLimits.StringBytes) =>
        address is { Value: not 0 } at && Memory.TryReadCString(at, out string text, limit) ? text : null;

    /// <summary>The layout of a type such as <c>struct cpu</c> or <c>kthread_t</c>, or null where no definition of it is known.</summary>
    public StructLayout? Layout(string name)
    {
        lock (_lock)
        {
            if (_layouts.TryGetValue(name, out var known)) return known;
            var layout = Types.Find(name)?.Strip() is AggregateType { IsDeclaration: false } type ? new StructLayout(type) : null;
            _layouts[name] = layout;
            return layout;
        }
    }

    /// <summary>The structure of that name at an address, or null where its layout is not known.</summary>
    public StructAt? At(string name, VirtualAddress address) => Layout(name) is { } layout ? new StructAt(layout, Memory, address) : null;
}
