using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands;

/// <summary>
/// Symbols as the mdb language names them. A symbol of the kernel's namelist (unix.N holds those of all its modules) is bare, any other has its module before it:
/// <c>xpv`panic+0x33</c> (usr/src/cmd/mdb/common/mdb/mdb_kvm.c, kt_lookup_by_addr).
/// </summary>
public sealed class MdbSymbols
{
    private readonly DumpTarget _target;
    private readonly ModuleMap _map;
    private readonly List<Module> _modules;

    /// <summary>The symbols of a target.</summary>
    public MdbSymbols(DumpTarget target)
    {
        _target = target;
        _modules = [.. target.Kernel?.Modules ?? [], .. target.Modules];
        _modules = [.. _modules.Distinct()];
        _map = new ModuleMap(_modules);
    }

    /// <summary>The images, in the order in which a bare name is looked for.</summary>
    public IReadOnlyList<Module> Modules => _modules;

    /// <summary>The image that covers an address; null where none does.</summary>
    public Module? ModuleAt(ulong address) => _map.Find(new VirtualAddress(address));

    /// <summary>The symbol that covers an address, and its image; null where none does.</summary>
    public (Module Module, Symbol Symbol)? At(ulong address)
    {
        var at = new VirtualAddress(address);
        if (_map.Find(at) is { } module) return module.Symbols.Find(at) is { } symbol ? (module, symbol) : null;

        // The namelist is asked where no module says that the address is its own: a module's data may lie anywhere.
        return _target.Kernel is { Namelist: { } namelist, Modules: [var core, ..] } && namelist.Find(at) is { Size: > 0 } named ? (core, named) : null;
    }

    /// <summary>The symbol that a name means: <c>name</c>, <c>module`name</c>, <c>`name</c>. Null where there is none.</summary>
    public (Module Module, Symbol Symbol)? Find(string name)
    {
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        string module = tick > 0 ? name[..tick] : "", bare = tick < 0 ? name : name[(tick + 1)..];
        foreach (var image in _modules)
            if ((module.Length == 0 || image.Name == module) && image.Symbols.Find(bare) is { } symbol) return (image, symbol);
        return null;
    }

    /// <summary>
    /// The symbols of one image, by address: its own table's, else those of the kernel's namelist that lie in it; and of the image that stands for the rest of the kernel, those that lie in none.
    /// </summary>
    public IEnumerable<Symbol> Of(Module module)
    {
        var namelist = _target.Kernel?.Namelist;
        bool isOfKernel = namelist is not null && _target.Kernel!.Modules.Contains(module);
        return isOfKernel && (module.Symbols == namelist || module.Symbols.Count == 0) ? namelist!.All.Where(s => (_map.Find(s.Address) ?? Rest()) == module) : module.Symbols.All;

        Module? Rest() => _target.Kernel!.Modules.FirstOrDefault(m => m.Symbols == namelist) ?? _target.Kernel.Modules[0];
    }

    /// <summary>The name of a symbol, with its module where it needs one.</summary>
    public string Name(Module module, Symbol symbol) => Name(module, symbol.Name);

    /// <summary>The name of a function, with its module where it needs one.</summary>
    public string Name(Module module, string name) =>
        _target.Kernel?.Namelist?.Find(name) is not null && module != _target.Hypervisor?.Module ? name : $"{module.Name}`{name}";

    /// <summary><c>name+0x33</c>; null where no symbol covers the address (<c>%A</c>).</summary>
    public string? Describe(ulong address)
    {
        if (At(address) is not var (module, symbol)) return null;
        ulong offset = unchecked(address - symbol.Address.Value);
        string name = Name(module, symbol);
        return offset == 0 ? name : $"{name}+{MdbNumbers.Prefixed(offset)}";
    }

    /// <summary>The symbol, else the number with its prefix (<c>%a</c>).</summary>
    public string Text(ulong address, int radix = 16) => Describe(address) ?? MdbNumbers.Prefixed(address, radix);

    /// <summary>The space that an image's addresses are in; null where unknown.</summary>
    public AddressSpace? SpaceOf(Module module) => Reports.SymbolText.SpaceOf(_target, module);

    /// <summary>What a name that is no symbol may have been meant for: <c>; did you mean vcpu?</c>, or nothing.</summary>
    public string Hint(string name) => NearestName.Hint(name, _modules.SelectMany(m => m.Symbols.All).Select(s => s.Name));
}
