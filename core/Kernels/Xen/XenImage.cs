using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// The hypervisor as the model reads it: its memory, its symbols where there are fitting ones, its types from DWARF or a table. Every read
/// says null for a symbol, type or member that this version does not have, and for memory that is not in the dump.
/// </summary>
public sealed class XenImage
{
    private readonly Dictionary<string, StructLayout?> _layouts = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Xen's address space.</summary>
    public required AddressSpace Space { get; init; }

    /// <summary>The same, typed.</summary>
    public required IMemory<VirtualAddress> Memory { get; init; }

    /// <summary>The hypervisor's own width: amd64 today, ia32 for the 32-bit Xen of 2007.</summary>
    public Architecture Architecture { get; init; } = Architecture.Amd64;

    /// <summary>xen-syms; null where there is none that fits.</summary>
    public Module? Module { get; init; }

    /// <summary>Types: the module's DWARF, else a table of measured layouts.</summary>
    public required ITypeSource Types { get; init; }

    /// <summary>A table of measured layouts for structures that <see cref="Types"/> lacks; null for none.</summary>
    public ITypeSource? Fallback { get; init; }

    /// <summary>Whether <see cref="Types"/> is a table for a neighbouring build, whose offsets must be checked against the dump before they are believed.</summary>
    public required bool TypesAreGuessed { get; init; }

    /// <summary>The address of a symbol, or null.</summary>
    public VirtualAddress? AddressOf(string symbol) => Module?.Symbols.Find(symbol)?.Address;

    /// <summary>The function or label that covers an address, or null.</summary>
    public Symbol? SymbolAt(VirtualAddress address) => Module?.Symbols.Find(address);

    /// <summary>The pointer stored in a global variable, or null.</summary>
    public VirtualAddress? Pointer(string symbol) =>
        AddressOf(symbol) is { } at ? PointerAt(at) : null;

    /// <summary>The pointer at an address, or null where it cannot be read.</summary>
    public VirtualAddress? PointerAt(VirtualAddress at) => Memory.TryReadUnsigned(at, Architecture.PointerSize, out ulong value) ? new VirtualAddress(value) : null;

    /// <summary>Where Xen's image lies in machine memory (<c>xen_phys_start</c>); null where the symbol is missing.</summary>
    public MachineAddress? PhysStart() =>
        AddressOf("xen_phys_start") is { } at && Memory.TryReadUnsigned(at, Architecture.PointerSize, out ulong value) ? new MachineAddress(value) : null;

    /// <summary>The 32-bit number stored in a global variable, or null.</summary>
    public uint? U32(string symbol) => AddressOf(symbol) is { } at && Memory.TryReadU32(at, out uint value) ? value : null;

    /// <summary>The layout of <c>struct name</c>, or null where no definition of it is known.</summary>
    public StructLayout? Layout(string name)
    {
        lock (_lock)
        {
            if (_layouts.TryGetValue(name, out var known)) return known;
            var layout = LayoutOf(Types.Find("struct " + name)) ?? LayoutOf(Fallback?.Find("struct " + name));
            _layouts[name] = layout;
            return layout;
        }
    }

    /// <summary>The structure of that name at an address, or null where its layout is not known.</summary>
    public StructAt? At(string name, VirtualAddress address) => Layout(name) is { } layout ? new StructAt(layout, Memory, address) : null;

    private static StructLayout? LayoutOf(CType? type) => type?.Strip() is AggregateType { IsDeclaration: false } known ? new StructLayout(known) : null;
}
