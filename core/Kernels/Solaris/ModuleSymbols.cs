using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// The symbols of one kernel module: its own table in the dump's memory, read when first asked for. What that table does not cover, the kernel's one table (unix.N) may:
/// for addresses always, for names only in the module that stands for the whole kernel.
/// </summary>
internal sealed class ModuleSymbols(SolarisImage image, ModuleRecord module, ISymbolSource? whole, bool standsForAll, DiagnosticBag diagnostics) : ISymbolSource
{
    private readonly Lazy<ElfSymbolTable?> _own = new(() => Read(image, module, diagnostics));

    /// <inheritdoc/>
    public int Count => _own.Value?.Count ?? 0;

    /// <inheritdoc/>
    public IEnumerable<Symbol> All => _own.Value is { Count: > 0 } own ? own.All : standsForAll && whole is not null ? whole.All : [];

    /// <inheritdoc/>
    public Symbol? Find(VirtualAddress address) => _own.Value?.Find(address) ?? whole?.Find(address);

    /// <inheritdoc/>
    public Symbol? Find(string name) => _own.Value?.Find(name) ?? (standsForAll ? whole?.Find(name) : null);

    /// <inheritdoc/>
    public VirtualAddress? NextBoundary(VirtualAddress address) => (_own.Value?.Find(address) is not null ? _own.Value.NextBoundary(address) : null) ?? whole?.NextBoundary(address);

    private static ElfSymbolTable? Read(SolarisImage image, ModuleRecord module, DiagnosticBag diagnostics)
    {
        if (module.Tables(image) is not var (symbols, strings)) return null;
        byte[] table = image.Memory.ReadUpTo(symbols.Start, (int)symbols.Length);
        byte[] names = image.Memory.ReadUpTo(strings.Start, (int)strings.Length);
        if ((ulong)table.Length < symbols.Length || (ulong)names.Length < strings.Length)
            diagnostics.Warn("solaris/module-symbols", $"the symbols of module {module.Name} are not all in the dump ({table.Length} of {symbols.Length} bytes, names {names.Length} of {strings.Length}).");
        return table.Length == 0 || names.Length == 0 ? null : ElfSymbolTable.FromMemory(table, names, image.Word == 8, value => HomeOf(module, value));
    }

    /// <summary>The text, data or bss that a symbol lies in. One outside of all three (a hypervisor's sizes are sums, not extents) reaches as far as its own size.</summary>
    private static (ulong Last, bool IsCode)? HomeOf(ModuleRecord module, ulong value)
    {
        if (value == 0) return null;
        var at = new VirtualAddress(value);
        if (module.Text.Contains(at)) return (unchecked(module.Text.End.Value - 1), true);
        if (module.Data.Contains(at)) return (unchecked(module.Data.End.Value - 1), false);
        return module.Bss.Contains(at) ? (unchecked(module.Bss.End.Value - 1), false) : (value, false);
    }
}
