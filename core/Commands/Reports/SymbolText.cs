using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>From addresses to names.</summary>
public static class SymbolText
{
    /// <summary><c>xen`machine_halt+0x5</c>, or null where no symbol covers the address. <paramref name="space"/> null looks in all images.</summary>
    public static string? Describe(DumpTarget target, AddressSpace? space, VirtualAddress address) =>
        Find(target, space, address) is var (module, symbol) ? $"{module.Name}`{symbol.Name}{Offset(address, symbol)}" : null;

    /// <summary>The image and symbol that cover the address; null where none does.</summary>
    public static (Module Module, Symbol Symbol)? Find(DumpTarget target, AddressSpace? space, VirtualAddress address)
    {
        foreach (var module in ImagesOf(target, space))
            if (module.Covers(address) && module.Symbols.Find(address) is { } symbol) return (module, symbol);
        return null;
    }

    /// <summary>Images whose addresses are those of the space; all for null, or where nobody says whose they are.</summary>
    public static IEnumerable<Module> ImagesOf(DumpTarget target, AddressSpace? space)
    {
        foreach (var module in target.Modules)
            if (space is null || SpaceOf(target, module) is not { } home || home == space || IsSharedWith(target, home, space)) yield return module;
    }

    /// <summary>The space that the image's addresses are in; null where unknown.</summary>
    public static AddressSpace? SpaceOf(DumpTarget target, Module module)
    {
        if (target.Hypervisor is { } hypervisor && hypervisor.Module == module) return hypervisor.Space;
        foreach (var domain in target.Domains)
            if (domain.Kernel == module) return domain.Space;
        return target.Kernel is { } kernel && kernel.Modules.Contains(module) ? kernel.Space : null;
    }

    // Xen is mapped into the page tables of its paravirtual guests.
    private static bool IsSharedWith(DumpTarget target, AddressSpace home, AddressSpace space) =>
        home == target.Hypervisor?.Space && space.Kind == AddressSpaceKind.Virtual;

    private static string Offset(VirtualAddress address, Symbol symbol)
    {
        ulong offset = unchecked(address.Value - symbol.Address.Value);
        return offset == 0 ? "" : $"+{AddressText.Hex(offset)}";
    }
}
